/// A transmit queue as the operating system sees it: `NetTxQueue`.
///
/// ```swift
/// let queue = try adapter.makeTransmitQueue(ringSize: 256)
/// try queue.post(frame, tag: 7)                      // [UInt8] or RawSpan
/// try queue.advance()                                // the driver sends
/// while let done = queue.takeCompleted() { … }       // done.tag == 7
/// ```
public final class TransmitQueue: DatapathQueue {
  /// Octets of room in front of the first octet of each packet.
  public let payloadBackfill: Int
  /// Most octets of a packet.
  public let maximumPacketLength: Int
  /// What was posted with each packet, out of the driver's reach.
  internal var notes: FixedMemory<CompletedPacket>

  internal init(
    _ plan: QueuePlan, _ callbacks: CheckedQueueCallbacks, _ capabilities: TransmitCapabilities
  ) {
    payloadBackfill = capabilities.payloadBackfill
    let most = min(
      capabilities.maximumNumberOfFragments, plan.configuration.fragmentRingSize - 1,
      Int(UInt16.max))
    maximumPacketLength = most * plan.configuration.bufferCapacity - capabilities.payloadBackfill
    notes = FixedMemory(
      count: plan.configuration.ringSize, repeating: CompletedPacket(tag: 0, isIgnored: false))
    super.init(plan, callbacks)
    // A queue that was never started is stopped and not busy, so this cannot fail.
    try? start()
  }

  /// Refuses a backfill that leaves no room for octets, or that the field `Offset` cannot say.
  internal static func check(
    _ capabilities: TransmitCapabilities, _ configuration: QueueConfiguration
  ) throws(AdapterViolation) {
    let limit = min(NetFragment.offsetBits.limit, configuration.bufferCapacity - 1)
    guard capabilities.payloadBackfill > limit else { return }
    throw AdapterViolation(
      .netQueueInvalidConfiguration, capabilities.payloadBackfill, limit,
      reason: "`payloadBackfill` is \(capabilities.payloadBackfill) octets; with buffers of "
        + "\(configuration.bufferCapacity) octets it must be in 0...\(limit)")
  }

  /// Number of fragments that a packet takes.
  ///
  /// - Parameter byteCount: Octets of the packet.
  /// - Returns: Their number; `Int.max` for a packet longer than ``maximumPacketLength``.
  public func fragmentCount(forOctets byteCount: Int) -> Int {
    guard byteCount > 0, byteCount <= maximumPacketLength else { return byteCount > 0 ? .max : 0 }
    return (byteCount + payloadBackfill + configuration.bufferCapacity - 1)
      / configuration.bufferCapacity
  }

  /// Takes back the packet that the driver returned first, and its fragments.
  ///
  /// - Returns: The packet; nil if none is waiting.
  /// - Complexity: O(1). Does not allocate.
  public func takeCompleted() -> CompletedPacket? {
    // Fragments come back by their own index: a driver can keep some of a packet's.
    fragmentCursor.taken = fragmentCursor.returned
    guard packetCursor.waiting > 0 else { return nil }
    let note = notes[packetCursor.taken]
    packetCursor.taken = packetCursor.index(packetCursor.taken, advancedBy: 1)
    return note
  }
}
