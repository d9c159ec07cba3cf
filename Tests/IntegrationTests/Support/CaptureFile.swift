import PacketCapture
import TestSupport

/// The octets that hexadecimal digits spell; blanks and line ends are for the reader.
func octets(_ hexadecimal: String) -> [UInt8] {
  let digits = hexadecimal.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map {
    UInt8(digits[$0] << 4 | digits[$0 + 1])
  }
}

/// The least significant octet first.
func littleEndian(_ value: Int) -> [UInt8] {
  (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}

/// Blocks of pcapng, least significant octet first, put together by hand.
enum Block {
  static let section = block(
    0x0A0D_0D0A, octets("4d3c2b1a 0100 0000 ffffffffffffffff"))

  static func interface(
    _ linkType: UInt8 = 1, snapLength: Int = 0, options: [UInt8] = []
  ) -> [UInt8] {
    block(1, [linkType, 0, 0, 0] + littleEndian(snapLength) + options)
  }

  static func frame(
    _ octets: [UInt8], interface: Int = 0, time: Int = 0, original: Int? = nil,
    options: [UInt8] = []
  ) -> [UInt8] {
    let padding = [UInt8](repeating: 0, count: -octets.count & 3)
    return block(
      6,
      littleEndian(interface) + littleEndian(0) + littleEndian(time) + littleEndian(octets.count)
        + littleEndian(original ?? octets.count) + octets + padding + options)
  }

  static func option(_ code: Int, _ value: [UInt8]) -> [UInt8] {
    [UInt8(code & 0xFF), UInt8(code >> 8), UInt8(value.count & 0xFF), UInt8(value.count >> 8)]
      + value + [UInt8](repeating: 0, count: -value.count & 3)
  }

  static let endOfOptions: [UInt8] = [0, 0, 0, 0]

  static func block(_ type: Int, _ content: [UInt8]) -> [UInt8] {
    littleEndian(type) + littleEndian(content.count + 12) + content
      + littleEndian(content.count + 12)
  }
}

/// CRC-32 bit by bit, and in the order of the wire: shares nothing with the code under test.
func frameCheckSequence(_ frame: [UInt8]) -> [UInt8] {
  var remainder: UInt32 = 0xFFFF_FFFF
  for octet in frame {
    for bit in 0..<8 {
      let turned = (remainder ^ UInt32(octet >> bit)) & 1 == 1
      remainder >>= 1
      if turned { remainder ^= 0xEDB8_8320 }
    }
  }
  return littleEndian(Int(~remainder))
}
