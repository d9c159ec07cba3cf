internal import WireFormats

/// What happens to the payload of a segment when its headers are written.
///
/// Loops have it as a constant, so that they do not ask for each segment.
internal enum PayloadStep {
  /// The payload stays where it is and is not read.
  case leave
  /// The payload stays where it is and is summed.
  case sum
  /// The payload is copied.
  case copy
  /// The payload is copied and summed in one pass.
  case copyAndSum

  /// Whether payload follows the headers in the output.
  @inline(always)
  var copies: Bool { self == .copy || self == .copyAndSum }

  /// Whether the payload is summed.
  @inline(always)
  var sums: Bool { self == .sum || self == .copyAndSum }

  /// Does it.
  ///
  /// - Parameters:
  ///   - target: Where the payload belongs in the output; writable for `count` octets if it is
  ///     copied.
  ///   - source: Readable for `count` octets.
  ///   - count: Octets of payload.
  ///   - kernel: How to sum.
  /// - Returns: Their sum; 0 if they are not summed.
  @inline(always)
  @unsafe
  func callAsFunction(
    to target: UnsafeMutableRawPointer, from source: UnsafeRawPointer, count: Int,
    kernel: SumKernel
  ) -> UInt64 {
    // SAFETY: the contract of this function.
    switch self {
    case .leave: return 0
    case .sum: return unsafe wordSum(source, count: count, kernel: kernel)
    case .copy:
      unsafe target.copyMemory(from: source, byteCount: count)
      return 0
    case .copyAndSum:
      return unsafe WireFormats.copyAndSum(
        to: target, from: source, count: count, kernel: kernel)
    }
  }
}
