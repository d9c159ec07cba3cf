internal import WireFormats

/// A frame whose octets can be summed, contiguous or scattered.
internal protocol SummableFrame: ~Escapable {
  /// Length of the frame, in octets.
  var byteCount: Int { get }

  /// The folded sum of some octets in memory order, as if they started at an even offset.
  func foldedSum(_ range: Range<Int>) -> UInt64
}

extension RawSpan: SummableFrame {
  @inline(__always)
  internal func foldedSum(_ range: Range<Int>) -> UInt64 {
    UInt64(WordSum.fold(WordSum.sum(extracting(range))))
  }
}

extension ScatteredFrame: SummableFrame {
  internal func foldedSum(_ range: Range<Int>) -> UInt64 {
    var walk = ScatterWalk(self, from: range.lowerBound)
    return UInt64(WordSum.fold(walk.sum(range.count)))
  }
}

/// The sum of a range, for use in the sum of a larger range.
internal struct RangeSum {
  let range: Range<Int>
  /// The folded sum, as if the range started at an even offset.
  let sum: UInt64

  /// The sum of `outer`, which contains this range.
  ///
  /// Only the octets outside of this range are read.
  func extended<Frame: SummableFrame & ~Escapable>(
    to outer: Range<Int>, of frame: Frame
  ) -> UInt64 {
    guard outer.lowerBound <= range.lowerBound, range.upperBound <= outer.upperBound else {
      return frame.foldedSum(outer)
    }
    let after = frame.foldedSum(range.upperBound..<outer.upperBound)
    return frame.foldedSum(outer.lowerBound..<range.lowerBound)
      &+ aligned(sum, by: range.lowerBound - outer.lowerBound)
      &+ aligned(after, by: range.upperBound - outer.lowerBound)
  }

  /// The sum of octets that start `distance` octets after the start of a larger range: byte-swapped
  /// if that is odd.
  private func aligned(_ sum: UInt64, by distance: Int) -> UInt64 {
    distance & 1 == 0 ? sum : WordSum.rotated(sum)
  }
}
