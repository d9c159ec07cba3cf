/// A queue as its driver sees it: `NETPACKETQUEUE`.
public final class PacketQueue {
  /// The direction in which packets travel.
  public enum Direction: String, Hashable, Sendable, CaseIterable {
    /// `NetTxQueue`: from the stack to the wire.
    case transmit
    /// `NetRxQueue`: from the wire to the stack.
    case receive
  }

  /// The direction in which packets travel.
  public let direction: Direction
  /// `NetTxQueueInitGetQueueId`, `NetRxQueueInitGetQueueId`: the number of the queue among those of
  /// its adapter and direction, from 0.
  ///
  /// A new queue gets the lowest number that no other has, so that numbers are below
  /// `MaximumNumberOfQueues`.
  public let queueId: Int
  /// `NetTxQueueGetExtension`: data that packets carry beside their octets.
  public let extensions: [PacketExtension]
  /// Elements of the packet ring.
  public let ringSize: Int
  /// Elements of the fragment ring.
  public let fragmentRingSize: Int
  /// Octets of each fragment's buffer.
  public let bufferCapacity: Int
  /// True from the time that notifications are enabled until the driver notifies.
  public internal(set) var isNotificationArmed = false

  internal var evtNotification: (() -> Void)?

  internal init(_ direction: Direction, queueId: Int, _ configuration: RingConfiguration) {
    (self.direction, self.queueId) = (direction, queueId)
    extensions = configuration.extensions
    ringSize = configuration.ringSize
    fragmentRingSize = configuration.fragmentRingSize
    bufferCapacity = configuration.bufferCapacity
  }

  /// Notifies the operating system that packets can be returned:
  /// `NetTxQueueNotifyMoreCompletedPacketsAvailable`,
  /// `NetRxQueueNotifyMoreReceivedPacketsAvailable`.
  ///
  /// Has an effect once after each time that notifications were enabled.
  ///
  /// - Returns: Whether the operating system was notified.
  @discardableResult
  public func notify() -> Bool {
    guard isNotificationArmed else { return false }
    isNotificationArmed = false
    evtNotification?()
    return true
  }
}

/// The stage of a queue's life cycle.
public enum QueueState: String, Hashable, Sendable, CaseIterable {
  /// Packets and buffers can be posted.
  case started
  /// Nothing can be posted; the driver returns what it owns.
  case cancelled
  /// The driver owns nothing and is not called.
  case stopped
  /// The driver replaced the rings that it was given; the queue cannot be used any more.
  case broken
}
