/// A receive queue as the operating system sees it: `NetRxQueue`.
///
/// ```swift
/// let queue = try adapter.makeReceiveQueue(ringSize: 256)
/// try queue.replenish()                              // buffers for the driver
/// try queue.advance()                                // the driver fills some
/// while let length = try queue.takeReceived({ $0.byteCount }) { … }
/// ```
public final class ReceiveQueue: DatapathQueue {
  /// Packets that the driver returned ignored, since the queue was made.
  public private(set) var ignoredPacketCount = 0
  /// Where the fragments of the packet lie that is being taken.
  private var ranges: FixedMemory<OctetRange>

  override internal init(_ plan: QueuePlan, _ callbacks: CheckedQueueCallbacks) {
    ranges = FixedMemory(
      count: plan.configuration.fragmentRingSize, repeating: OctetRange())
    super.init(plan, callbacks)
    // A queue that was never started is stopped and not busy, so this cannot fail.
    try? start()
  }

  /// Hands empty packet elements and buffers to the driver.
  ///
  /// - Parameters:
  ///   - packets: Packet elements, at most; all that are free unless told.
  ///   - fragments: Fragments with a buffer each, at most; all that are free unless told.
  /// - Returns: How many of each were handed over.
  /// - Throws: ``QueueError/wrongState(call:state:remedy:)`` unless the queue is started.
  /// - Complexity: O(*n*) in the number of elements. Does not allocate.
  @discardableResult
  public func replenish(
    packets: Int = .max, fragments: Int = .max
  ) throws(QueueError) -> (packets: Int, fragments: Int) {
    try enter("replenish()", in: .started, remedy: "start()")
    let packetCount = max(0, min(packets, freePacketCount))
    let fragmentCount = max(0, min(fragments, freeFragmentCount))
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

  /// Takes the packet that the driver received first, and its buffers back.
  ///
  /// Ignored packets are thrown away on the way. Buffers in front of the packet's that no packet had are
  /// taken back with it, and all buffers that were returned with the last packet.
  ///
  /// - Parameter body: Gets the packet; it must not call the queue.
  /// - Returns: What `body` returns; nil if no packet is waiting.
  /// - Throws: ``QueueError/violation(_:)`` if the packet is not one (codes 60, 62, 64, 77, 78), which
  ///   happens without a verifier only. It is thrown away then, and the next call goes on behind it.
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
      let result = Self.show(rings, index, ranges.first(packet.fragmentCount), body)
      isBusy = false
      fragmentCursor.taken = fragmentCursor.index(
        packet.fragmentIndex, advancedBy: packet.fragmentCount)
      return result
    }
    fragmentCursor.taken = fragmentCursor.returned
    return nil
  }

  private static func show<Result>(
    _ rings: borrowing NetRingCollection, _ index: Int, _ ranges: Span<OctetRange>,
    _ body: (borrowing ReceivedPacket) -> Result
  ) -> Result {
    body(ReceivedPacket(rings, index, fragments: ranges))
  }

  /// Notes where the fragments of a packet lie, if the driver returned them all.
  private func claim(_ packet: NetPacket, _ index: Int) throws(AdapterViolation) {
    let (first, count) = (packet.fragmentIndex, packet.fragmentCount)
    guard count > 0 else { throw .fragmentCountZero(index) }
    guard first < fragmentCursor.count else {
      throw .fragments(.invalidRingRxPacketFragmentIndexOutOfPreRange, index, first, count)
    }
    let start = fragmentCursor.distance(fragmentCursor.taken, first)
    guard start + count <= fragmentCursor.waiting else {
      throw .fragments(.invalidRingRxPacketFragmentIndexOutOfPostRange, index, first, count)
    }
    for position in 0..<count {
      let at = fragmentCursor.index(first, advancedBy: position)
      let fragment = rings.fragments[at]
      try fragment.check(at, isFirst: position == 0, bufferCapacity: configuration.bufferCapacity)
      let base = at * configuration.bufferCapacity + fragment.offset
      ranges[position] = OctetRange(start: base, end: base + fragment.validLength)
    }
  }
}
