extension DatapathQueue {
  /// Lets the driver work: `EvtPacketQueueAdvance`.
  ///
  /// Afterwards what it returned can be taken. Works in a cancelled queue as well, until the driver
  /// has returned everything.
  ///
  /// - Throws: ``QueueError/violation(_:)`` for the first rule that the driver broke, if a verifier is
  ///   on; without one, only for indices, codes 50 and 59. Then nothing is taken over: the rings of a
  ///   verified queue are put back as they were before the call, else their indices are.
  ///   ``QueueError/wrongState(call:state:remedy:)`` and ``QueueError/reentered(call:)``.
  /// - Complexity: O(1) and what the driver does; O(*n*) in the size of the rings with a verifier.
  ///   Does not allocate.
  public final func advance() throws(QueueError) {
    let isRunning = state == .started || state == .cancelled
    try enter("advance()", in: isRunning ? state : .started, remedy: "start()")
    try call(callbacks.evtAdvance)
  }

  /// Asks the driver to return what it has: `EvtPacketQueueCancel`.
  ///
  /// Nothing can be handed over any more. Call ``advance()`` until the driver has nothing, then
  /// ``stop()``.
  ///
  /// - Throws: As ``advance()`` does; the queue is cancelled all the same if the driver broke a rule.
  public final func cancel() throws(QueueError) {
    try enter("cancel()", in: .started, remedy: "start()")
    state = .cancelled
    try call(callbacks.evtCancel)
  }

  /// Runs a callback that gets the rings, and takes over what it returned.
  private final func call(_ callback: PacketQueueCallbacks.EvtAdvance) throws(QueueError) {
    verifier?.prepare(rings)
    isBusy = true
    callback(handle, &rings)
    isBusy = false
    guard hasItsRings else {
      state = .broken
      throw .violation(
        AdapterViolation(
          .invalidRingImmutable, reason: "the driver put other rings in place of those it got"))
    }
    do throws(AdapterViolation) {
      try packetCursor.check(rings.packets, "packet")
      try fragmentCursor.check(rings.fragments, "fragment")
      try verifier?.check(rings)
    } catch {
      verifier?.restore(&rings)
      (rings.packets.beginIndex, rings.packets.endIndex) = (packetCursor.returned, packetCursor.end)
      rings.fragments.beginIndex = fragmentCursor.returned
      rings.fragments.endIndex = fragmentCursor.end
      throw .violation(error)
    }
    packetCursor.returned = rings.packets.beginIndex
    fragmentCursor.returned = rings.fragments.beginIndex
  }

  private var hasItsRings: Bool {
    rings.packets.count == configuration.ringSize
      && rings.fragments.count == configuration.fragmentRingSize
      && rings.bufferCapacity == configuration.bufferCapacity
      && rings.bufferCount == configuration.fragmentRingSize
  }
}
