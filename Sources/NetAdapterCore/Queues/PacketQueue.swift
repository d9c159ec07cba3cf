/// A queue as its driver sees it: `NETPACKETQUEUE`.
public final class PacketQueue {
  /// Which way packets go.
  public enum Direction: String, Hashable, Sendable, CaseIterable {
    /// `NetTxQueue`: from the stack to the wire.
    case transmit
    /// `NetRxQueue`: from the wire to the stack.
    case receive
  }

  /// Which way packets go.
  public let direction: Direction
  /// `NetTxQueueGetExtension`: what packets carry beside their octets.
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

  internal init(_ direction: Direction, _ configuration: QueueConfiguration) {
    self.direction = direction
    extensions = configuration.extensions
    ringSize = configuration.ringSize
    fragmentRingSize = configuration.fragmentRingSize
    bufferCapacity = configuration.bufferCapacity
  }

  /// Says that there is work: `NetTxQueueNotifyMoreCompletedPacketsAvailable`,
  /// `NetRxQueueNotifyMoreReceivedPacketsAvailable`.
  ///
  /// Wakes the operating system once after each time that notifications were enabled; has no effect
  /// otherwise.
  ///
  /// - Returns: Whether it woke the operating system.
  @discardableResult
  public func notify() -> Bool {
    guard isNotificationArmed else { return false }
    isNotificationArmed = false
    evtNotification?()
    return true
  }
}
