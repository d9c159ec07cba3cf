extension FrameRecipe {
  /// What stands in front of the IP packet.
  public enum LinkKind: String, CaseIterable, Sendable {
    /// Ethernet II: addresses and EtherType, 14 octets.
    case ethernet
    /// Nothing: the frame starts with the IP header.
    case rawIP
    /// Linux cooked capture, version 1: 16 octets, the protocol in the last two.
    case linuxCooked1
    /// Linux cooked capture, version 2: 20 octets, the protocol in the first two.
    case linuxCooked2
    /// BSD loopback: the address family in four octets, low octet first (2 for IPv4, 30 for IPv6).
    case bsdLoopback
    /// OpenBSD loopback: the same in network order.
    case bsdLoopbackNetworkOrder

    /// Octets of the header, VLAN tags not included.
    public var byteCount: Int {
      switch self {
      case .ethernet: 14
      case .rawIP: 0
      case .linuxCooked1: 16
      case .linuxCooked2: 20
      case .bsdLoopback, .bsdLoopbackNetworkOrder: 4
      }
    }

    /// Where the EtherType stands that says what follows; nil where there is none.
    package var protocolOffset: Int? {
      switch self {
      case .ethernet: 12
      case .linuxCooked1: 14
      case .linuxCooked2: 0
      case .rawIP, .bsdLoopback, .bsdLoopbackNetworkOrder: nil
      }
    }
  }

  /// A VLAN tag (IEEE 802.1Q).
  public struct VLANTag: Equatable, Sendable {
    /// The EtherType that announces the tag: 0x8100 or 0x88A8.
    public var protocolIdentifier: UInt16
    /// Priority, drop eligibility and VLAN identifier.
    public var controlInformation: UInt16

    /// Makes a tag.
    public init(_ protocolIdentifier: UInt16 = EtherType.vlan, _ controlInformation: UInt16 = 1) {
      self.protocolIdentifier = protocolIdentifier
      self.controlInformation = controlInformation
    }
  }

  /// A link header with its VLAN tags.
  public struct Link: Equatable, Sendable {
    /// Which header it is.
    public var kind: LinkKind
    /// VLAN tags from the outermost inwards; only where the header has an EtherType.
    public var tags: [VLANTag]
    /// Destination and source address of Ethernet; twelve octets.
    public var addresses: [UInt8]

    /// The addresses that a link has unless told otherwise.
    public static let defaultAddresses: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]

    /// Makes a link header; Ethernet without tags by default.
    public init(
      _ kind: LinkKind = .ethernet, tags: [VLANTag] = [], addresses: [UInt8] = defaultAddresses
    ) {
      self.kind = kind
      self.tags = tags
      self.addresses = addresses
    }

    /// Octets of header and tags together.
    public var byteCount: Int { kind.byteCount + 4 * tags.count }

    /// Writes header and tags in front of a packet of type `etherType`.
    package func header(for etherType: UInt16) -> [UInt8] {
      // A tag announces what follows it, so every type moves one place inwards.
      let first = tags.first?.protocolIdentifier ?? etherType
      var out: [UInt8] = []
      switch kind {
      case .ethernet:
        out = addresses + networkOrder16(first)
      case .linuxCooked1:
        // To us, ARPHRD_ETHER, six address octets and two of padding.
        out = [0, 0, 0, 1, 0, 6] + addresses.suffix(6) + [0, 0] + networkOrder16(first)
      case .linuxCooked2:
        // Protocol, reserved, interface 1, ARPHRD_ETHER, to us, six address octets, padding.
        out =
          networkOrder16(first) + [0, 0, 0, 0, 0, 1, 0, 1, 0, 6] + addresses.suffix(6) + [0, 0]
      case .rawIP:
        return []
      case .bsdLoopback:
        return [etherType == EtherType.ipv6 ? 30 : 2, 0, 0, 0]
      case .bsdLoopbackNetworkOrder:
        return [0, 0, 0, etherType == EtherType.ipv6 ? 30 : 2]
      }
      for (index, tag) in tags.enumerated() {
        let inside = index + 1 < tags.count ? tags[index + 1].protocolIdentifier : etherType
        out += networkOrder16(tag.controlInformation) + networkOrder16(inside)
      }
      return out
    }
  }
}
