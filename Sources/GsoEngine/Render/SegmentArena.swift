internal import WireFormats

/// Memory for complete frames, which is filled from front to back and reused after ``reset()``.
///
/// An arena never grows and allocates only when it is made.
///
/// ```swift
/// var arena = try SegmentArena(byteCount: 80_000)
/// try plan.render(frame, into: &arena)
/// for index in 0..<arena.count { send(arena[index]) }
/// arena.reset()
/// ```
@safe
public struct SegmentArena: ~Copyable {
  /// The number of octets that an arena may have: up to 1 GiB.
  public static let byteCountRange = 0...1_073_741_824
  /// The number of frames that an arena may have room for.
  public static let slotCountRange = 1...16_777_216
  /// The shortest frame that can be segmented, in octets: IPv4 and UDP headers.
  private static let shortestFrame = 28

  /// Number of complete frames.
  public private(set) var count = 0

  @usableFromInline internal let slab: UnsafeMutableRawBufferPointer
  /// Where each complete frame ends, if ``storesEnds``; it starts where the one before it ends.
  @usableFromInline internal let ends: UnsafeMutableBufferPointer<Int>
  @usableFromInline internal private(set) var used = 0
  /// Octets of each frame but the last.
  ///
  /// Frames of one plan are equally long, and storing where each of them ends would take longer
  /// than finding it by this.
  @usableFromInline internal private(set) var stride: UInt32 = 0
  /// Whether frames have other lengths than ``stride`` says.
  @usableFromInline internal private(set) var storesEnds = false

  /// Makes room for `byteCount` octets in at most `slotCount` frames.
  ///
  /// - Parameters:
  ///   - byteCount: Octets, in ``byteCountRange``.
  ///   - slotCount: Frames, in ``slotCountRange``; defaults to as many as fit if none is shorter
  ///     than 28 octets.
  /// - Throws: ``SegmentationError/arenaByteCountOutOfRange(_:)`` or
  ///   ``SegmentationError/arenaSlotCountOutOfRange(_:)``.
  /// - Complexity: O(*n*) in the octets and slots, which are set to 0. Allocates twice.
  public init(byteCount: Int, slotCount: Int? = nil) throws(SegmentationError) {
    guard Self.byteCountRange.contains(byteCount) else {
      throw .arenaByteCountOutOfRange(byteCount)
    }
    if let slotCount, !Self.slotCountRange.contains(slotCount) {
      throw .arenaSlotCountOutOfRange(slotCount)
    }
    self.init(atMost: byteCount, slotCount: slotCount)
  }

  /// Makes room for `byteCount` octets in `slotCount` frames, both limited to their ranges.
  package init(atMost byteCount: Int, slotCount: Int? = nil) {
    let byteCount = Self.byteCountRange.clamped(byteCount)
    let slots = Self.slotCountRange.clamped(slotCount ?? byteCount / Self.shortestFrame)
    // SAFETY: both buffers are initialised to their full length here, and freed once, in deinit.
    unsafe slab = .allocate(byteCount: byteCount, alignment: 64)
    unsafe slab.initializeMemory(as: UInt8.self, repeating: 0)
    unsafe ends = .allocate(capacity: slots)
    unsafe ends.initialize(repeating: 0)
  }

  deinit {
    // SAFETY: an arena is never copied, so these are freed once.
    unsafe slab.deallocate()
    unsafe ends.deallocate()
  }

  /// Number of free octets.
  public var freeByteCount: Int {
    // SAFETY: only the length is read.
    unsafe slab.count - used
  }

  /// Number of frames that can be added.
  public var freeSlotCount: Int {
    // SAFETY: only the length is read.
    unsafe ends.count - count
  }

  /// Number of octets of all complete frames.
  public var usedByteCount: Int { used }

  /// Removes all frames.
  ///
  /// - Complexity: O(1).
  public mutating func reset() { (count, used, storesEnds) = (0, 0, false) }

  /// Where frame `index` lies in ``octets``.
  ///
  /// - Precondition: `index` is in `0..<count`.
  @inlinable @inline(__always)
  public func range(of index: Int) -> Range<Int> {
    frames.range(of: index)
  }

