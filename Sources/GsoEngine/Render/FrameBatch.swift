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
  /// Where each frame ends in ``octets``; nil if all but the last have ``stride`` octets.
  @usableFromInline internal let ends: UnsafePointer<Int>?
  @usableFromInline internal let stride: UInt32
  // As small as the limit of an arena allows: a batch of four words is passed in registers.
  @usableFromInline internal let count32: UInt32

  /// Number of frames.
  @inlinable public var count: Int { Int(count32) }

  /// A batch of one frame.
  @inlinable
  @_lifetime(copy frame)
  public init(_ frame: RawSpan) {
    octets = frame
    (stride, count32) = (0, 1)
    unsafe ends = nil
  }

  /// The frames of an arena.
  ///
  /// `ends` must live as long as `octets`.
  ///
  /// - Parameters:
  ///   - octets: All frames, back to back.
  ///   - ends: Where each frame ends; nil if they are equally long.
  ///   - stride: Octets of each frame but the last, if they are.
  ///   - count: Number of frames.
  @inlinable
  @_lifetime(copy octets)
  @unsafe
  internal init(_ octets: RawSpan, ends: UnsafePointer<Int>?, stride: UInt32, count: Int) {
    self.octets = octets
    unsafe self.ends = unsafe ends
    (self.stride, count32) = (stride, UInt32(truncatingIfNeeded: count))
  }

  /// Where frame `index` lies in ``octets``.
  ///
  /// - Precondition: `index` is in `0..<count`.
  @inlinable @inline(__always)
  public func range(of index: Int) -> Range<Int> {
    precondition(index >= 0 && index < count, "frame index out of range")
    if let ends = unsafe ends {
      // SAFETY: the index was compared, and an arena has an end for every frame.
      return unsafe (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }
    // Cannot overflow: the frames lie in memory.
    let start = index &* Int(stride)
    return start..<(index == count &- 1 ? octets.byteCount : start &+ Int(stride))
  }

  /// Returns the lengths of some frames in octets: of the shortest, of the longest, and of all
  /// together; 0 if there are no indices.
  ///
  /// - Precondition: `indices` lies in `0..<count`.
  /// - Complexity: O(*n*) in the number of frames, O(1) if all are segments of one frame. Faster
  ///   than asking for the range of each.
  public func lengths(of indices: Range<Int>) -> (shortest: Int, longest: Int, total: Int) {
    guard !indices.isEmpty else { return (0, 0, 0) }
    // Both are compared with the number of frames.
    let first = range(of: indices.lowerBound)
    if indices.count == 1 { return (first.count, first.count, first.count) }
    let last = range(of: indices.upperBound - 1)
    var (shortest, longest) = (min(first.count, last.count), max(first.count, last.count))
    let total = last.upperBound - first.lowerBound
    guard let ends = unsafe ends else { return (shortest, longest, total) }
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
    return (shortest, longest, total)
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
      let batch = unsafe FrameBatch(
        octets, ends: storesEnds ? UnsafePointer(ends.baseAddress) : nil, stride: stride,
        count: count)
      return unsafe _overrideLifetime(batch, borrowing: self)
    }
  }
}
