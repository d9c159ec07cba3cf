/// The callbacks of a driver that serves a queue: `NET_PACKET_QUEUE_CONFIG`.
///
/// All run on the thread that called the queue, one at a time.
public struct PacketQueueCallbacks {
  /// Processes the rings, to which the driver has exclusive access until the callback returns.
  public typealias EvtAdvance = (PacketQueue, inout NetRingCollection) -> Void
  /// Is told that a queue starts or stops.
  public typealias Evt = (PacketQueue) -> Void

  /// `EvtAdvance`, required: takes new packets and returns completed ones.
  public var evtAdvance: EvtAdvance?
  /// `EvtCancel`, required: returns what it can.
  ///
  /// A transmit queue may complete packets normally. A receive queue must return all packets,
  /// ignored, and all fragments.
  public var evtCancel: EvtAdvance?
  /// `EvtSetNotificationEnabled`, required: true asks for one ``PacketQueue/notify()`` as soon as
  /// packets can be returned.
  public var evtSetNotificationEnabled: ((PacketQueue, Bool) -> Void)?
  /// `EvtStart`: runs before the first advance, when all indices are 0.
  public var evtStart: Evt?
  /// `EvtStop`: runs after the driver returned everything.
  public var evtStop: Evt?

  /// `NET_PACKET_QUEUE_CONFIG_INIT`.
  public init(
    evtAdvance: EvtAdvance?, evtCancel: EvtAdvance?,
    evtSetNotificationEnabled: ((PacketQueue, Bool) -> Void)?, evtStart: Evt? = nil,
    evtStop: Evt? = nil
  ) {
    self.evtAdvance = evtAdvance
    self.evtCancel = evtCancel
    self.evtSetNotificationEnabled = evtSetNotificationEnabled
    self.evtStart = evtStart
    self.evtStop = evtStop
  }
}

/// The callbacks of a queue, with the required ones present.
internal struct CheckedQueueCallbacks {
  internal let evtAdvance: PacketQueueCallbacks.EvtAdvance
  internal let evtCancel: PacketQueueCallbacks.EvtAdvance
  internal let evtSetNotificationEnabled: (PacketQueue, Bool) -> Void
  internal let evtStart: PacketQueueCallbacks.Evt?
  internal let evtStop: PacketQueueCallbacks.Evt?

  /// Checks the callbacks.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/netQueueInvalidConfiguration`` (22) for the
  ///   first required callback that is missing.
  internal init(_ callbacks: PacketQueueCallbacks) throws(AdapterViolation) {
    let code = FailureCode.netQueueInvalidConfiguration
    guard let evtAdvance = callbacks.evtAdvance else { throw .missingCallback("evtAdvance", code) }
    guard let evtCancel = callbacks.evtCancel else { throw .missingCallback("evtCancel", code) }
    guard let evtSetNotificationEnabled = callbacks.evtSetNotificationEnabled else {
      throw .missingCallback("evtSetNotificationEnabled", code)
    }
    self.evtAdvance = evtAdvance
    self.evtCancel = evtCancel
    self.evtSetNotificationEnabled = evtSetNotificationEnabled
    (evtStart, evtStop) = (callbacks.evtStart, callbacks.evtStop)
  }
}
