extension DatapathQueue {
  /// Starts a stopped queue again: `EvtPacketQueueStart`.
  ///
  /// All indices are 0 then. What the driver returned before and nobody took is gone. A queue is
  /// started once when it is made.
  ///
  /// - Throws: ``QueueError/wrongState(call:state:remedy:)`` unless the queue is stopped.
  public final func start() throws(QueueError) {
    try enter("start()", in: .stopped, remedy: "stop()")
    reset()
    state = .started
    isBusy = true
    callbacks.evtStart?(handle)
    isBusy = false
  }

  /// Ends the driver's work: `EvtPacketQueueStop`.
  ///
  /// - Throws: ``QueueError/outstanding(packets:fragments:)`` if the driver has something left,
  ///   ``QueueError/wrongState(call:state:remedy:)`` unless the queue is cancelled.
  public final func stop() throws(QueueError) {
    try enter("stop()", in: .cancelled, remedy: "cancel()")
    guard outstandingPacketCount == 0, outstandingFragmentCount == 0 else {
      throw .outstanding(packets: outstandingPacketCount, fragments: outstandingFragmentCount)
    }
    state = .stopped
    handle.isNotificationArmed = false
    isBusy = true
    callbacks.evtStop?(handle)
    isBusy = false
  }

  /// Sets what runs when the driver notifies; nil for nothing.
  ///
  /// It runs inside of ``PacketQueue/notify()``, perhaps inside of a callback of the driver, so it should
  /// only note that there is work.
  public final func onNotification(_ evtNotification: (() -> Void)?) {
    handle.evtNotification = evtNotification
  }

  /// True from the time that notifications are enabled until the driver notifies.
  public var isNotificationArmed: Bool { handle.isNotificationArmed }

  /// Asks the driver to notify when there is work: `EvtPacketQueueSetNotificationEnabled`.
  ///
  /// With `true` the operating system stops polling until the driver notifies, which it does once; the
  /// driver may do so before this call returns.
  ///
  /// - Throws: ``QueueError/wrongState(call:state:remedy:)`` in a stopped queue.
  public final func setNotificationEnabled(_ isEnabled: Bool) throws(QueueError) {
    let isRunning = state == .started || state == .cancelled
    try enter("setNotificationEnabled(_:)", in: isRunning ? state : .started, remedy: "start()")
    handle.isNotificationArmed = isEnabled
    isBusy = true
    callbacks.evtSetNotificationEnabled(handle, isEnabled)
    isBusy = false
  }
}