  /// A complete frame, in place.
  ///
  /// - Precondition: `index` is in `0..<count`.
  /// - Complexity: O(1).
  @inlinable public subscript(index: Int) -> RawSpan {
    @_lifetime(borrow self)
    get {
      let range = range(of: index)
      // SAFETY: the range lies in the slab, which was initialised when it was made and lives as
      // long as the arena.
      let frame = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: slab[range]))
      return unsafe _overrideLifetime(frame, borrowing: self)
    }
  }

  /// All complete frames, back to back, in place.
  @inlinable public var octets: RawSpan {
    @_lifetime(borrow self)
    get {
      // SAFETY: the slab was initialised when it was made, and it lives as long as the arena.
      let all = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(slab))
      return unsafe _overrideLifetime(all.extracting(first: used), borrowing: self)
    }
  }

  /// A copy of a complete frame.
  ///
  /// - Precondition: `index` is in `0..<count`.
  /// - Complexity: O(*n*), one allocation.
  public func frame(_ index: Int) -> [UInt8] {
    octets.array(range(of: index))
  }

  /// The free octets, for writing.
  @inline(__always)
  @_lifetime(&self)
  internal mutating func freeOctets() -> MutableRawSpan {
    // SAFETY: the slab was initialised when it was made, it lives as long as the arena, and the
    // access to the arena is exclusive.
    let free = unsafe MutableRawSpan(
      _unsafeBytes: UnsafeMutableRawBufferPointer(rebasing: slab[used...]))
    return unsafe _overrideLifetime(free, mutating: &self)
  }

  /// The free octets, of which some frames will take the first: ``take(_:)`` adds them once they
  /// are written.
  ///
  /// Room for octets is checked before room for frames, because octets are what an arena is usually
  /// made by.
  @inline(__always)
  @_lifetime(&self)
  internal mutating func room(
    for lengths: FrameLengths
  ) throws(SegmentationError) -> MutableRawSpan {
    guard freeByteCount >= lengths.total else {
      throw .outputTooSmall(needed: lengths.total, available: freeByteCount)
    }
    guard freeSlotCount >= lengths.count else {
      throw .tooFewSlots(needed: lengths.count, available: freeSlotCount)
    }
    return freeOctets()
  }

  /// Takes the next free octets for complete frames of these lengths.
  @inline(__always)
  internal mutating func take(_ lengths: FrameLengths) {
    guard lengths.count > 0 else { return }
    if lengths.count < 3 || lengths.first == lengths.middle {
      take(lengths.count, stride: lengths.first, byteCount: lengths.total)
    } else {
      take(storingEndsOf: lengths)
    }
  }

  /// Takes the next `byteCount` free octets for `frameCount` complete frames, at least one, all of
  /// which but the last have `stride` octets.
  @inline(__always)
  internal mutating func take(_ frameCount: Int, stride: Int, byteCount: Int) {
    guard count == 0 else {
      let last = byteCount &- (frameCount &- 1) &* stride
      return take(
        storingEndsOf: FrameLengths(
          count: frameCount, first: frameCount > 1 ? stride : last, middle: stride, last: last))
    }
    precondition(
      frameCount <= freeSlotCount && byteCount <= freeByteCount, "the arena is full")
    self.stride = UInt32(truncatingIfNeeded: stride)
    (count, used) = (frameCount, byteCount)
  }

  /// Takes the next free octets for complete frames, at least one, and stores where they end, and
  /// those before them.
  @inline(never)
  private mutating func take(storingEndsOf lengths: FrameLengths) {
    precondition(
      lengths.count <= freeSlotCount && lengths.total <= freeByteCount, "the arena is full")
    if !storesEnds, count > 0 {
      for index in 0..<(count - 1) {
        // SAFETY: there is a slot for every frame.
        unsafe ends[index] = (index &+ 1) &* Int(stride)
      }
      // SAFETY: as above.
      unsafe ends[count - 1] = used
    }
    storesEnds = true
    // Cannot overflow: the arena has room for all of them.
    let last = count &+ lengths.count &- 1
    var end = used &+ lengths.first
    for index in count..<last {
      // SAFETY: the slots were compared.
      unsafe ends[index] = end
      end &+= lengths.middle
    }
    used &+= lengths.total
    count = last &+ 1
    // SAFETY: the slots were compared.
    unsafe ends[last] = used
  }
}

extension ClosedRange<Int> {
  /// The number of this range next to `number`.
  fileprivate func clamped(_ number: Int) -> Int {
    Swift.min(Swift.max(number, lowerBound), upperBound)
  }
}

/// The lengths of frames that lie back to back; all between the first and the last are equal.
internal struct FrameLengths {
  let count: Int
  /// Octets of the first frame.
  let first: Int
  /// Octets of each frame between the first and the last.
  let middle: Int
  /// Octets of the last frame, which is the first one if there is no other.
  let last: Int
  /// Octets of all frames.
  let total: Int

  @inline(__always)
  init(count: Int, first: Int, middle: Int = 0, last: Int) {
    (self.count, self.first, self.middle, self.last) = (count, first, middle, last)
    // Cannot overflow: no plan has more than 4 GiB of payload, nor as many frames.
    total =
      count > 1 ? first &+ (count &- 2) &* middle &+ last : count == 1 ? last : 0
  }
}
