internal import WireFormats

/// The octets of held units: slots of equal size.
@safe
internal struct SlotMemory: ~Copyable {
  /// Octets of a slot: an IP packet of 65,535 after the longest link header with seven tags.
  static let slotByteCount = 65_600
  /// Octets from the start of one slot to the next, whole cache lines.
  private static let stride = 65_664
  /// Octets before the first slot, so that the payload of Ethernet, IPv4 and TCP with timestamps,
  /// after 66 octets of headers, starts at a multiple of 32: vectors are stored faster there.
  private static let lead = 30

  private let slab: UnsafeMutableRawBufferPointer

  init(slotCount: Int) {
    // SAFETY: the buffer is initialised to its full length here, and freed once, in deinit.
    unsafe slab = .allocate(byteCount: slotCount * Self.stride, alignment: 64)
    unsafe slab.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit {
    // SAFETY: the memory is never copied, so it is freed once.
    unsafe slab.deallocate()
  }

  /// The octets of a slot.
  @_lifetime(borrow self)
  @inline(__always)
  borrowing func slot(_ index: Int) -> RawSpan {
    let start = index &* Self.stride &+ Self.lead
    precondition(index >= 0 && start < byteCount, "slot index out of range")
    // SAFETY: the slab has whole slots, it was initialised when it was made, and it lives as long
    // as the memory.
    let slot = unsafe RawSpan(
      _unsafeBytes: UnsafeRawBufferPointer(
        rebasing: slab[start..<(start &+ Self.slotByteCount)]))
    return unsafe _overrideLifetime(slot, borrowing: self)
  }

  /// The octets of a slot, for writing.
  @_lifetime(&self)
  @inline(__always)
  mutating func mutableSlot(_ index: Int) -> MutableRawSpan {
    let start = index &* Self.stride &+ Self.lead
    precondition(index >= 0 && start < byteCount, "slot index out of range")
    // SAFETY: as above, and the access to the memory is exclusive.
    let slot = unsafe MutableRawSpan(
      _unsafeBytes: UnsafeMutableRawBufferPointer(
        rebasing: slab[start..<(start &+ Self.slotByteCount)]))
    return unsafe _overrideLifetime(slot, mutating: &self)
  }

  /// Copies octets into a slot and returns their sum in memory order, in one pass; traps if they
  /// leave the slot.
  @inline(always)
  mutating func copySumming(_ octets: RawSpan, to index: Int, at offset: Int) -> UInt64 {
    let start = index &* Self.stride &+ Self.lead
    precondition(index >= 0 && start < byteCount, "slot index out of range")
    precondition(
      offset >= 0 && octets.byteCount <= Self.slotByteCount &- offset, "no room for the copy")
    // SAFETY: the octets lie in the slot, which is in the slab; the access to the memory is
    // exclusive, so the two do not overlap.
    return unsafe octets.withUnsafeBytes { source in
      guard let from = source.baseAddress, let to = unsafe slab.baseAddress else { return 0 }
      return unsafe copyAndSum(
        to: to + (start &+ offset), from: from, count: source.count, kernel: .current)
    }
  }

  private var byteCount: Int {
    // SAFETY: only the length is read.
    unsafe slab.count
  }
}
