/// Where a queue is in its life.
public enum QueueState: String, Hashable, Sendable, CaseIterable {
  /// Packets and buffers may be handed over.
  case started
  /// Nothing more is handed over, the driver returns what it has.
  case cancelled
  /// The driver has nothing and is not called.
  case stopped
  /// The driver put other rings in place of those it got; the queue is of no use any more.
  case broken
}
