/// One of the queues that an adapter's driver said it can have; free again with the last reference.
internal final class QueueSlot: Sendable {
  private let adapter: NetAdapter
  private let direction: PacketQueue.Direction

  /// The slot was counted by the caller.
  internal init(_ adapter: NetAdapter, _ direction: PacketQueue.Direction) {
    (self.adapter, self.direction) = (adapter, direction)
  }

  deinit { adapter.record.withLock { [direction] in $0.datapath.release(direction) } }
}

/// What an adapter knows of its queues: how to make them, and how many there are.
internal struct DatapathRecord: Sendable {
  internal var callbacks: DatapathCallbacks?
  internal private(set) var transmitQueueCount = 0
  internal private(set) var receiveQueueCount = 0

  /// Counts a queue, unless there are as many as the driver can have.
  internal mutating func take(
    _ direction: PacketQueue.Direction, limit: Int
  ) throws(AdapterViolation) {
    let count = direction == .transmit ? transmitQueueCount : receiveQueueCount
    guard count < limit else {
      throw AdapterViolation(
        nil, count, limit,
        reason: "the adapter has \(count) \(direction.rawValue) queues already, of "
          + "`maximumNumberOfQueues` \(limit)")
    }
    if direction == .transmit { transmitQueueCount += 1 } else { receiveQueueCount += 1 }
  }

  /// Forgets a queue.
  internal mutating func release(_ direction: PacketQueue.Direction) {
    if direction == .transmit { transmitQueueCount -= 1 } else { receiveQueueCount -= 1 }
  }
}
