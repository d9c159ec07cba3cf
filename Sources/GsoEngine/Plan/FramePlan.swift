public import WireFormats

/// What one frame of a plan will be, before any octet of it is written.
///
/// All lengths are octets; ranges count from the first octet of the frame that is segmented.
public protocol PlannedFrame: Sendable {
  /// Position in the plan, from 0.
  var index: Int { get }
  /// The octets of the frame that this one carries after its headers.
  var payloadRange: Range<Int> { get }
  /// Length of the complete frame.
  var frameLength: Int { get }
}

/// A plan whose elements become frames: ``SegmentationPlan`` and ``FragmentationPlan``.
public protocol FramePlan: RandomAccessCollection, Sendable
where Index == Int, Element: PlannedFrame {
  /// Where everything lies in the frame that is segmented.
  var layout: PacketLayout { get }

  /// What all frames take together, in octets.
  var totalFrameLength: Int { get }

  /// Where frame `index` lies if all are written back to back, in octets.
  func outputRange(of index: Int) -> Range<Int>

  /// Writes some frames, back to back, the first of them at the front of `output`.
  ///
  /// - Returns: The number of octets written.
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` or
  ///   ``SegmentationError/outputTooSmall(needed:available:)``; nothing is written then.
  func render(
    _ frame: RawSpan, segments: Range<Int>?, into output: inout MutableRawSpan
  ) throws(SegmentationError) -> Int
}

extension FramePlan {
  /// Writes some segments as complete frames into an arena, after those that it has.
  ///
  /// Nothing is written if this fails.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - segments: Which segments; nil for all.
  ///   - arena: Where to write.
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)``,
  ///   ``SegmentationError/outputTooSmall(needed:available:)`` or
  ///   ``SegmentationError/tooFewSlots(needed:available:)``.
  /// - Precondition: `segments` lies in `0..<count`.
  /// - Complexity: O(*n*) in the octets written. Does not allocate.
  public func render(
    _ frame: RawSpan, segments: Range<Int>? = nil, into arena: inout SegmentArena
  ) throws(SegmentationError) {
    let segments = segments ?? 0..<count
    try arena.checkRoom(for: segments, of: self)
    var output = arena.freeOctets()
    _ = try render(frame, segments: segments, into: &output)
    for index in segments { arena.append(byteCount: outputRange(of: index).count) }
  }

  /// Writes all segments of a frame that is held as an array into an arena.
  ///
  /// - Throws: As for a frame that is held as a span.
  public func render(
    _ frame: [UInt8], into arena: inout SegmentArena
  ) throws(SegmentationError) {
    try render(frame.octets, into: &arena)
  }

  /// All segments as arrays.
  ///
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one;
  ///   ``SegmentationError/arenaByteCountOutOfRange(_:)`` if all together exceed 1 GiB.
  /// - Complexity: O(*n*) in the octets; one allocation per frame and a few more.
  public func frames(of frame: RawSpan) throws(SegmentationError) -> [[UInt8]] {
    var arena = try SegmentArena(byteCount: totalFrameLength, slotCount: count)
    try render(frame, into: &arena)
    return (0..<arena.count).map { arena.frame($0) }
  }

  /// All segments as arrays.
  ///
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one;
  ///   ``SegmentationError/arenaByteCountOutOfRange(_:)`` if all together exceed 1 GiB.
  /// - Complexity: O(*n*) in the octets; one allocation per frame and a few more.
  public func frames(of frame: [UInt8]) throws(SegmentationError) -> [[UInt8]] {
    try frames(of: frame.octets)
  }
}
