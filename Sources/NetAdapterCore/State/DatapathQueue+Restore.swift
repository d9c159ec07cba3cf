package import WireFormats

/// What a state says of the rings of a queue, checked.
private struct SavedRings {
  let queueId: Int
  let configuration: RingConfiguration
  let isVerified: Bool
  let isStarted: Bool
  let isNotificationArmed: Bool

  /// Reads what the rings were made with; all buffers together have at most `memoryLimit` octets.
  init(_ reader: inout StateReader, memoryLimit: Int) throws(RestoreError) {
    let start = reader.offset
    let numbers = try RestoreError.reading { () throws(StateError) in
      (
        queueId: try reader.read("number of the queue", in: 0...65_535),
        ringSize: try reader.read("ringSize", in: 0...65_536),
        fragmentRingSize: try reader.read("fragmentRingSize", in: 0...65_536),
        bufferCapacity: try reader.read("bufferCapacity", in: 0...1 << 26),
        bufferAlignment: try reader.read("bufferAlignment", in: 1...1 << 26)
      )
    }
    let memory = numbers.fragmentRingSize * numbers.bufferCapacity
    guard memory <= memoryLimit else {
      throw .state(
        .outOfRange(
          "octets of all buffers", offset: start, found: Int64(memory), lowest: 0,
          highest: Int64(memoryLimit)))
    }
    let extensions = try RestoreError.reading { () throws(StateError) in
      let count = try reader.readCount(
        "number of extensions", ofAtLeast: 1, upTo: PacketExtension.all.count)
      var extensions: [PacketExtension] = []
      for _ in 0..<count {
        extensions.append(try reader.read("extension", of: PacketExtension.all))
      }
      return extensions
    }
    queueId = numbers.queueId
    configuration = try RestoreError.checking { () throws(AdapterViolation) in
      try AdapterViolation.checkPowerOfTwo(numbers.bufferAlignment, named: "bufferAlignment")
      return try RingConfiguration(
        ringSize: numbers.ringSize, fragmentRingSize: numbers.fragmentRingSize,
        bufferCapacity: numbers.bufferCapacity, bufferAlignment: numbers.bufferAlignment,
        extensions: extensions)
    }
    (isVerified, isStarted, isNotificationArmed) = try RestoreError.reading {
      () throws(StateError) in
      (
        try reader.readBool("isVerified"), try reader.readBool("whether the queue is started"),
        try reader.readBool("isNotificationArmed")
      )
    }
  }
}

extension NetAdapter {
  /// Makes a transmit queue from a state, with the packets that its driver had.
  ///
  /// - Parameters:
  ///   - reader: Reads what ``TransmitQueue/save(to:)`` wrote.
  ///   - memoryLimit: The most octets of all buffers together.
  ///   - callbacks: The driver; nil for that of the adapter's ``DatapathCallbacks``.
  /// - Returns: The queue.
  /// - Throws: ``RestoreError``.
  package func restoreTransmitQueue(
    from reader: inout StateReader, memoryLimit: Int, servedBy callbacks: PacketQueueCallbacks?
  ) throws(RestoreError) -> TransmitQueue {
    let saved = try SavedRings(&reader, memoryLimit: memoryLimit)
    let limits = try RestoreError.reading { () throws(StateError) in
      (
        backfill: try reader.read("payloadBackfill", in: 0...1 << 26),
        fragments: try reader.read("maximumFragmentCount", in: 1...65_535)
      )
    }
    let record = record.withLock { $0 }
    let queue = try RestoreError.checking { () throws(AdapterViolation) in
      try TransmitQueue.check(payloadBackfill: limits.backfill, saved.configuration)
      let plan = try plan(
        .transmit, saved.configuration,
        limit: (record.transmit ?? TransmitCapabilities()).maximumNumberOfQueues,
        isVerified: saved.isVerified, number: saved.queueId)
      let create = record.datapath.callbacks?.evtAdapterCreateTxQueue
      let checked = try checkedCallbacks(for: plan, callbacks, orFrom: create)
      return TransmitQueue(
        plan, servedBy: checked, payloadBackfill: limits.backfill,
        maximumFragmentCount: limits.fragments)
    }
    try RestoreError.reading { () throws(StateError) in
      let count = try reader.readCount(
        "number of packets", ofAtLeast: 33,
        upTo: saved.isStarted ? saved.configuration.ringSize - 1 : 0)
      for _ in 0..<count { try queue.readPacket(&reader) }
    }
    queue.finishRestore(saved)
    return queue
  }

