internal import WireFormats

/// A frame that lies in several buffers of one memory, as drivers hand frames to hardware.
///
/// ```swift
/// let frame = try ScatteredFrame(memory: guestMemory, buffers: descriptors.span)
/// ```
///
/// Buffers may be empty, overlap, lie in any order and end anywhere, within a header too. Nothing
/// is copied.
public struct ScatteredFrame: ~Escapable {
  /// The memory that has all buffers.
  public let memory: RawSpan
  /// Where the buffers lie in the memory, in octets, in the order of the frame.
  public let buffers: Span<Range<Int>>
  /// Length of the frame, in octets.
  public let byteCount: Int

  /// Checks that all buffers lie in the memory.
  ///
  /// - Parameters:
  ///   - memory: The memory that has all buffers.
  ///   - buffers: Where they lie in it, in octets.
  /// - Throws: ``SegmentationError/bufferOutsideMemory(index:buffer:memory:)``.
  /// - Complexity: O(*n*) in the number of buffers. Does not allocate.
  @_lifetime(copy memory, copy buffers)
  public init(memory: RawSpan, buffers: Span<Range<Int>>) throws(SegmentationError) {
    var byteCount = 0
    for index in 0..<buffers.count {
      let buffer = buffers[index]
      guard buffer.lowerBound >= 0, buffer.upperBound <= memory.byteCount else {
        throw .bufferOutsideMemory(index: index, buffer: buffer, memory: memory.byteCount)
      }
      byteCount += buffer.count
    }
    (self.memory, self.buffers, self.byteCount) = (memory, buffers, byteCount)
  }

  /// Copies the octets of the frame in `range` to the front of `target`.
  ///
  /// - Precondition: `range` lies in the frame, and `target` has room for it.
  /// - Complexity: O(*n*) in the octets and in the buffers before them. Does not allocate.
  public func copy(_ range: Range<Int>, to target: inout MutableRawSpan) {
    var walk = ScatterWalk(self, from: range.lowerBound)
    walk.copy(range.count, to: &target, at: 0)
  }
}

/// A walk through the buffers of a frame, from front to back.
internal struct ScatterWalk: ~Escapable {
  private let frame: ScatteredFrame
  /// The buffer that comes next, and how many of its octets are done.
  private var index = 0
  private var done = 0

  /// Starts at octet `start` of the frame.
  @_lifetime(copy frame)
  init(_ frame: ScatteredFrame, from start: Int) {
    self.frame = frame
    done = start
    // Empty buffers are skipped here and in `next`.
    while index < frame.buffers.count, done >= frame.buffers[index].count {
      done -= frame.buffers[index].count
      index += 1
    }
  }

  /// Returns the next octets of one buffer, `limit` at most.
  @_lifetime(copy self)
  private mutating func next(_ limit: Int) -> RawSpan {
    while frame.buffers[index].count == done { (index, done) = (index + 1, 0) }
    let buffer = frame.buffers[index]
    let start = buffer.lowerBound + done
    let octets = frame.memory.extracting(start..<min(start + limit, buffer.upperBound))
    done += octets.byteCount
    return octets
  }

  /// Copies the next `byteCount` octets to `offset` of `target`.
  mutating func copy(_ byteCount: Int, to target: inout MutableRawSpan, at offset: Int) {
    var copied = 0
    while copied < byteCount {
      let octets = next(byteCount - copied)
      target.copy(octets, at: offset + copied)
      copied += octets.byteCount
    }
  }

  /// Sums the next `byteCount` octets.
  ///
  /// - Returns: Their sum in memory order, as if they were contiguous.
  mutating func sum(_ byteCount: Int) -> UInt64 {
    var summed = 0
    var sum: UInt64 = 0
    while summed < byteCount {
      let octets = next(byteCount - summed)
      sum &+= Self.placed(WordSum.sum(octets), after: summed)
      summed += octets.byteCount
    }
    return sum
  }

  /// Copies the next `byteCount` octets to `offset` of `target` and sums them, in one pass.
  ///
  /// - Returns: Their sum in memory order, as if they were contiguous.
  mutating func copySumming(
    _ byteCount: Int, to target: inout MutableRawSpan, at offset: Int
  ) -> UInt64 {
    var copied = 0
    var sum: UInt64 = 0
    while copied < byteCount {
      let octets = next(byteCount - copied)
      sum &+= Self.placed(target.copySumming(octets, at: offset + copied), after: copied)
      copied += octets.byteCount
    }
    return sum
  }

  /// The sum of octets that follow `count` others: folded, so that no number of buffers overflows,
  /// and byte-swapped after an odd number of octets.
  private static func placed(_ sum: UInt64, after count: Int) -> UInt64 {
    count & 1 == 0 ? UInt64(WordSum.fold(sum)) : WordSum.rotated(sum)
  }
}
