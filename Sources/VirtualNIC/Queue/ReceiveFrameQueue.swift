public import NetAdapterCore

/// A receive queue of frames: from the link through the rings of a driver to the caller.
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
/// A queue that the emulated hardware serves belongs to the thread of its NIC. A ``QueueFactory``
/// makes queues of drivers for other threads.
///
/// A driver that coalesces packets writes their counts; `ReceivedPacket/rsc` has them.
public final class ReceiveFrameQueue {
  /// The queue of packets that the driver serves.
  public var packetQueue: QueueView<ReceiveQueue> { QueueView(driverQueue) }
  internal let driverQueue: ReceiveQueue
  private let watch: AdapterWatch
  internal let hardware: ReceiveHardware?

  internal init(
    of adapter: NetAdapter, driverQueue: ReceiveQueue, hardware: ReceiveHardware?
  ) {
    watch = AdapterWatch(adapter)
    (self.driverQueue, self.hardware) = (driverQueue, hardware)
  }

  /// Packets that were dropped because the driver returned them after its adapter was stopped.
  public internal(set) var droppedCount = 0
  /// Frames that were dropped because neither the rings nor the emulated hardware had room.
  public var overflowCount: Int { hardware?.overflowCount ?? 0 }

  /// Posts buffers to the driver, runs it, and passes the received packets to `body`, in order.
  ///
  /// On an adapter that is stopped, the driver returns its buffers and `body` is not called.
  ///
  /// - Parameter body: Gets each packet; it must not call the queue.
  /// - Returns: The number of packets that `body` got.
  /// - Throws: `QueueError/violation(_:)` if the driver breaks a rule of the rings, and
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
    // New buffers are posted only after the driver has returned those from before a stop.
    if driverQueue.state == .cancelled { try returnAll() }
    if driverQueue.state == .stopped { try driverQueue.start() }
    if driverQueue.state == .cancelled { return 0 }
    try driverQueue.replenish()
    try driverQueue.advance()
    var count = 0
    while try driverQueue.takeReceived(body) != nil { count += 1 }
    return count
  }

  /// Cancels the queue, so that the driver returns its buffers.
  private func drain() throws(QueueError) {
    if driverQueue.state == .started { try driverQueue.cancel() }
    if driverQueue.state == .cancelled { try returnAll() }
  }

  /// Runs the driver of a cancelled queue, and stops the queue once all buffers are returned.
  private func returnAll() throws(QueueError) {
    if driverQueue.outstandingPacketCount + driverQueue.outstandingFragmentCount > 0 {
      try driverQueue.advance()
    }
    while try driverQueue.takeReceived({ _ in }) != nil { droppedCount += 1 }
    guard driverQueue.outstandingPacketCount + driverQueue.outstandingFragmentCount == 0 else {
      return
    }
    try driverQueue.stop()
  }
}
