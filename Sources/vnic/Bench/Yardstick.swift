import Foundation

/// What everything is compared with: the C library's `memcpy` of the same payload to the same
/// places.
@safe
struct Yardstick {
  private typealias Copy =
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafeRawPointer?, Int
    ) -> UnsafeMutableRawPointer?

  /// The function, looked up by name: a call that the compiler knows it may replace, for instance
  /// by `rep movs`, which is slower.
  private let copy: Copy

  init() throws {
    // SAFETY: the name is that of a function with exactly this C signature.
    guard let symbol = unsafe dlsym(nil, "memcpy") else {
      throw Failure("the C library has no memcpy")
    }
    unsafe copy = unsafeBitCast(symbol, to: Copy.self)
  }

  /// Copies the payload of segments of a frame to where it lies in the complete segments.
  ///
  /// `output` has room for all segments of the frame.
  @inline(__always)
  @unsafe
  func run(
    _ frame: BenchFrame, _ segments: Range<Int>, _ source: RawSpan,
    to output: UnsafeMutableRawBufferPointer
  ) {
    let header = frame.headerLength
    let size = frame.segmentSize
    // SAFETY: both were made for this frame: the ranges lie in them.
    unsafe source.withUnsafeBytes { source in
      guard var from = source.baseAddress, var to = output.baseAddress else { return }
      let start = segments.lowerBound * size
      unsafe from += header + start
      unsafe to += header + start + segments.lowerBound * header
      var left = min(frame.payloadLength, segments.upperBound * size) - start
      while left > 0 {
        let count = min(size, left)
        _ = unsafe copy(to, from, count)
        unsafe from += count
        unsafe to += count + header
        left -= count
      }
    }
  }
}
