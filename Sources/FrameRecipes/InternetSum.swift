/// The Internet checksum of `bytes` (RFC 1071), word by word in network order.
///
/// An odd last octet counts as the high half of a word. Slow and obvious on purpose.
public func referenceChecksum(_ bytes: [UInt8]) -> UInt16 {
  ~foldedSum(onesComplementSum(bytes, 0..<bytes.count))
}

/// The ones' complement sum of `bytes`, folded to 16 bits but not inverted.
package func referenceSum(_ bytes: [UInt8]) -> UInt16 {
  foldedSum(onesComplementSum(bytes, 0..<bytes.count))
}

extension FrameRecipe {
  /// The pseudo header that TCP and UDP checksums cover besides the segment itself.
  package enum PseudoHeader {
    /// The twelve octets of RFC 9293, section 3.1, for addresses of four octets.
    package static func ipv4(
      source: [UInt8], destination: [UInt8], protocolNumber: UInt8, length: Int
    ) -> [UInt8] {
      source + destination + [0, protocolNumber] + networkOrder16(length & 0xFFFF)
    }

    /// The forty octets of RFC 8200, section 8.1, for addresses of sixteen octets.
    package static func ipv6(
      source: [UInt8], destination: [UInt8], protocolNumber: UInt8, length: Int
    ) -> [UInt8] {
      source + destination + networkOrder32(length) + [0, 0, 0, protocolNumber]
    }

    /// Either of the two, as the size of the addresses says.
    package static func octets(
      source: [UInt8], destination: [UInt8], protocolNumber: UInt8, length: Int
    ) -> [UInt8] {
      source.count == 4
        ? ipv4(
          source: source, destination: destination, protocolNumber: protocolNumber, length: length)
        : ipv6(
          source: source, destination: destination, protocolNumber: protocolNumber, length: length)
    }
  }
}

/// Adds up the 16-bit words of a range that starts on a word boundary of what is summed.
package func onesComplementSum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
  var sum: UInt64 = 0
  var index = range.lowerBound
  let last = range.upperBound - 1
  while index < last {
    sum += UInt64(bytes[index]) * 256 + UInt64(bytes[index + 1])
    index += 2
  }
  if index == last { sum += UInt64(bytes[index]) * 256 }
  return sum
}

/// Adds the carries back in until 16 bits are left.
package func foldedSum(_ sum: UInt64) -> UInt16 {
  var rest = sum
  while rest > 0xFFFF { rest = (rest & 0xFFFF) + (rest &>> 16) }
  return UInt16(rest)
}
