/// A number does not fit the bits that a field of a ring element has.
public struct NetFieldError: Error, Hashable, Sendable {
  /// The fields whose width Microsoft's structures limit.
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

  /// Joins a field and its numbers.
  public init(field: Field, found: Int, limit: Int) {
    (self.field, self.found, self.limit) = (field, found, limit)
  }
}

extension NetFieldError: CustomStringConvertible {
  /// One sentence with the numbers.
  public var description: String {
    "`\(field.rawValue)` is \(found); it must be in 0...\(limit)"
  }
}
