public import VirtualNIC

extension VirtualTime {
  /// A later instant; the end of time if there is none, the same instant after a negative span.
  ///
  /// Less than a nanosecond does not count.
  public func adding(_ span: Duration) -> VirtualTime {
    let (seconds, attoseconds) = span.components
    guard seconds >= 0, attoseconds >= 0 else { return self }
    let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return VirtualTime(nanoseconds: .max) }
    return adding(nanoseconds: whole).adding(nanoseconds: UInt64(attoseconds / 1_000_000_000))
  }

  /// The span from an earlier instant to this one; negative if that is the later one.
  public func since(_ earlier: VirtualTime) -> Duration {
    let span = { (nanoseconds: UInt64) in
      Duration(
        secondsComponent: Int64(nanoseconds / 1_000_000_000),
        attosecondsComponent: Int64(nanoseconds % 1_000_000_000) * 1_000_000_000)
    }
    return self < earlier
      ? .zero - span(earlier.nanoseconds - nanoseconds) : span(nanoseconds - earlier.nanoseconds)
  }
}
