/// The callbacks of a driver that serves a queue: `NET_PACKET_QUEUE_CONFIG`.
///
/// All run on the thread that called the queue, one at a time. They may therefore capture a driver
/// that is a plain class, without a lock and not `Sendable`:
///
/// ```swift
/// final class Driver {
///   var isSegmenting = false
///   var packetCount = 0
///
///   var callbacks: PacketQueueCallbacks {
///     PacketQueueCallbacks(
///       evtAdvance: { _, rings in
///         self.packetCount += rings.packets.window.count
///         rings.packets.beginIndex = rings.packets.endIndex
///         rings.fragments.beginIndex = rings.fragments.endIndex
///       },
///       evtCancel: { _, _ in }, evtSetNotificationEnabled: { _, _ in },
///       evtSetOffloads: { _, offload in self.isSegmenting = offload.isLsoIPv4Enabled })
///   }
/// }
/// let driver = Driver()
/// let queue = try adapter.makeTransmitQueue(ringSize: 256, servedBy: driver.callbacks)
/// ```
///
/// The compiler keeps such a driver and its queue on one thread at a time.
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
  /// Is told the active offloads on the thread of the queue.
  ///
  /// It runs before `evtStart`, and after a change of the active offloads before the next
  /// `evtAdvance` or `evtCancel`. Packets that were posted before the change may still ask for an
  /// offload that is not active any more.
  ///
  /// NetAdapterCx has no such callback: its drivers protect what set callbacks and queue callbacks
  /// share by locks. Here ``EvtAdapterSetOffload`` is `@Sendable`, because it runs on any thread
  /// that changes the adapter.
  public var evtSetOffloads: EvtPacketQueueSetOffloads?
  /// `EvtStart`: runs before the first advance, when all indices are 0.
  public var evtStart: Evt?
  /// `EvtStop`: runs after the driver returned everything.
  public var evtStop: Evt?

  /// `NET_PACKET_QUEUE_CONFIG_INIT`.
  public init(
    evtAdvance: EvtAdvance?, evtCancel: EvtAdvance?,
    evtSetNotificationEnabled: ((PacketQueue, Bool) -> Void)?,
    evtSetOffloads: EvtPacketQueueSetOffloads? = nil, evtStart: Evt? = nil, evtStop: Evt? = nil
  ) {
    self.evtAdvance = evtAdvance
    self.evtCancel = evtCancel
    self.evtSetNotificationEnabled = evtSetNotificationEnabled
    self.evtSetOffloads = evtSetOffloads
    self.evtStart = evtStart
    self.evtStop = evtStop
  }
}

/// The callbacks of a queue, with the required ones present.
internal struct CheckedQueueCallbacks {
  internal let evtAdvance: PacketQueueCallbacks.EvtAdvance
  internal let evtCancel: PacketQueueCallbacks.EvtAdvance
  internal let evtSetNotificationEnabled: (PacketQueue, Bool) -> Void
  /// Calls `evtSetOffloads` if the active offloads have changed; nil without that callback.
  internal let tellOffloads: PacketQueueCallbacks.Evt?
  internal let evtStart: PacketQueueCallbacks.Evt?
  internal let evtStop: PacketQueueCallbacks.Evt?

  /// Checks the callbacks.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/netQueueInvalidConfiguration`` (22) for the
  ///   first required callback that is missing.
  internal init(
    _ callbacks: PacketQueueCallbacks, tellOffloads: PacketQueueCallbacks.Evt?
  ) throws(AdapterViolation) {
    let code = FailureCode.netQueueInvalidConfiguration
    guard let evtAdvance = callbacks.evtAdvance else { throw .missingCallback("evtAdvance", code) }
    guard let evtCancel = callbacks.evtCancel else { throw .missingCallback("evtCancel", code) }
    guard let evtSetNotificationEnabled = callbacks.evtSetNotificationEnabled else {
      throw .missingCallback("evtSetNotificationEnabled", code)
    }
    self.evtAdvance = evtAdvance
    self.evtCancel = evtCancel
    self.evtSetNotificationEnabled = evtSetNotificationEnabled
    self.tellOffloads = tellOffloads
    (evtStart, evtStop) = (callbacks.evtStart, callbacks.evtStop)
  }
}
