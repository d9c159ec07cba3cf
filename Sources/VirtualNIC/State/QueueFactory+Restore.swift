internal import GsoEngine
public import NetAdapterCore
internal import WireFormats

extension QueueFactory {
  /// Restores a transmit queue, on any thread.
  ///
  /// - Parameters:
  ///   - octets: What ``TransmitFrameQueue/save()`` returned.
  ///   - link: The link of the emulated hardware, if that serves the queue.
  ///   - callbacks: The driver, if one of the caller serves the queue; nil for that of the
  ///     adapter's `DatapathCallbacks`. It is started anew.
  ///   - memoryLimit: The most octets that the buffers of the rings may take.
  /// - Returns: The queue.
  /// - Throws: `RestoreError`, also for a driver where there was emulated hardware.
  /// - Complexity: O(*n*) in the octets.
  public func restoreTransmitQueue(
    _ octets: [UInt8], to link: any Link, servedBy callbacks: PacketQueueCallbacks? = nil,
    memoryLimit: Int = VirtualNIC.restoreMemoryLimit
  ) throws(RestoreError) -> TransmitFrameQueue {
    var reader = try RestoreError.reading { () throws(StateError) in
      try StateReader(octets, of: .transmitQueue, version: queueStateVersion)
    }
    let (rules, tunnels, lengths, emulated) = try RestoreError.reading { () throws(StateError) in
      (
        try reader.readRules(), try reader.readTunnels(),
        try reader.read("lengths of frames to be segmented", of: handOffLengthCases),
        try reader.readOptional("presence of emulated hardware") { reader throws(StateError) in
          (
            now: try reader.readTime(),
            packetsPerAdvance: try reader.read("packetsPerAdvance", in: 1...Int.max)
          )
        }
      )
    }
    try checkDriver(isEmulated: emulated != nil, callbacks)
    let hardware = emulated.map { emulated in
      let hardware = TransmitHardware(
        link: link, rules: rules, tunnels: tunnels,
        packetsPerAdvance: emulated.packetsPerAdvance)
      hardware.now = emulated.now
      return hardware
    }
    let driverQueue = try adapter.restoreTransmitQueue(
      from: &reader, memoryLimit: memoryLimit, servedBy: hardware?.callbacks ?? callbacks)
    let saved = try RestoreError.reading { () throws(StateError) in
      let saved = try SavedFrames(&reader, ActionReader(rules: rules, tunnels: tunnels))
      try saved.check(driverQueue.outstandingTags, offset: reader.offset)
      try reader.finish()
      return saved
    }
    let queue = TransmitFrameQueue(
      of: adapter, driverQueue: driverQueue, hardware: hardware, rules: rules,
      nicCounters: nicCounters, frameCount: 1)
    (queue.renderer.tunnels, queue.handOffLengths) = (tunnels, lengths)
    queue.box.count { $0 = saved.counters }
    (queue.frames, queue.translatedCount) = (saved.frames, saved.translatedCount)
    queue.settledCount = saved.settledCount
    return queue
  }

  /// Throws if a queue is to be served by another kind of driver than before.
  internal func checkDriver(
    isEmulated: Bool, _ callbacks: PacketQueueCallbacks?
  ) throws(RestoreError) {
    if isEmulated, callbacks != nil {
      throw .differs("servedBy", saved: "the emulated hardware", given: "a driver")
    }
    if !isEmulated, callbacks == nil, !adapter.hasDatapathCallbacks {
      throw .differs("servedBy", saved: "a driver", given: "nil")
    }
  }
}

/// The frames of a transmit queue in a state, checked.
private struct SavedFrames {
  let counters: NICCounters
  private(set) var frames: FrameRing<SourceFrame>
  let translatedCount: Int
  let settledCount: Int

  init(_ reader: inout StateReader, _ actions: ActionReader) throws(StateError) {
    counters = try NICCounters.read(&reader)
    let capacity = try reader.read("frameCount", in: FrameQueueLimits.frameCount)
    let first = try reader.read("first frame", in: 0...capacity - 1)
    let count = try reader.read("number of frames", in: 0...capacity)
    translatedCount = try reader.read("translated frames", in: 0...count)
    settledCount = try reader.read("settled frames", in: 0...translatedCount)
    frames = FrameRing(
      repeating: SourceFrame(), capacity: capacity, first: first, count: count)
    for position in 0..<count {
      frames.slots[frames.index(at: position)] = try reader.readSourceFrame(actions)
    }
  }

  /// Checks that frames, their packets and the stages of both fit together.
  func check(_ tags: [Int], offset: Int) throws(StateError) {
    var outstanding: [Int: Int] = [:]
    for tag in tags { outstanding[tag, default: 0] += 1 }
    for position in 0..<frames.count {
      let index = frames.index(at: position)
      let frame = frames.slots[index]
      let isOutstanding = outstanding.removeValue(forKey: index) ?? 0
      guard frame.outstandingCount == isOutstanding, isOutstanding <= max(1, frame.postedCount)
      else {
        throw .contradiction("a frame with other packets than the rings have", offset: offset)
      }
      let isStageRight =
        (frame.action != nil || position >= translatedCount && frame.postedCount == 0)
        && (position >= settledCount || isOutstanding == 0)
        && (position <= translatedCount || frame.postedCount == 0)
      guard isStageRight else {
        throw .contradiction("a frame at another stage than its place", offset: offset)
      }
    }
    guard outstanding.isEmpty else {
      throw .contradiction("packets of no frame", offset: offset)
    }
  }
}
