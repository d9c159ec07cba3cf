/// A transmit queue as seen by the operating system: `NetTxQueue`.
///
/// ```swift
/// let queue = try adapter.makeTransmitQueue(ringSize: 256)
/// try queue.post(frame, tag: 7)                      // [UInt8] or RawSpan
/// try queue.advance()                                // the driver sends
/// while let done = queue.takeCompleted() { … }       // done.tag == 7
/// ```
public final class TransmitQueue: DatapathQueue {
  /// Octets of room before the first octet of each packet.
  public let payloadBackfill: Int
  /// Octets of the longest packet that can be posted.
  public let maximumPacketLength: Int
  /// The largest number of fragments of a packet: that of the driver, of the ring, or of the field.
  internal let maximumFragmentCount: Int
  /// The tag of each posted packet; not in the rings, where a driver could change it.
  internal var notes: FixedMemory<CompletedPacket>

  /// Makes and starts a queue; the backfill was checked by ``check(payloadBackfill:_:)``.
  internal init(
    _ plan: QueuePlan, servedBy callbacks: CheckedQueueCallbacks, payloadBackfill: Int,
    maximumFragmentCount: Int
  ) {
    self.payloadBackfill = payloadBackfill
    let fragmentCount = min(
      maximumFragmentCount, plan.configuration.fragmentRingSize - 1, Int(UInt16.max))
    self.maximumFragmentCount = fragmentCount
    maximumPacketLength = fragmentCount * plan.configuration.bufferCapacity - payloadBackfill
    notes = FixedMemory(
      count: plan.configuration.ringSize, repeating: CompletedPacket(tag: 0, isIgnored: false))
    super.init(plan, servedBy: callbacks)
    // A new queue is stopped and not busy, so this cannot fail.
    try? start()
  }

  /// Throws if a backfill leaves no room in a buffer, or is larger than the field `Offset` can
  /// hold.
  internal static func check(
    payloadBackfill: Int, _ configuration: RingConfiguration
  ) throws(AdapterViolation) {
    let limit = min(NetFragment.offsetBits.limit, configuration.bufferCapacity - 1)
    guard payloadBackfill > limit else { return }
    throw AdapterViolation(
      .netQueueInvalidConfiguration, payloadBackfill, limit,
      reason: "`payloadBackfill` is \(payloadBackfill) octets; with buffers of "
        + "\(configuration.bufferCapacity) octets it must be in 0...\(limit)")
  }

  /// Returns the number of fragments that a packet takes.
  ///
  /// - Parameter byteCount: Octets of the packet.
  /// - Returns: The number; `Int.max` for a packet longer than ``maximumPacketLength``.
  public func fragmentCount(forOctets byteCount: Int) -> Int {
    guard byteCount > 0, byteCount <= maximumPacketLength else { return byteCount > 0 ? .max : 0 }
    return (byteCount + payloadBackfill + configuration.bufferCapacity - 1)
      / configuration.bufferCapacity
  }

  /// Takes back the first packet that the driver returned, and all returned fragments.
  ///
  /// - Returns: The packet; nil if none was returned.
  /// - Complexity: O(1). Does not allocate.
  public func takeCompleted() -> CompletedPacket? {
    // Fragments come back by their own index: a driver can keep some of a returned packet.
    fragmentCursor.taken = fragmentCursor.returned
    guard packetCursor.waiting > 0 else { return nil }
    let note = notes[packetCursor.taken]
    packetCursor.taken = packetCursor.index(packetCursor.taken, advancedBy: 1)
    return note
  }
}

/// The data that a packet to send carries beside its octets.
public struct TransmitMetadata: Hashable, Sendable {
  /// Kinds and lengths of its headers; the framework sets it for every packet.
  public var layout: NetPacketLayout
  /// The segment size.
  public var gso: NetPacketGso
  /// The checksums to complete.
  public var checksum: NetPacketChecksum
  /// The tag to insert.
  public var ieee8021Q: NetPacketIeee8021Q

  /// Creates metadata; each part defaults to no action.
  public init(
    layout: NetPacketLayout = .init(), gso: NetPacketGso = .init(),
    checksum: NetPacketChecksum = .init(), ieee8021Q: NetPacketIeee8021Q = .init()
  ) {
    (self.layout, self.gso) = (layout, gso)
    (self.checksum, self.ieee8021Q) = (checksum, ieee8021Q)
  }
}

/// A packet that a driver returned.
public struct CompletedPacket: Hashable, Sendable, BitwiseCopyable {
  /// The tag that it was posted with.
  public let tag: Int
  /// Whether it was posted by ``TransmitQueue/postIgnored(tag:)``.
  public let isIgnored: Bool
}
