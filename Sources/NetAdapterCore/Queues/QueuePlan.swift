/// A queue that is about to be made.
internal struct QueuePlan {
  internal let handle: PacketQueue
  internal let configuration: QueueConfiguration
  internal let slot: QueueSlot
  internal let isVerified: Bool
}
