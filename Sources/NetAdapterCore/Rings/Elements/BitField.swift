/// Some bits of a word, as C's bit fields have them.
@usableFromInline
internal struct BitField: Sendable {
  @usableFromInline internal let offset: Int
  @usableFromInline internal let width: Int

  @inlinable
  internal init(_ offset: Int, width: Int) { (self.offset, self.width) = (offset, width) }

  /// The largest number that fits.
  @inlinable internal var limit: Int { 1 << width &- 1 }

  /// The number in these bits of `word`.
  @inlinable
  internal func read(_ word: UInt64) -> Int {
    Int(truncatingIfNeeded: word &>> UInt64(offset)) & limit
  }

  /// `word` with a number in these bits; one that does not fit becomes the nearest that does.
  @inlinable
  internal func write(_ value: Int, into word: UInt64) -> UInt64 {
    let clamped = UInt64(min(max(value, 0), limit))
    let mask = UInt64(limit) &<< UInt64(offset)
    return word & ~mask | clamped &<< UInt64(offset)
  }

  /// Refuses a number that does not fit.
  @inlinable
  internal func check(_ value: Int, _ field: NetFieldError.Field) throws(NetFieldError) {
    guard value < 0 || value > limit else { return }
    throw NetFieldError(field: field, found: value, limit: limit)
  }
}
