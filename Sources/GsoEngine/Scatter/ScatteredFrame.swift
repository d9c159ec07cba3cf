internal import WireFormats

/// A frame whose octets lie in pieces in one memory, as drivers hand them to hardware.
///
/// ```swift
/// let frame = try ScatteredFrame(memory: guestMemory, fragments: descriptors.span)
/// ```
///
/// Pieces may be empty, lie in any order, and end anywhere, within a header too. Nothing is copied.
public struct ScatteredFrame: ~Escapable {
  /// What the pieces lie in.
  public let memory: RawSpan
  /// Where they lie in it, in octets, in the order in which they make up the frame.
  public let fragments: Span<Range<Int>>
  /// Length of the frame.
  public let byteCount: Int

  /// Checks that all pieces lie in the memory.
  ///
  /// - Parameters:
  ///   - memory: What the pieces lie in.
  ///   - fragments: Where they lie in it, in octets.
  /// - Throws: ``SegmentationError/fragmentOutsideMemory(index:fragment:memory:)``.
  /// - Complexity: O(*n*) in the number of pieces. Does not allocate.
  @_lifetime(copy memory, copy fragments)
  public init(memory: RawSpan, fragments: Span<Range<Int>>) throws(SegmentationError) {
    var byteCount = 0
    for index in 0..<fragments.count {
      let fragment = fragments[index]
      guard fragment.lowerBound >= 0, fragment.upperBound <= memory.byteCount else {
        throw .fragmentOutsideMemory(index: index, fragment: fragment, memory: memory.byteCount)
      }
      byteCount += fragment.count
    }
    (self.memory, self.fragments, self.byteCount) = (memory, fragments, byteCount)
  }

  /// Copies the octets of the frame in `range` to the front of `target`.
  ///
  /// - Precondition: `range` lies in the frame, and `target` has room for it.
  /// - Complexity: O(*n*) in the octets and in the pieces before them. Does not allocate.
  public func copy(_ range: Range<Int>, to target: inout MutableRawSpan) {
    var walk = ScatterWalk(self, from: range.lowerBound)
    walk.copy(range.count, to: &target, at: 0)
  }
}

/// The way through the pieces of a frame, from front to back.
internal struct ScatterWalk: ~Escapable {
  private let frame: ScatteredFrame
  /// The piece that is under way, and how much of it is done.
  private var index = 0
  private var done = 0

  /// Starts at octet `start` of the frame.
  @_lifetime(copy frame)
  init(_ frame: ScatteredFrame, from start: Int) {
    self.frame = frame
    done = start
    // Empty pieces are stepped over here and in `next`.
    while index < frame.fragments.count, done >= frame.fragments[index].count {
      done -= frame.fragments[index].count
      index += 1
    }
  }

  /// The octets of the next piece, `limit` at most.
  @_lifetime(copy self)
  private mutating func next(_ limit: Int) -> RawSpan {
    while frame.fragments[index].count == done { (index, done) = (index + 1, 0) }
    let fragment = frame.fragments[index]
    let start = fragment.lowerBound + done
    let piece = frame.memory.extracting(start..<min(start + limit, fragment.upperBound))
    done += piece.byteCount
    return piece
  }

  /// Copies the next `byteCount` octets to `offset` of `target`.
  mutating func copy(_ byteCount: Int, to target: inout MutableRawSpan, at offset: Int) {
    var copied = 0
    while copied < byteCount {
      let piece = next(byteCount - copied)
      target.copy(piece, at: offset + copied)
      copied += piece.byteCount
    }
  }

  /// Sums the next `byteCount` octets.
  ///
  /// - Returns: Their sum in memory order, as if they had lain in one piece.
  mutating func sum(_ byteCount: Int) -> UInt64 {
    var done = 0
    var sum: UInt64 = 0
    while done < byteCount {
      let piece = next(byteCount - done)
      let more = WordSum.sum(piece)
      // Folded, so that pieces without number do not overflow; turned, after an odd octet.
      sum &+= done & 1 == 0 ? UInt64(WordSum.fold(more)) : WordSum.rotated(more)
      done += piece.byteCount
    }
    return sum
  }

  /// Copies the next `byteCount` octets to `offset` of `target` and sums them, in one pass.
  ///
  /// - Returns: Their sum in memory order, as if they had lain in one piece.
  mutating func copySumming(
    _ byteCount: Int, to target: inout MutableRawSpan, at offset: Int
  ) -> UInt64 {
    var copied = 0
    var sum: UInt64 = 0
    while copied < byteCount {
      let piece = next(byteCount - copied)
      let more = target.copySumming(piece, at: offset + copied)
      // Folded, so that pieces without number do not overflow; turned, after an odd octet.
      sum &+= copied & 1 == 0 ? UInt64(WordSum.fold(more)) : WordSum.rotated(more)
      copied += piece.byteCount
    }
    return sum
  }
}
