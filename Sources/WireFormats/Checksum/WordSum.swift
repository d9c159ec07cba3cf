/// Arithmetic of the Internet checksum on words in memory order (RFC 1071).
///
/// A ones' complement sum does not depend on byte order: summing words as they lie in memory and
/// storing the result the same way gives the octets that summing in network order would (RFC 1071,
/// section 2 (B)). No loop swaps octets; only numbers that come from the program are byte-swapped.
///
/// Sums are kept in 64 bits and folded late. Prefer ``InternetChecksum`` unless profiling says
/// otherwise.
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

  /// The sum of both halves of eight octets, in memory order.
  @inlinable @inline(__always)
  public static func halves(_ value: UInt64) -> UInt64 {
    (value & 0xFFFF_FFFF) &+ (value >> 32)
  }

  /// Folds the carries of a sum back into its low sixteen bits; still in memory order.
  ///
  /// A number plus itself, rotated by half its width, has the sum of both halves and their carry in
  /// its upper half. 0 stays 0, and nothing else becomes 0.
  @inlinable @inline(__always)
  public static func fold(_ sum: UInt64) -> UInt16 {
    let half = UInt32(truncatingIfNeeded: (sum &+ (sum << 32 | sum >> 32)) >> 32)
    return UInt16(truncatingIfNeeded: (half &+ (half << 16 | half >> 16)) >> 16)
  }

  /// The sum of the same octets, had they started at an odd offset.
  @inlinable @inline(__always)
  public static func rotated(_ sum: UInt64) -> UInt64 { UInt64(fold(sum).byteSwapped) }

  /// The unfolded sum of some octets; an odd last octet is the first half of a word.
  ///
  /// - Complexity: O(*n*). Does not allocate.
  public static func sum(_ octets: RawSpan) -> UInt64 {
    // SAFETY: the kernel reads exactly the octets of the buffer, and only while the closure runs.
    unsafe octets.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      return unsafe wordSum(base, count: buffer.count, kernel: .current)
    }
  }
}
