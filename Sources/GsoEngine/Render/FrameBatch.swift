internal import WireFormats

/// Complete frames, back to back in memory and borrowed: all segments of a super-frame, or one
/// frame.
///
/// ```swift
/// for index in 0..<frames.count { write(frames[index]) }
/// ```
@safe
public struct FrameBatch: ~Escapable {
  /// All frames, back to back.
  public let octets: RawSpan
  /// Number of frames.
  public let count: Int
  /// Where each frame ends in ``octets``; nil for a single frame.
  @usableFromInline internal let ends: UnsafePointer<Int>?

  /// A batch of one frame.
  @inlinable
  @_lifetime(copy frame)
  public init(_ frame: RawSpan) {
    octets = frame
    count = 1
    unsafe ends = nil
  }

  /// The frames of an arena, which end in `octets` where `ends` says.
  ///
  /// `ends` must live as long as `octets`.
  @inlinable
  @_lifetime(copy octets)
  @unsafe
  internal init(_ octets: RawSpan, ends: UnsafePointer<Int>?, count: Int) {
    (self.octets, self.count) = (octets, count)
    unsafe self.ends = unsafe ends
  }

  /// Where frame `index` lies in ``octets``.
  ///
  /// - Precondition: `index` is in `0..<count`.
  @inlinable @inline(__always)
  public func range(of index: Int) -> Range<Int> {
    precondition(index >= 0 && index < count, "frame index out of range")
    guard let ends = unsafe ends else { return 0..<octets.byteCount }
    // SAFETY: the index was compared, and an arena has an end for every frame.
    return unsafe (index == 0 ? 0 : ends[index - 1])..<ends[index]
  }

  /// Returns the lengths of some frames in octets: of the shortest, of the longest, and of all
  /// together; 0 if there are no indices.
  ///
  /// - Precondition: `indices` lies in `0..<count`.
  /// - Complexity: O(*n*) in the number of frames. Faster than asking for the range of each.
  public func lengths(of indices: Range<Int>) -> (shortest: Int, longest: Int, total: Int) {
    guard !indices.isEmpty else { return (0, 0, 0) }
    // Both are compared with the number of frames, those of a single frame as well.
    let (first, last) = (range(of: indices.lowerBound), range(of: indices.upperBound - 1))
    guard let ends = unsafe ends else { return (first.count, first.count, first.count) }
    var (shortest, longest) = (first.count, first.count)
    var before = first.upperBound
    for index in (indices.lowerBound + 1)..<indices.upperBound {
      // SAFETY: both ends of the range were compared, and an arena has an end for every frame.
      let end = unsafe ends[index]
      // Cannot overflow: frames end one after the other.
      let byteCount = end &- before
      shortest = min(shortest, byteCount)
      longest = max(longest, byteCount)
      before = end
    }
    return (shortest, longest, last.upperBound - first.lowerBound)
  }

  /// A frame, in place.
  ///
  /// - Precondition: `index` is in `0..<count`.
  /// - Complexity: O(1).
  @inlinable public subscript(index: Int) -> RawSpan {
    @_lifetime(copy self)
    get { octets.extracting(range(of: index)) }
  }
}

extension SegmentArena {
  /// All frames of the arena, in place.
  @inlinable public var frames: FrameBatch {
    @_lifetime(borrow self)
    get {
      // SAFETY: as many ends are in use as there are frames, and both live as long as the arena.
      let batch = unsafe FrameBatch(octets, ends: UnsafePointer(ends.baseAddress), count: count)
      return unsafe _overrideLifetime(batch, borrowing: self)
    }
  }
}
