/// When a frame was captured.
///
/// The moment is held in whole seconds and ticks of the resolution that it was recorded with, so
/// that writing it back with that resolution is exact.
public struct CaptureTimestamp: Hashable, Sendable {
  /// Whole seconds since 1970-01-01 00:00:00 UTC; negative before that.
  public let seconds: Int64
  /// The part of a second, in ticks of ``resolution``; less than its ticks per second.
  public let fraction: UInt64
  /// What one tick of ``fraction`` is.
  public let resolution: TimestampResolution

  /// Makes a timestamp of nanosecond resolution.
  ///
  /// - Parameter nanoseconds: Nanoseconds since the epoch.
  public init(nanoseconds: Int64) {
    self.init(ticks: nanoseconds, perSecond: 1_000_000_000, .nanoseconds)
  }

  /// Makes a timestamp of microsecond resolution.
  ///
  /// - Parameter microseconds: Microseconds since the epoch.
  public init(microseconds: Int64) {
    self.init(ticks: microseconds, perSecond: 1_000_000, .microseconds)
  }

  private init(ticks: Int64, perSecond: Int64, _ resolution: TimestampResolution) {
    // Rounded down, so that the fraction counts forward from the second before the epoch too.
    let below = ticks % perSecond < 0
    seconds = ticks / perSecond - (below ? 1 : 0)
    fraction = UInt64(ticks % perSecond + (below ? perSecond : 0))
    self.resolution = resolution
  }

  /// Makes a timestamp of ticks since the epoch, or `nil` if the seconds do not fit in 64 bits.
  ///
  /// - Parameters:
  ///   - ticks: Ticks of `resolution` since `offset`.
  ///   - resolution: What one tick is.
  ///   - offset: Seconds to add, as pcapng's `if_tsoffset` gives them.
  public init?(ticks: UInt64, resolution: TimestampResolution, offset: Int64 = 0) {
    let (whole, fraction) = ticks.quotientAndRemainder(dividingBy: resolution.ticksPerSecond)
    guard let whole = Int64(exactly: whole) else { return nil }
    let (seconds, overflow) = whole.addingReportingOverflow(offset)
    guard !overflow else { return nil }
    self.init(seconds: seconds, fraction: fraction, resolution: resolution)
  }

  /// Takes parts that are already in normal form.
  init(seconds: Int64, fraction: UInt64, resolution: TimestampResolution) {
    (self.seconds, self.fraction, self.resolution) = (seconds, fraction, resolution)
  }

  /// Nanoseconds since the epoch, rounded down.
  ///
  /// Moments before the year 1678 and after 2262 saturate, because 64 bits cannot count them.
  public var nanoseconds: Int64 {
    // The second after is nearer to 0 than one before the epoch, and its product may fit where that
    // of the second before does not.
    let isBefore = seconds < 0
    let (whole, overflow) =
      (isBefore ? seconds + 1 : seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let rest = Int64(fraction(in: .nanoseconds)) - (isBefore ? 1_000_000_000 : 0)
    let (sum, carry) = whole.addingReportingOverflow(rest)
    guard overflow || carry else { return sum }
    return isBefore ? .min : .max
  }

  /// The part of a second in ticks of another resolution, rounded down.
  func fraction(in target: TimestampResolution) -> UInt64 {
    if target == resolution { return fraction }
    let product = fraction.multipliedFullWidth(by: target.ticksPerSecond)
    // fraction < ticksPerSecond, so the quotient is below the target's ticks per second.
    return resolution.ticksPerSecond.dividingFullWidth(product).quotient
  }

  /// Ticks of `target` since `offset`, rounded down, or `nil` if 64 bits cannot count them.
  func ticks(in target: TimestampResolution, offset: Int64) -> UInt64? {
    let (difference, overflow) = seconds.subtractingReportingOverflow(offset)
    guard !overflow, let whole = UInt64(exactly: difference) else { return nil }
    let (ticks, tooMany) = whole.multipliedReportingOverflow(by: target.ticksPerSecond)
    guard !tooMany else { return nil }
    let (sum, carry) = ticks.addingReportingOverflow(fraction(in: target))
    return carry ? nil : sum
  }
}