  /// Makes a receive queue from a state, with as many empty buffers posted as it had.
  ///
  /// - Parameters:
  ///   - reader: Reads what ``ReceiveQueue/save(to:)`` wrote.
  ///   - memoryLimit: The most octets of all buffers together.
  ///   - callbacks: The driver; nil for that of the adapter's ``DatapathCallbacks``.
  /// - Returns: The queue.
  /// - Throws: ``RestoreError``.
  package func restoreReceiveQueue(
    from reader: inout StateReader, memoryLimit: Int, servedBy callbacks: PacketQueueCallbacks?
  ) throws(RestoreError) -> ReceiveQueue {
    let saved = try SavedRings(&reader, memoryLimit: memoryLimit)
    let numbers = try RestoreError.reading { () throws(StateError) in
      (
        ignored: try reader.read("ignoredPacketCount", in: 0...1 << 62),
        packets: try reader.read("posted packets", in: 0...saved.configuration.ringSize - 1),
        fragments: try reader.read(
          "posted fragments", in: 0...saved.configuration.fragmentRingSize - 1)
      )
    }
    let record = record.withLock { $0 }
    let queue = try RestoreError.checking { () throws(AdapterViolation) in
      let plan = try plan(
        .receive, saved.configuration,
        limit: (record.receive ?? ReceiveCapabilities(maximumFrameSize: 1)).maximumNumberOfQueues,
        isVerified: saved.isVerified, number: saved.queueId)
      let create = record.datapath.callbacks?.evtAdapterCreateRxQueue
      return ReceiveQueue(
        plan, servedBy: try checkedCallbacks(for: plan, callbacks, orFrom: create))
    }
    // A new queue is started and not busy, so this cannot fail.
    _ = try? queue.replenish(packets: numbers.packets, fragments: numbers.fragments)
    queue.ignoredPacketCount = numbers.ignored
    queue.finishRestore(saved)
    return queue
  }
}

extension DatapathQueue {
  /// Stops a queue that was stopped, as its driver sees it, and arms the notification.
  fileprivate func finishRestore(_ saved: SavedRings) {
    if !saved.isStarted {
      // The driver has nothing, or the library's own one returns everything.
      try? cancel()
      try? stop()
    }
    handle.isNotificationArmed = saved.isNotificationArmed && state == .started
  }
}

extension TransmitQueue {
  /// The tags of the packets that the driver has.
  package var outstandingTags: [Int] {
    (0..<outstandingPacketCount).map {
      notes[packetCursor.index(packetCursor.returned, advancedBy: $0)].tag
    }
  }

  /// Posts a packet that the driver had.
  fileprivate func readPacket(_ reader: inout StateReader) throws(StateError) {
    let note = CompletedPacket(
      tag: try reader.read("tag of a packet", in: Int.min...Int.max),
      isIgnored: try reader.readBool("whether a packet is ignored"))
    var metadata = TransmitMetadata()
    metadata.layout = try reader.readPacketLayout()
    metadata.gso.word = try reader.read()
    metadata.checksum.bits = try reader.read()
    metadata.ieee8021Q.word = try reader.read()
    let count = try reader.readCount(
      "fragments of a packet", ofAtLeast: 16, upTo: min(fragmentCursor.free, maximumFragmentCount))
    for position in 0..<count {
      let index = fragmentCursor.index(fragmentCursor.end, advancedBy: position)
      let capacity = configuration.bufferCapacity
      let start = try reader.read(
        "offset of a fragment", in: 0...min(capacity, NetFragment.offsetBits.limit))
      let octets = try reader.readOctets("octets of a fragment", upTo: capacity - start)
      var fragment = NetFragment()
      fragment.capacity = capacity
      (fragment.offset, fragment.validLength) = (start, octets.count)
      rings.fragments[index] = fragment
      rings.copy(octets.octets, toFragment: index, at: start)
    }
    commit(metadata, fragmentCount: count, note)
  }
}

extension StateReader {
  fileprivate mutating func readPacketLayout() throws(StateError) -> NetPacketLayout {
    var layout = NetPacketLayout()
    layout.low = try read()
    layout.high = try read()
    layout.length4 = try read()
    layout.types2And3 = try read()
    layout.type4 = try read()
    return layout
  }
}
