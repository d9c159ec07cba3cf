/// How long one tick of a timestamp lasts: a power of ten or of two, as a fraction of a second.
///
/// The raw value is the octet of pcapng's `if_tsresol` option: the exponent n in the lower seven
/// bits, and in the top bit the base, 0 for 10^-n and 1 for 2^-n.
///
/// - SeeAlso: draft-ietf-opsawg-pcapng, section 4.2.
public struct TimestampResolution: RawRepresentable, Hashable, Sendable {
  /// The octet of the `if_tsresol` option.
  public let rawValue: UInt8

  /// Takes an `if_tsresol` octet.
  ///
  /// The result is `nil` if a second has more ticks than a 64-bit timestamp can count: for decimal
  /// exponents above 19 and binary ones above 63.
  public init?(rawValue: UInt8) {
    guard rawValue & 0x7F <= (rawValue & 0x80 == 0 ? 19 : 63) else { return nil }
    self.rawValue = rawValue
  }

  private init(known rawValue: UInt8) { self.rawValue = rawValue }

  /// 10^-3 seconds.
  public static let milliseconds = TimestampResolution(known: 3)
  /// 10^-6 seconds: the default of both formats.
  public static let microseconds = TimestampResolution(known: 6)
  /// 10^-9 seconds.
  public static let nanoseconds = TimestampResolution(known: 9)

  /// Ticks in one second, at least 1.
  public var ticksPerSecond: UInt64 {
    switch rawValue {
    case 6: 1_000_000
    case 9: 1_000_000_000
    case 0x80...: 1 << UInt64(rawValue & 0x7F)
    default: (0..<rawValue).reduce(1) { power, _ in power * 10 }
    }
  }
}

extension TimestampResolution: CustomStringConvertible {
  /// The length of a tick, such as `10^-6 s`.
  public var description: String {
    rawValue & 0x80 == 0 ? "10^-\(rawValue) s" : "2^-\(rawValue & 0x7F) s"
  }
}
