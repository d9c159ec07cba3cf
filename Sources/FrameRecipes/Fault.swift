extension FrameRecipe {
  /// Why a recipe has no octets: the field, and what is wrong with it.
  public struct Fault: Error, Equatable, Sendable {
    /// What is wrong with a field.
    public enum Reason: Equatable, Sendable {
      /// Text that is no address.
      case badAddress(AddressError)
      /// An address of another family than the field's; it has `octetCount` octets.
      case otherAddress(Address, AddressFamily, octetCount: Int)
      /// More octets than fit.
      case tooLong(octets: Int, limit: Int)
      /// A number that does not fit.
      case tooLarge(UInt64, limit: UInt64)
      /// A negative number.
      case negative(Int)
      /// Octets that do not make whole words of four.
      case notInWords(octets: Int)
      /// An extension header of GTP-U with type 0, which means that none follows.
      case endsTheList
      /// Literal payload that ends before `offset + count`.
      case payloadEnds(octets: Int, needed: Int)
      /// VLAN tags after a link header without an EtherType.
      case noPlaceForTags(LinkKind)
      /// A shim after a link header without an EtherType.
      case noPlaceForShim(LinkKind)
      /// An MPLS label stack without labels.
      case noLabels
      /// A packet of ARP where a tunnel needs an IP header.
      case carriesNothing
      /// A link header that announces IP packets alone, before a packet of ARP.
      case onlyForIP(LinkKind)
      /// A link header that the tunnel cannot carry, and the one that it can.
      case notInTunnel(LinkKind, needed: String)
    }

    /// The field, as a path from the recipe: `encapsulation.network.source`.
    public var field: String
    /// What is wrong with it.
    public var reason: Reason
  }
}

extension FrameRecipe.Fault: CustomStringConvertible {
  /// One sentence with the field and all numbers.
  public var description: String { "\(field): \(reason.text)" }
}

extension FrameRecipe.Fault.Reason {
  fileprivate var text: String {
    switch self {
    case .badAddress(let error): "\(error)"
    case .otherAddress(let address, let family, let count):
      "\(address) has \(count) octets, \(family.rawValue) addresses have \(family.byteCount)"
    case .tooLong(let octets, let limit): "\(octets) octets where at most \(limit) fit"
    case .tooLarge(let value, let limit): "\(value) is larger than \(limit)"
    case .negative(let value): "\(value) is negative"
    case .notInWords(let octets): "\(octets) octets are no whole words of 4"
    case .endsTheList: "type 0 ends the list of extension headers"
    case .payloadEnds(let octets, let needed):
      "the literal has \(octets) octets, offset and count need \(needed)"
    case .noPlaceForTags(let kind):
      "a link header of kind \(kind.rawValue) has no EtherType that could announce VLAN tags"
    case .noPlaceForShim(let kind):
      "a link header of kind \(kind.rawValue) has no EtherType that could announce a shim"
    case .noLabels: "a label stack needs at least one label"
    case .carriesNothing: "a packet of ARP carries no tunnel"
    case .onlyForIP(let kind):
      "a link header of kind \(kind.rawValue) announces IP packets alone, not ARP"
    case .notInTunnel(let kind, let needed):
      "the tunnel does not carry a link header of kind \(kind.rawValue), it needs \(needed)"
    }
  }
}
