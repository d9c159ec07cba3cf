// The calls that run callbacks of the driver.
extension DatapathQueue {
  /// Starts a stopped queue again: `EvtPacketQueueStart`.
  ///
  /// All indices are reset to 0. Elements that the driver returned and that were not taken back are
  /// dropped. Making a queue starts it the first time.
  ///
  /// - Throws: ``QueueError/wrongState(call:state:remedy:)`` unless the queue is stopped.
  public final func start() throws(QueueError) {
    try enter("start()", in: .stopped, remedy: "stop()")
    reset()
    state = .started
    tellOffloads()
    runCallback { callbacks.evtStart?(handle) }
  }

  /// Lets the driver process the rings: `EvtPacketQueueAdvance`.
  ///
  /// Afterwards the elements that the driver returned can be taken back. In a cancelled queue it
  /// lets the driver return the rest.
  ///
  /// - Throws: ``QueueError/violation(_:)`` for the first rule that the driver broke. A queue
  ///   without a verifier checks only the indices, codes 50 and 59. Nothing is taken back then; a
  ///   verified queue restores the rings to their content before the call, any other queue restores
  ///   the indices only. ``QueueError/wrongState(call:state:remedy:)`` and
  ///   ``QueueError/reentered(call:)``.
  /// - Complexity: O(1) plus the driver's own; with a verifier O(*n*) in the size of the rings.
  ///   Does not allocate.
  public final func advance() throws(QueueError) {
    try enterRunning("advance()")
    try runChecked(callbacks.evtAdvance)
  }

  /// Asks the driver to return what it owns: `EvtPacketQueueCancel`.
  ///
  /// Afterwards nothing can be posted. Call ``advance()`` until the driver owns nothing, then
  /// ``stop()``.
  ///
  /// - Throws: As ``advance()`` does. If the driver broke a rule, the queue is cancelled
  ///   nevertheless.
  public final func cancel() throws(QueueError) {
    try enter("cancel()", in: .started, remedy: "start()")
    state = .cancelled
    try runChecked(callbacks.evtCancel)
  }

  /// Stops a cancelled queue: `EvtPacketQueueStop`.
  ///
  /// - Throws: ``QueueError/outstanding(packets:fragments:)`` if the driver owns elements,
  ///   ``QueueError/wrongState(call:state:remedy:)`` unless the queue is cancelled.
  public final func stop() throws(QueueError) {
    try enter("stop()", in: .cancelled, remedy: "cancel()")
    guard outstandingPacketCount == 0, outstandingFragmentCount == 0 else {
      throw .outstanding(packets: outstandingPacketCount, fragments: outstandingFragmentCount)
    }
    state = .stopped
    handle.isNotificationArmed = false
    runCallback { callbacks.evtStop?(handle) }
  }

  /// Sets the closure that runs when the driver notifies; nil for none.
  ///
  /// It runs inside of ``PacketQueue/notify()``, possibly during a callback of the driver, when
  /// calls of the queue are refused. It should only record that there is something to do.
  public final func onNotification(_ evtNotification: (() -> Void)?) {
    handle.evtNotification = evtNotification
  }

  /// True from the time that notifications are enabled until the driver notifies.
  public var isNotificationArmed: Bool { handle.isNotificationArmed }

  /// Asks the driver to notify when it has elements to return:
  /// `EvtPacketQueueSetNotificationEnabled`.
  ///
  /// With `true` the operating system stops polling until the driver notifies, which it does once.
  /// The driver may notify before this call returns.
  ///
  /// - Throws: ``QueueError/wrongState(call:state:remedy:)`` in a stopped queue.
  public final func setNotificationEnabled(_ isEnabled: Bool) throws(QueueError) {
    try enterRunning("setNotificationEnabled(_:)")
    handle.isNotificationArmed = isEnabled
    runCallback { callbacks.evtSetNotificationEnabled(handle, isEnabled) }
  }

  /// Throws unless the queue is started or cancelled.
  private func enterRunning(_ call: String) throws(QueueError) {
    try enter(call, in: state == .cancelled ? .cancelled : .started, remedy: "start()")
  }

  /// Runs a callback, during which the queue refuses calls.
  private func runCallback(_ body: () -> Void) {
    isBusy = true
    body()
    isBusy = false
  }

  /// Tells the driver the active offloads if they have changed.
  private func tellOffloads() {
    guard let tell = callbacks.tellOffloads else { return }
    runCallback { tell(handle) }
  }

  /// Runs a callback that may change the rings, and accepts the changes if they break no rule.
  private func runChecked(_ callback: PacketQueueCallbacks.EvtAdvance) throws(QueueError) {
    tellOffloads()
    verifier?.prepare(rings)
    runCallback { callback(handle, &rings) }
    guard hasOriginalRings else {
      state = .broken
      throw .violation(
        AdapterViolation(
          .invalidRingImmutable, reason: "the driver replaced the rings that it was given"))
    }
    do throws(AdapterViolation) {
      try packetCursor.check(rings.packets, named: "packet")
      try fragmentCursor.check(rings.fragments, named: "fragment")
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

  /// Whether the rings have the sizes that they were made with.
  private var hasOriginalRings: Bool {
    rings.packets.count == configuration.ringSize
      && rings.fragments.count == configuration.fragmentRingSize
      && rings.bufferCapacity == configuration.bufferCapacity
      && rings.bufferCount == configuration.fragmentRingSize
  }
}
