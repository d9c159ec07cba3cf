/// The Internet checksum of data that is added in parts (RFC 1071).
///
/// Parts may have any length: the sum of a part after an odd number of octets is byte-swapped, so
/// the result does not depend on where the data was split.
///
/// ```swift
/// var sum = InternetChecksum()
/// sum.add(header)
/// sum.add(payload)
/// let field = sum.checksum     // for the header, whose own field was 0
/// ```
public struct InternetChecksum: Hashable, Sendable {
  /// The sum so far, in memory order, not folded.
  private var words: UInt64 = 0
  /// True if an odd number of octets has been added.
  private var isOdd = false

  /// A sum of nothing.
  public init() {}

  /// The ones' complement sum, folded to sixteen bits and not inverted, as a number.
  public var sum: UInt16 { UInt16(bigEndian: WordSum.fold(words)) }

  /// The value of the checksum field: the inverted sum, as a number.
  ///
  /// 0 over data that contains its own valid checksum.
  public var checksum: UInt16 { ~sum }

  /// Adds some octets.
  ///
  /// - Complexity: O(*n*). Does not allocate.
  public mutating func add(_ octets: RawSpan) {
    append(WordSum.sum(octets), isOdd: octets.byteCount & 1 == 1)
  }

  /// Adds some octets.
  ///
  /// - Complexity: O(*n*). Does not allocate.
  public mutating func add(_ octets: [UInt8]) { add(octets.octets) }

  /// Adds a two-octet number in network order.
  public mutating func add(_ value: UInt16) { append(WordSum.word(value), isOdd: false) }

  /// Adds a four-octet number in network order.
  public mutating func add(_ value: UInt32) { append(WordSum.words(value), isOdd: false) }

  /// Adds an eight-octet number in network order.
  public mutating func add(_ value: UInt64) {
    add(UInt32(truncatingIfNeeded: value >> 32))
    add(UInt32(truncatingIfNeeded: value))
  }

  /// Adds another sum, as if its octets came next.
  ///
  /// - Complexity: O(1).
  public mutating func combine(_ next: InternetChecksum) { append(next.words, isOdd: next.isOdd) }

  /// Copies some octets to the front of `target` and adds them, in one pass over the data.
  ///
  /// - Precondition: `target` has room for them.
  /// - Complexity: O(*n*). Does not allocate.
  public mutating func addCopying(_ octets: RawSpan, to target: inout MutableRawSpan) {
    append(target.copySumming(octets, at: 0), isOdd: octets.byteCount & 1 == 1)
  }

  private mutating func append(_ more: UInt64, isOdd moreIsOdd: Bool) {
    // Folded first, so that no number of parts overflows the accumulator.
    let folded = UInt64(WordSum.fold(more))
    words = UInt64(WordSum.fold(words)) &+ (isOdd ? WordSum.rotated(folded) : folded)
    isOdd = isOdd != moreIsOdd
  }
}
