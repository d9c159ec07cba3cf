/// A receive queue as seen by the operating system: `NetRxQueue`.
///
/// ```swift
/// let queue = try adapter.makeReceiveQueue(ringSize: 256)
/// try queue.replenish()                              // posts empty buffers
/// try queue.advance()                                // the driver fills some
/// while let length = try queue.takeReceived({ $0.byteCount }) { … }
/// ```
public final class ReceiveQueue: DatapathQueue {
  /// Number of packets that the driver returned ignored, since the queue was made.
  public internal(set) var ignoredPacketCount = 0
  /// The fragments of the packet that ``takeReceived(_:)`` is taking.
  private var ranges: FixedMemory<OctetRange>

  override internal init(_ plan: QueuePlan, servedBy callbacks: CheckedQueueCallbacks) {
    ranges = FixedMemory(
      count: plan.configuration.fragmentRingSize, repeating: OctetRange())
    super.init(plan, servedBy: callbacks)
    // A new queue is stopped and not busy, so this cannot fail.
    try? start()
  }

  /// Posts empty packet elements and fragments, each with its buffer.
  ///
  /// - Parameters:
  ///   - packets: The largest number of packet elements to post, at least 0; defaults to all free
  ///     ones.
  ///   - fragments: The largest number of fragments to post, likewise.
  /// - Returns: The numbers that were posted.
  /// - Throws: ``QueueError/wrongState(call:state:remedy:)`` unless the queue is started,
  ///   ``QueueError/negativeCount(call:count:)``, or ``QueueError/reentered(call:)``; nothing is
  ///   posted then.
  /// - Complexity: O(*n*) in the number of elements. Does not allocate.
  @discardableResult
  public func replenish(
    packets: Int = .max, fragments: Int = .max
  ) throws(QueueError) -> (packets: Int, fragments: Int) {
    try enter("replenish()", in: .started, remedy: "start()")
    let least = min(packets, fragments)
    guard least >= 0 else { throw .negativeCount(call: "replenish()", count: least) }
    let packetCount = min(packets, freePacketCount)
    let fragmentCount = min(fragments, freeFragmentCount)
    for position in 0..<packetCount {
      let index = packetCursor.index(packetCursor.end, advancedBy: position)
      rings.packets[index] = isVerified ? .poisoned : NetPacket()
      rings.checksum[index] = NetPacketChecksum()
      rings.rsc[index] = NetPacketRsc()
      rings.rscTimestamp[index] = NetPacketRscTimestamp()
      rings.ieee8021Q[index] = NetPacketIeee8021Q()
    }
    for position in 0..<fragmentCount {
      let index = fragmentCursor.index(fragmentCursor.end, advancedBy: position)
      var fragment = isVerified ? NetFragment.poisoned : NetFragment()
      fragment.capacity = configuration.bufferCapacity
      rings.fragments[index] = fragment
    }
    packetCursor.end = packetCursor.index(packetCursor.end, advancedBy: packetCount)
    fragmentCursor.end = fragmentCursor.index(fragmentCursor.end, advancedBy: fragmentCount)
    rings.packets.endIndex = packetCursor.end
    rings.fragments.endIndex = fragmentCursor.end
    return (packetCount, fragmentCount)
  }

  /// Takes back the first packet that the driver returned, with its fragments.
  ///
  /// Ignored packets before it are dropped. Returned fragments before the packet's own are taken
  /// back with it. If it is the last returned packet, all returned fragments are taken back.
  ///
  /// - Parameter body: Gets the packet; calls of the queue are refused while it runs.
  /// - Returns: The result of `body`; nil if no packet was returned.
  /// - Throws: ``QueueError/violation(_:)`` if the packet breaks a rule (codes 60, 62, 64, 77, 78),
  ///   which happens only in queues without a verifier. The packet is dropped, and the next call
  ///   takes the one after it.
  /// - Complexity: O(*n*) in the number of fragments and ignored packets. Does not allocate.
  public func takeReceived<Result>(
    _ body: (borrowing ReceivedPacket) -> Result
  ) throws(QueueError) -> Result? {
    guard !isBusy else { throw .reentered(call: "takeReceived()") }
    while packetCursor.waiting > 0 {
      let index = packetCursor.taken
      let packet = rings.packets[index]
      packetCursor.taken = packetCursor.index(index, advancedBy: 1)
      defer { if packetCursor.waiting == 0 { fragmentCursor.taken = fragmentCursor.returned } }
      if packet.isIgnored {
        ignoredPacketCount += 1
        continue
      }
      do throws(AdapterViolation) { try claim(packet, index) } catch { throw .violation(error) }
      isBusy = true
      let result = Self.call(
        body, withPacketAt: index, in: rings, fragments: ranges.first(packet.fragmentCount))
      isBusy = false
      fragmentCursor.taken = fragmentCursor.index(
        packet.fragmentIndex, advancedBy: packet.fragmentCount)
      return result
    }
    fragmentCursor.taken = fragmentCursor.returned
    return nil
  }

  private static func call<Result>(
    _ body: (borrowing ReceivedPacket) -> Result, withPacketAt index: Int,
    in rings: borrowing NetRingCollection, fragments ranges: Span<OctetRange>
  ) -> Result {
    body(ReceivedPacket(at: index, in: rings, fragments: ranges))
  }

  /// Sets ``ranges`` to the fragments of a packet, if the driver returned them all.
  private func claim(_ packet: NetPacket, _ index: Int) throws(AdapterViolation) {
    let (first, count) = (packet.fragmentIndex, packet.fragmentCount)
    guard count > 0 else { throw .fragmentCountZero(packet: index) }
    guard first < fragmentCursor.count else {
      throw .fragments(packet, at: index, .invalidRingRxPacketFragmentIndexOutOfPreRange)
    }
    let start = fragmentCursor.distance(fragmentCursor.taken, first)
    guard start + count <= fragmentCursor.waiting else {
      throw .fragments(packet, at: index, .invalidRingRxPacketFragmentIndexOutOfPostRange)
    }
    for position in 0..<count {
      let at = fragmentCursor.index(first, advancedBy: position)
      let fragment = rings.fragments[at]
      try fragment.check(
        at: at, isFirst: position == 0, bufferCapacity: configuration.bufferCapacity)
      let base = at * configuration.bufferCapacity + fragment.offset
      ranges[position] = OctetRange(start: base, end: base + fragment.validLength)
    }
  }
}
