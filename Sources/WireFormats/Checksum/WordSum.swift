/// Arithmetic of the Internet checksum on words in memory order (RFC 1071).
///
/// A ones' complement sum does not care about byte order: summing words as they lie in memory and
/// storing the result the same way gives the octets that summing in network order would (RFC 1071,
/// section 2 (B)). So no loop swaps octets; only numbers that come from the program are turned.
///
/// Sums are kept in 64 bits and folded late. ``InternetChecksum`` is the same for those who do not
/// count single additions.
public enum WordSum {
  /// A number of the program as it would lie in memory at an even offset.
  @inlinable @inline(__always)
  public static func word(_ value: UInt16) -> UInt64 { UInt64(value.bigEndian) }

  /// A four-octet number of the program as it would lie in memory at an even offset.
  @inlinable @inline(__always)
  public static func words(_ value: UInt32) -> UInt64 {
    UInt64(UInt16(truncatingIfNeeded: value >> 16).bigEndian)
      &+ UInt64(UInt16(truncatingIfNeeded: value).bigEndian)
  }

  /// The sum of both halves of eight octets, as they are in memory.
  @inlinable @inline(__always)
  public static func halves(_ value: UInt64) -> UInt64 {
    (value & 0xFFFF_FFFF) &+ (value >> 32)
  }

  /// Folds the carries of a sum back into its low sixteen bits; still in memory order.
  ///
  /// Adding a number to itself turned by half its width puts both halves and their carry on top of each
  /// other. 0 stays 0, and nothing else becomes 0.
  @inlinable @inline(__always)
  public static func fold(_ sum: UInt64) -> UInt16 {
    let half = UInt32(truncatingIfNeeded: (sum &+ (sum << 32 | sum >> 32)) >> 32)
    return UInt16(truncatingIfNeeded: (half &+ (half << 16 | half >> 16)) >> 16)
  }

  /// The sum of the same octets, had they started at an odd offset.
  @inlinable @inline(__always)
  public static func rotated(_ sum: UInt64) -> UInt64 { UInt64(fold(sum).byteSwapped) }
}
