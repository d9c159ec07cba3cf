/// A bit field of a word, laid out as C compilers for Windows do: the first field in the low bits.
@usableFromInline
internal struct BitField: Sendable {
  @usableFromInline internal let offset: Int
  @usableFromInline internal let width: Int

  @inlinable
  internal init(_ offset: Int, width: Int) { (self.offset, self.width) = (offset, width) }

  /// The largest number that fits the field.
  @inlinable internal var limit: Int { 1 << width &- 1 }

  /// Returns the field's number in `word`.
  @inlinable
  internal func read(_ word: UInt64) -> Int {
    Int(truncatingIfNeeded: word &>> UInt64(offset)) & limit
  }

  /// Returns `word` with the field set to `value`, which is clamped to 0...``limit``.
  @inlinable
  internal func write(_ value: Int, into word: UInt64) -> UInt64 {
    let clamped = UInt64(min(max(value, 0), limit))
    let mask = UInt64(limit) &<< UInt64(offset)
    return word & ~mask | clamped &<< UInt64(offset)
  }

  /// Returns the field's number in a word of 32 bits.
  @inlinable
  internal func read(_ word: UInt32) -> Int { read(UInt64(word)) }

  /// Returns a word of 32 bits with the field set to `value`, which is clamped to 0...``limit``.
  @inlinable
  internal func write(_ value: Int, into word: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: write(value, into: UInt64(word)))
  }

  /// Throws if a number does not fit.
  @inlinable
  internal func check(_ value: Int, _ field: NetFieldError.Field) throws(NetFieldError) {
    guard value < 0 || value > limit else { return }
    throw NetFieldError(field: field, found: value, limit: limit)
  }
}

/// A number does not fit into the bit field of a ring element.
public struct NetFieldError: Error, Hashable, Sendable {
  /// The fields that an initialiser checks.
  public enum Field: String, Hashable, Sendable, CaseIterable {
    /// `NET_PACKET.FragmentIndex`, 32 bits.
    case fragmentIndex
    /// `NET_PACKET.FragmentCount`, 16 bits.
    case fragmentCount
    /// `NET_FRAGMENT.ValidLength`, 26 bits.
    case validLength
    /// `NET_FRAGMENT.Capacity`, 26 bits.
    case capacity
    /// `NET_FRAGMENT.Offset`, 10 bits.
    case offset
    /// `NET_PACKET_LAYOUT.Layer2HeaderLength`, 7 bits.
    case layer2HeaderLength
    /// `NET_PACKET_LAYOUT.Layer3HeaderLength`, 9 bits.
    case layer3HeaderLength
    /// `NET_PACKET_LAYOUT.Layer4HeaderLength`, 8 bits.
    case layer4HeaderLength
    /// `NET_PACKET_GSO.TCP.Mss` and `NET_PACKET_GSO.UDP.Mss`, 20 bits.
    case mss
    /// `NET_PACKET_IEEE8021Q.PriorityCodePoint`, 3 bits.
    case priorityCodePoint
    /// `NET_PACKET_IEEE8021Q.VlanIdentifier`, 12 bits.
    case vlanIdentifier
  }

  /// The field.
  public let field: Field
  /// The number that does not fit.
  public let found: Int
  /// The largest number that fits; the smallest is 0.
  public let limit: Int

  @usableFromInline
  package init(field: Field, found: Int, limit: Int) {
    (self.field, self.found, self.limit) = (field, found, limit)
  }
}

extension NetFieldError: CustomStringConvertible {
  /// One sentence with the numbers.
  public var description: String {
    "`\(field.rawValue)` is \(found); it must be in 0...\(limit)"
  }
}
