/// What a driver does with a queue: `NET_PACKET_QUEUE_CONFIG`.
///
/// All callbacks run on the thread that called the queue, one at a time.
public struct PacketQueueCallbacks {
  /// Works on the rings; they are the driver's until the callback returns.
  public typealias EvtAdvance = (PacketQueue, inout NetRingCollection) -> Void
  /// Learns of something.
  public typealias Evt = (PacketQueue) -> Void

  /// `EvtAdvance`, required: takes new packets, returns finished ones.
  public var evtAdvance: EvtAdvance?
  /// `EvtCancel`, required: returns what it can.
  ///
  /// A transmit queue may let packets finish. A receive queue must return all packets, ignored, and
  /// all fragments.
  public var evtCancel: EvtAdvance?
  /// `EvtSetNotificationEnabled`, required: true asks for one ``PacketQueue/notify()`` when there is
  /// work, at once if there is some already.
  public var evtSetNotificationEnabled: ((PacketQueue, Bool) -> Void)?
  /// `EvtStart`: runs before the first advance, when all indices are 0.
  public var evtStart: Evt?
  /// `EvtStop`: runs when everything was returned.
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

/// The callbacks of a queue with the required ones present.
internal struct CheckedQueueCallbacks {
  internal let evtAdvance: PacketQueueCallbacks.EvtAdvance
  internal let evtCancel: PacketQueueCallbacks.EvtAdvance
  internal let evtSetNotificationEnabled: (PacketQueue, Bool) -> Void
  internal let evtStart: PacketQueueCallbacks.Evt?
  internal let evtStop: PacketQueueCallbacks.Evt?

  /// Names the first required callback that is missing.
  internal init(_ callbacks: PacketQueueCallbacks) throws(AdapterViolation) {
    guard let evtAdvance = callbacks.evtAdvance else { throw Self.missing("evtAdvance") }
    guard let evtCancel = callbacks.evtCancel else { throw Self.missing("evtCancel") }
    guard let evtSetNotificationEnabled = callbacks.evtSetNotificationEnabled else {
      throw Self.missing("evtSetNotificationEnabled")
    }
    self.evtAdvance = evtAdvance
    self.evtCancel = evtCancel
    self.evtSetNotificationEnabled = evtSetNotificationEnabled
    (evtStart, evtStop) = (callbacks.evtStart, callbacks.evtStop)
  }

  private static func missing(_ name: String) -> AdapterViolation {
    AdapterViolation(
      .netQueueInvalidConfiguration, reason: "a queue needs `\(name)`; pass it to its callbacks")
  }
}
