internal import GsoEngine
public import NetAdapterCore
internal import WireFormats

/// The version of the states of queues.
internal let queueStateVersion: UInt16 = 1
/// What length fields of frames to be segmented hold; places in a state stay the same for ever.
internal let handOffLengthCases: [NdisHandOff.Lengths] = [.exact, .zero]

extension TransmitFrameQueue {
  /// Saves the frames of the queue, the packets that the emulated hardware has, and the counters.
  ///
  /// - Returns: The state, for `VirtualNIC.restoreTransmitQueue(_:to:servedBy:memoryLimit:)`.
  /// - Throws: `SaveError.packetsWithDriver(packets:fragments:)` if a driver of the caller has
  ///   packets; `SaveError.insideDelivery(call:)`; `SaveError.wrongQueueState(_:)`.
  /// - Complexity: O(*n*) in the octets of the frames.
  public func save() throws(SaveError) -> [UInt8] {
    guard !isAdvancing else { throw .insideDelivery(call: "save()") }
    if hardware == nil { try driverQueue.checkDriverHasNothing() }
    var writer = StateWriter(.transmitQueue, version: queueStateVersion)
    writer.write(rules)
    writer.write(renderer.tunnels)
    writer.write(handOffLengths, of: handOffLengthCases)
    writer.write(hardware) {
      $0.write($1.now.nanoseconds)
      $0.write($1.packetsPerAdvance)
    }
    try driverQueue.save(to: &writer)
    counters.write(to: &writer)
    writer.write(frames.slots.count)
    writer.write(frames.index(at: 0))
    writer.write(frames.count)
    writer.write(translatedCount)
    writer.write(settledCount)
    for position in 0..<frames.count {
      writer.write(frames.slots[frames.index(at: position)])
    }
    return writer.finish()
  }
}

extension StateWriter {
  private mutating func write(_ request: TransmitRequest) {
    write(request.segmentSize)
    write(request.segmentsToFit)
    write(request.checksums.rawValue)
    write(request.vlanTag) { $0.write($1) }
  }

  fileprivate mutating func write(_ frame: SourceFrame) {
    write(frame.buffer.octets)
    write(each: frame.pieces) { $0.write($1.count) }
    write(frame.request)
    write(frame.tag)
    write(frame.postedCount)
    write(frame.outstandingCount)
    write(frame.action) { $0.write($1) }
  }
}

extension StateReader {
  private mutating func readRequest() throws(StateError) -> TransmitRequest {
    var request = TransmitRequest(
      segmentSize: try read("segment size of a request", in: Int.min...Int.max))
    request.segmentsToFit = try readBool("segmentsToFit")
    request.checksums = ChecksumPlan.Fields(rawValue: try read())
    request.vlanTag = try readOptional("presence of a VLAN tag") { reader throws(StateError) in
      try reader.readTag()
    }
    return request
  }

  /// Reads a frame of a transmit queue.
  internal mutating func readSourceFrame(_ actions: ActionReader) throws(StateError) -> SourceFrame
  {
    let octets = try readOctets("octets of a frame")
    let count = try readCount("buffers of a frame", ofAtLeast: 8)
    var pieces: [Range<Int>] = []
    var start = 0
    for _ in 0..<count {
      let end = start + (try read("octets of a buffer", in: 0...Int(UInt32.max)))
      pieces.append(start..<end)
      start = end
    }
    let request = try readRequest()
    let tag = try read("tag of a frame", in: Int.min...Int.max)
    let posted = try read("posted packets", in: 0...Int(UInt32.max))
    let outstanding = try read("outstanding packets", in: 0...65_535)
    var action: TransmitAction?
    if try readBool("presence of an action") { action = try actions.read(&self, octets.octets) }
    if case .segment(let plan, _, _) = action, posted > plan.count {
      throw .contradiction("more packets posted than there are segments", offset: offset)
    }
    var frame = SourceFrame()
    frame.restore(octets.octets, pieces, request, tag: tag)
    (frame.action, frame.postedCount, frame.outstandingCount) = (action, posted, outstanding)
    return frame
  }
}
