internal import WireFormats

/// A frame whose octets can be summed, however it lies in memory.
internal protocol SummableFrame: ~Escapable {
  /// Length of the frame, in octets.
  var byteCount: Int { get }

  /// The sum of some octets in memory order, as if they started at an even offset; folded.
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

/// The sum of octets that was taken once, and a part of which may count again in a sum around it.
internal struct RangeSum {
  let range: Range<Int>
  /// Folded, as if the range started at an even offset.
  let sum: UInt64

  /// The sum of `outer`, of which this range is a part: only the rest is read.
  func extended<Frame: SummableFrame & ~Escapable>(
    to outer: Range<Int>, of frame: Frame
  ) -> UInt64 {
    guard outer.lowerBound <= range.lowerBound, range.upperBound <= outer.upperBound else {
      return frame.foldedSum(outer)
    }
    let after = frame.foldedSum(range.upperBound..<outer.upperBound)
    return frame.foldedSum(outer.lowerBound..<range.lowerBound)
      &+ turned(sum, by: range.lowerBound - outer.lowerBound)
      &+ turned(after, by: range.upperBound - outer.lowerBound)
  }

  /// A sum of octets that start an odd or an even number of octets after the start.
  private func turned(_ sum: UInt64, by distance: Int) -> UInt64 {
    distance & 1 == 0 ? sum : WordSum.rotated(sum)
  }
}
