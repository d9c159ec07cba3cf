/// The value of a header field, or of something that can be counted in a frame.
public enum FieldValue: Hashable, Sendable {
  /// A number: a length, a port, a flag (0 or 1).
  case number(UInt64)
  /// Octets in network order: a checksum, options, one octet of the payload.
  case octets([UInt8])
  /// Words, such as an address or a limit.
  case text(String)
  /// The frame ends before the field.
  case missing
}

extension FieldValue: CustomStringConvertible {
  /// A decimal number; hexadecimal digits after `0x` for octets; the words.
  public var description: String {
    switch self {
    case .number(let value): "\(value)"
    case .octets(let octets):
      octets.isEmpty ? "nothing" : "0x" + octets.map(hexadecimal).joined()
    case .text(let text): text
    case .missing: "nothing"
    }
  }
}

extension FieldValue: ExpressibleByIntegerLiteral {
  /// A number.
  public init(integerLiteral value: UInt64) { self = .number(value) }
}

extension FieldValue: ExpressibleByStringLiteral {
  /// Words.
  public init(stringLiteral text: String) { self = .text(text) }
}

extension FieldValue {
  /// A count that is never negative.
  init(count: Int) { self = .number(UInt64(clamping: count)) }

  /// A checksum field.
  init(checksum: UInt16) { self = .octets([UInt8(checksum >> 8), UInt8(checksum & 0xFF)]) }
}

private func hexadecimal(_ octet: UInt8) -> String {
  (octet < 16 ? "0" : "") + String(octet, radix: 16)
}
