import PacketCapture

/// Times of frames as people compare them: since the first frame that has one.
struct CaptureClock {
  private var origin: Int64?

  /// Nanoseconds since the first frame, negative before it; nil for a frame without a time.
  mutating func time(of record: CaptureRecord) -> Int64? {
    guard let nanoseconds = record.timestamp?.nanoseconds else { return nil }
    let origin = origin ?? nanoseconds
    self.origin = origin
    let (difference, overflows) = nanoseconds.subtractingReportingOverflow(origin)
    return overflows ? (nanoseconds < 0 ? .min : .max) : difference
  }

  /// Seconds with nine digits: `0.000001500`.
  static func text(_ nanoseconds: Int64) -> String {
    let (seconds, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    let digits = String(1_000_000_000 + rest).dropFirst()
    return "\(nanoseconds < 0 ? "-" : "")\(seconds).\(digits)"
  }
}
