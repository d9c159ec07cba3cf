public import NetAdapterCore

/// Frames on their way from the wire through the rings of a driver to a stack.
///
/// ```swift
/// let queue = try nic.makeReceiveQueue(ringSize: 64)
/// wire.send(frame)                                   // a link that ends in the NIC
/// try queue.advance { packet in
///   packet.checksum.layer4Evaluation                    // .valid
///   packet.array()                                   // the frame
/// }
/// ```
///
/// A queue belongs to the thread that hands frames to its NIC; see ``VirtualNIC``.
///
/// Coalesced packets will come the same way, with their counts in `ReceivedPacket/rsc`.
public final class ReceiveFrameQueue {
  /// The queue of packets that the driver serves.
  public let packetQueue: ReceiveQueue
  private let watch: AdapterWatch
  internal let hardware: ReceiveHardware?

  internal init(
    of adapter: NetAdapter, packetQueue: ReceiveQueue, hardware: ReceiveHardware?
  ) {
    watch = AdapterWatch(adapter)
    (self.packetQueue, self.hardware) = (packetQueue, hardware)
  }

  /// Frames that came when neither rings nor the emulated hardware had room for them.
  public var overflowCount: Int { hardware?.overflowCount ?? 0 }

  /// Gives the driver buffers, lets it work, and shows what it received, in order.
  ///
  /// On an adapter that is stopped the driver returns its buffers, and nothing is shown.
  ///
  /// - Parameter body: Gets each packet; it must not call the queue.
  /// - Returns: How many packets were shown.
  /// - Throws: `QueueError/violation(_:)` if the driver broke a rule of the rings, and
  ///   `QueueError/reentered(call:)` from inside of `body` or a driver.
  /// - Complexity: O(*n*) in the octets of the packets. Does not allocate.
  @discardableResult
  public func advance(
    _ body: (borrowing ReceivedPacket) -> Void
  ) throws(QueueError) -> Int {
    watch.refresh()
    guard watch.state.isRunning else {
      try drain()
      return 0
    }
    // A driver may have buffers left from before a stop; new ones have to wait for those.
    if packetQueue.state == .cancelled { try returnAll() }
    if packetQueue.state == .stopped { try packetQueue.start() }
    if packetQueue.state == .cancelled { return 0 }
    try packetQueue.replenish()
    try packetQueue.advance()
    var shown = 0
    while try packetQueue.takeReceived(body) != nil { shown += 1 }
    return shown
  }

  /// Takes everything back from the driver.
  private func drain() throws(QueueError) {
    if packetQueue.state == .started { try packetQueue.cancel() }
    if packetQueue.state == .cancelled { try returnAll() }
  }

  /// Lets the driver of a cancelled queue return buffers, and stops the queue if it has none left.
  private func returnAll() throws(QueueError) {
    if packetQueue.outstandingPacketCount + packetQueue.outstandingFragmentCount > 0 {
      try packetQueue.advance()
    }
    while try packetQueue.takeReceived({ _ in }) != nil {}
    guard packetQueue.outstandingPacketCount + packetQueue.outstandingFragmentCount == 0 else {
      return
    }
    try packetQueue.stop()
  }
}
