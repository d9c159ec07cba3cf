internal import GsoEngine
public import NetAdapterCore
internal import WireFormats

extension ReceiveFrameQueue {
  /// Saves the frames that the emulated hardware keeps, the rings and the counters.
  ///
  /// - Returns: The state, for `VirtualNIC.restoreReceiveQueue(_:servedBy:memoryLimit:)`.
  /// - Throws: `SaveError.packetsWithDriver(packets:fragments:)` if a driver of the caller has
  ///   buffers, as it has while the queue is started; `SaveError.insideDelivery(call:)`;
  ///   `SaveError.wrongQueueState(_:)`.
  /// - Complexity: O(*n*) in the octets of the frames.
  public func save() throws(SaveError) -> [UInt8] {
    if hardware == nil { try driverQueue.checkDriverHasNothing() }
    var writer = StateWriter(.receiveQueue, version: queueStateVersion)
    writer.write(droppedCount)
    writer.write(hardware) { $0.write($1) }
    try driverQueue.save(to: &writer)
    return writer.finish()
  }
}

extension StateWriter {
  fileprivate mutating func write(_ hardware: ReceiveHardware) {
    write(hardware.overflowCount)
    write(hardware.frames.slots.count)
    write(hardware.frames.count)
    for position in 0..<hardware.frames.count {
      let frame = hardware.frames.slots[hardware.frames.index(at: position)]
      write(frame.buffer.octets)
      write(frame.buffer.removedTag) { $0.write($1) }
      write(frame.metadata) { writer, metadata in
        writer.write(metadata.layer3.rawValue)
        writer.write(metadata.layer4.rawValue)
        writer.write(metadata.rsc.coalescedSegmentCount)
        writer.write(metadata.rsc.duplicateAckCount)
        writer.write(metadata.rscTimestamp.tcpTimestampDelta)
        writer.write(metadata.virtioNetHeader.octets(form: .udpTunnel))
      }
    }
  }
}

extension ReceiveHardware {
  /// Restores the hardware of a queue.
  fileprivate convenience init(
    _ adapter: NetAdapter, _ reader: inout StateReader
  ) throws(StateError) {
    let overflowCount = try reader.readCounter("overflowCount")
    let capacity = try reader.read("frameCount", in: FrameQueueLimits.frameCount)
    let count = try reader.read("number of frames", in: 0...capacity)
    self.init(adapter, frameCount: capacity)
    self.overflowCount = overflowCount
    for _ in 0..<count {
      let octets = try reader.readOctets("octets of a frame")
      let tag = try reader.readOptional("presence of a removed tag") {
        reader throws(StateError) in try reader.readTag()
      }
      let metadata = try reader.readOptional("presence of metadata") {
        reader throws(StateError) in try reader.readReceivedMetadata()
      }
      // There is room for `count` frames.
      _ = frames.append { slot in
        slot.buffer.load(octets.octets, withoutTag: tag)
        slot.metadata = metadata
      }
    }
  }
}

extension StateReader {
  fileprivate mutating func readReceivedMetadata() throws(StateError) -> ReceivedMetadata {
    let evaluations = ReceivedMetadata.Evaluation.allCases
    var metadata = ReceivedMetadata()
    metadata.layer3 = try read("evaluation of layer 3", of: evaluations)
    metadata.layer4 = try read("evaluation of layer 4", of: evaluations)
    metadata.rsc = NetPacketRsc(
      coalescedSegmentCount: try read(), duplicateAckCount: try read())
    metadata.rscTimestamp = NetPacketRscTimestamp(tcpTimestampDelta: try read())
    let header = try readOctets(
      "virtio-net header", upTo: VirtioNetHeader.Form.udpTunnel.byteCount)
    do throws(WireError) {
      metadata.virtioNetHeader = try VirtioNetHeader(parsing: header, form: .udpTunnel)
    } catch {
      throw .contradiction("\(error)", offset: offset)
    }
    return metadata
  }
}

extension VirtualNIC {
  /// Restores a transmit queue of this NIC.
  ///
  /// - Parameters:
  ///   - octets: What ``TransmitFrameQueue/save()`` returned.
  ///   - link: The link of the emulated hardware; defaults to ``link``.
  ///   - callbacks: The driver, if one of the caller serves the queue.
  ///   - memoryLimit: The most octets that the buffers of the rings may take.
  /// - Returns: The queue.
  /// - Throws: `RestoreError` as
  ///   ``QueueFactory/restoreTransmitQueue(_:to:servedBy:memoryLimit:)`` does.
  /// - Complexity: O(*n*) in the octets.
  public func restoreTransmitQueue(
    _ octets: [UInt8], to link: (any Link)? = nil, servedBy callbacks: PacketQueueCallbacks? = nil,
    memoryLimit: Int = VirtualNIC.restoreMemoryLimit
  ) throws(RestoreError) -> TransmitFrameQueue {
    let queue = try queueFactory.restoreTransmitQueue(
      octets, to: link ?? self.link, servedBy: callbacks, memoryLimit: memoryLimit)
    if queue.hardware == nil { watchDriver(of: queue.driverQueue) }
    return queue
  }

  /// Restores a receive queue of this NIC.
  ///
  /// - Parameters:
  ///   - octets: What ``ReceiveFrameQueue/save()`` returned.
  ///   - callbacks: The driver, if one of the caller serves the queue; nil for that of the
  ///     adapter's `DatapathCallbacks`. It is started anew.
  ///   - memoryLimit: The most octets that the buffers of the rings may take.
  /// - Returns: The queue.
  /// - Throws: `RestoreError`, also for a driver where there was emulated hardware.
  /// - Complexity: O(*n*) in the octets.
  public func restoreReceiveQueue(
    _ octets: [UInt8], servedBy callbacks: PacketQueueCallbacks? = nil,
    memoryLimit: Int = VirtualNIC.restoreMemoryLimit
  ) throws(RestoreError) -> ReceiveFrameQueue {
    var reader = try RestoreError.reading { () throws(StateError) in
      try StateReader(octets, of: .receiveQueue, version: queueStateVersion)
    }
    let adapter = adapter
    let (droppedCount, hardware) = try RestoreError.reading { () throws(StateError) in
      (
        try reader.readCounter("droppedCount"),
        try reader.readOptional("presence of emulated hardware") { reader throws(StateError) in
          try ReceiveHardware(adapter, &reader)
        }
      )
    }
    try queueFactory.checkDriver(isEmulated: hardware != nil, callbacks)
    let driverQueue = try adapter.restoreReceiveQueue(
      from: &reader, memoryLimit: memoryLimit, servedBy: hardware?.callbacks ?? callbacks)
    try RestoreError.reading { () throws(StateError) in try reader.finish() }
    let queue = ReceiveFrameQueue(of: adapter, driverQueue: driverQueue, hardware: hardware)
    queue.droppedCount = droppedCount
    if hardware == nil {
      watchDriver(of: driverQueue)
    } else {
      receiveQueue = queue
    }
    return queue
  }
}
