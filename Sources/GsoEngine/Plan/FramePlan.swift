public import WireFormats

/// One frame of a plan, described before it is written.
///
/// All lengths are octets; ranges count from the first octet of the frame that was planned.
public protocol PlannedFrame: Sendable {
  /// Position in the plan, from 0.
  var index: Int { get }
  /// The octets of the planned frame that this one carries after its headers.
  var payloadRange: Range<Int> { get }
  /// Length of the complete frame.
  var frameLength: Int { get }
}

/// A plan whose elements become frames: ``SegmentationPlan`` and ``FragmentationPlan``.
///
/// All frames between the first and the last are equally long.
public protocol FramePlan: RandomAccessCollection, Sendable
where Index == Int, Element: PlannedFrame {
  /// The layout of the frame that was planned.
  var layout: PacketLayout { get }

  /// Length of all frames together, in octets.
  var totalFrameLength: Int { get }

  /// Where frame `index` lies if all frames are written back to back, in octets.
  func outputRange(of index: Int) -> Range<Int>

  /// Writes some frames back to back, from the start of `output`.
  ///
  /// - Returns: The number of octets written.
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` or
  ///   ``SegmentationError/outputTooSmall(needed:available:)``; nothing is written then.
  func render(
    _ frame: RawSpan, segments: Range<Int>?, into output: inout MutableRawSpan
  ) throws(SegmentationError) -> Int
}

extension FramePlan {
  /// Writes some frames into an arena, after those that it has.
  ///
  /// Nothing is written on an error.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - segments: Which frames of the plan; nil for all.
  ///   - arena: Where to write.
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)``,
  ///   ``SegmentationError/segmentsOutOfRange(_:count:)``,
  ///   ``SegmentationError/outputTooSmall(needed:available:)`` or
  ///   ``SegmentationError/tooFewSlots(needed:available:)``.
  /// - Complexity: O(*n*) in the octets written. Does not allocate.
  public func render(
    _ frame: RawSpan, segments: Range<Int>? = nil, into arena: inout SegmentArena
  ) throws(SegmentationError) {
    let segments = try existing(segments)
    let lengths = lengths(of: segments)
    var output = try arena.room(for: lengths)
    _ = try render(frame, segments: segments, into: &output)
    arena.take(lengths)
  }

  /// Writes all frames of a frame that is held as an array into an arena.
  ///
  /// - Throws: As for a frame that is held as a span.
  public func render(
    _ frame: [UInt8], into arena: inout SegmentArena
  ) throws(SegmentationError) {
    try render(frame.octets, into: &arena)
  }

  /// Returns all frames as arrays.
  ///
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one;
  ///   ``SegmentationError/arenaByteCountOutOfRange(_:)`` if all together exceed 1 GiB.
  /// - Complexity: O(*n*) in the octets; one allocation per frame and a few more.
  public func frames(of frame: RawSpan) throws(SegmentationError) -> [[UInt8]] {
    var arena = try SegmentArena(byteCount: totalFrameLength, slotCount: count)
    try render(frame, into: &arena)
    return (0..<arena.count).map { arena.frame($0) }
  }

  /// Returns all frames of a frame that is held as an array.
  ///
  /// - Throws: As for a frame that is held as a span.
  /// - Complexity: O(*n*) in the octets; one allocation per frame and a few more.
  public func frames(of frame: [UInt8]) throws(SegmentationError) -> [[UInt8]] {
    try frames(of: frame.octets)
  }

  /// Returns the frames to render: all of them, or some that the plan has.
  @inline(__always)
  internal func existing(_ segments: Range<Int>?) throws(SegmentationError) -> Range<Int> {
    guard let segments else { return 0..<count }
    guard segments.lowerBound >= 0, segments.upperBound <= count else {
      throw .segmentsOutOfRange(segments, count: count)
    }
    return segments
  }

  /// The lengths of some frames.
  @inline(__always)
  internal func lengths(of segments: Range<Int>) -> FrameLengths {
    guard segments.lowerBound < segments.upperBound else {
      return FrameLengths(count: 0, first: 0, last: 0)
    }
    let (first, last) = (segments.lowerBound, segments.upperBound - 1)
    return FrameLengths(
      count: segments.count, first: outputRange(of: first).count,
      middle: segments.count > 2 ? outputRange(of: first + 1).count : 0,
      last: outputRange(of: last).count)
  }
}
