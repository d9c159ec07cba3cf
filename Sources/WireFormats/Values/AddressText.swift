// The text forms of addresses. All of them are ASCII, and no characters are skipped.

extension MACAddress: LosslessStringConvertible {
  /// Reads six pairs of hexadecimal digits, joined by colons or by hyphens: `02:00:00:00:00:01`.
  ///
  /// - Returns: nil if the text is anything else.
  public init?(_ description: String) {
    let separator = UInt8(ascii: description.utf8.contains(UInt8(ascii: "-")) ? "-" : ":")
    let parts = description.utf8.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.count == 6 else { return nil }
    var value: UInt64 = 0
    for part in parts {
      guard let octet = number(part, radix: 16, digits: 2...2) else { return nil }
      value = value << 8 | UInt64(octet)
    }
    self.init(value)
  }
}

extension IPv4Address: LosslessStringConvertible {
  /// Reads four decimal numbers up to 255, joined by dots: `192.0.2.1`.
  ///
  /// Short forms (`127.1`), other bases and leading zeros, which some systems read as octal, are
  /// refused (RFC 6943, section 3.1.1).
  ///
  /// - Returns: nil if the text is anything else.
  public init?(_ description: String) { self.init(description.utf8[...]) }

  fileprivate init?(_ text: Substring.UTF8View) {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard let octet = number(part, radix: 10, digits: 1...3), octet <= 255,
        part.count == 1 || part.first != UInt8(ascii: "0")
      else { return nil }
      value = value << 8 | UInt32(octet)
    }
    self.init(value)
  }
}

extension IPv6Address: LosslessStringConvertible {
  /// Reads any text form of RFC 4291, section 2.2: eight groups of one to four hexadecimal digits,
  /// of which `::` may stand for one or more that are zero, and the last two of which may be
  /// written as an IPv4 address.
  ///
  /// Zone identifiers (`%eth0`), prefix lengths (`/64`) and brackets are refused.
  ///
  /// - Returns: nil if the text is anything else.
  public init?(_ description: String) {
    var parts = description.utf8
      .split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)[...]
    // A `::` at either end leaves two empty parts; one is removed.
    if parts.first?.isEmpty == true {
      guard parts.count > 2, parts.dropFirst().first?.isEmpty == true else { return nil }
      parts.removeFirst()
    }
    if parts.last?.isEmpty == true && parts.count > 1 {
      guard parts.dropLast().last?.isEmpty == true else { return nil }
      parts.removeLast()
    }
    var groups: [UInt16] = []
    var gap: Int?
    for (index, part) in zip(parts.indices, parts) {
      if part.isEmpty {
        guard gap == nil else { return nil }
        gap = groups.count
      } else if let group = number(part, radix: 16, digits: 1...4) {
        groups.append(UInt16(group))
      } else {
        guard index == parts.endIndex - 1, let last = IPv4Address(part) else { return nil }
        groups.append(UInt16(truncatingIfNeeded: last.rawValue >> 16))
        groups.append(UInt16(truncatingIfNeeded: last.rawValue))
      }
      if groups.count > 8 { return nil }
    }
    if let gap {
      guard groups.count < 8 else { return nil }
      groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
    }
    guard groups.count == 8 else { return nil }
    let halves = [groups[..<4], groups[4...]].map { $0.reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
    self.init(high: halves[0], low: halves[1])
  }
}

/// The value of some digits; nil if there are too few, too many, or other characters.
private func number(
  _ text: Substring.UTF8View, radix: Int, digits: ClosedRange<Int>
) -> Int? {
  guard digits.contains(text.count) else { return nil }
  var value = 0
  for octet in text {
    let digit: Int
    switch octet {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = Int(octet - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = Int(octet - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = Int(octet - UInt8(ascii: "A")) + 10
    default: return nil
    }
    guard digit < radix else { return nil }
    value = value * radix + digit
  }
  return value
}
