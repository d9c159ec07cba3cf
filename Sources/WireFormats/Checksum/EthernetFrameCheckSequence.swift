/// The CRC-32 that ends every Ethernet frame on the wire.
///
/// NICs add and remove it, so few captures have it.
///
/// - SeeAlso: IEEE 802.3-2022, section 3.2.9.
public enum EthernetFrameCheckSequence {
  /// Octets of the sequence.
  public static let byteCount = 4

  /// Computes the sequence of a frame.
  ///
  /// The four octets follow the frame, the least significant one first.
  ///
  /// - Parameter frame: The frame from its destination address to its last octet, padding included.
  /// - Returns: The sequence as a number; `0xCBF43926` for the nine digits `123456789`.
  /// - Complexity: O(*n*). Does not allocate.
  public static func value(of frame: RawSpan) -> UInt32 {
    var value = UInt32.max
    for offset in 0..<frame.byteCount {
      let index = UInt8(truncatingIfNeeded: value) ^ frame.octet(at: offset)
      value = value >> 8 ^ table[Int(index)]
    }
    return ~value
  }

  /// Whether the last four octets are the sequence of those before them.
  public static func isValid(_ frameWithSequence: RawSpan) -> Bool {
    let end = frameWithSequence.byteCount - byteCount
    guard end >= 0 else { return false }
    return value(of: frameWithSequence.extracting(0..<end))
      == frameWithSequence.littleEndian(at: end)
  }

  /// The remainder of each octet.
  private static let table: [UInt32] = (0..<256).map { octet in
    (0..<8).reduce(UInt32(octet)) { value, _ in value >> 1 ^ (value & 1 == 0 ? 0 : 0xEDB8_8320) }
  }
}
