public import NetAdapterCore

/// The queue of packets below a queue of frames, to be read but not operated.
///
/// ```swift
/// let queue = try nic.makeTransmitQueue(ringSize: 16)
/// queue.packetQueue.maximumPacketLength         // octets
/// queue.packetQueue.outstandingPacketCount      // what the driver has
/// ```
///
/// Only the queue of frames posts packets, takes them back, and starts and stops the rings. A
/// packet that another caller posted or took would leave a frame that never completes.
public struct QueueView<Queue: DatapathQueue> {
  private let queue: Queue

  internal init(_ queue: Queue) { self.queue = queue }

  /// The direction in which packets travel.
  public var direction: PacketQueue.Direction { queue.handle.direction }
  /// The data that packets carry beside their octets.
  public var extensions: [PacketExtension] { queue.handle.extensions }
  /// Elements of the packet ring.
  public var ringSize: Int { queue.handle.ringSize }
  /// Elements of the fragment ring.
  public var fragmentRingSize: Int { queue.handle.fragmentRingSize }
  /// Octets of the buffer of each fragment.
  public var bufferCapacity: Int { queue.handle.bufferCapacity }
  /// The stage of the queue's life cycle.
  public var state: QueueState { queue.state }
  /// Whether the queue checks its driver by all rules of the rings.
  public var isVerified: Bool { queue.isVerified }
  /// Number of packets that can be posted now; a ring of *n* elements holds *n* − 1.
  public var freePacketCount: Int { queue.freePacketCount }
  /// Number of fragments that can be posted now.
  public var freeFragmentCount: Int { queue.freeFragmentCount }
  /// Number of packets that the driver owns.
  public var outstandingPacketCount: Int { queue.outstandingPacketCount }
  /// Number of fragments that the driver owns.
  public var outstandingFragmentCount: Int { queue.outstandingFragmentCount }
  /// Number of packets that the driver returned and that were not taken back.
  public var returnedPacketCount: Int { queue.returnedPacketCount }

  /// True from the time that notifications are enabled until the driver notifies.
  public var isNotificationArmed: Bool { queue.isNotificationArmed }

  /// Sets the closure that runs when the driver notifies; nil for none.
  ///
  /// It may run during a callback of the driver, when calls of the queue are refused. It should
  /// only record that there is something to do.
  public func onNotification(_ evtNotification: (() -> Void)?) {
    queue.onNotification(evtNotification)
  }

  /// Asks the driver to notify once, when it has packets to return.
  ///
  /// - Throws: `QueueError/wrongState(call:state:remedy:)` in a stopped queue, and
  ///   `QueueError/reentered(call:)` from inside of a callback of the queue.
  public func setNotificationEnabled(_ isEnabled: Bool) throws(QueueError) {
    try queue.setNotificationEnabled(isEnabled)
  }
}

extension QueueView where Queue == TransmitQueue {
  /// Octets of room before the first octet of each packet.
  public var payloadBackfill: Int { queue.payloadBackfill }
  /// Octets of the longest packet that the rings hold.
  public var maximumPacketLength: Int { queue.maximumPacketLength }
}

extension QueueView where Queue == ReceiveQueue {
  /// Number of packets that the driver returned ignored, since the queue was made.
  public var ignoredPacketCount: Int { queue.ignoredPacketCount }
}
