extension FrameRecipe {
  /// A link header with its VLAN tags.
  public struct Link: Equatable, Sendable {
    /// Which header it is.
    public var kind: LinkKind
    /// VLAN tags from the outermost inwards; only where the header has an EtherType.
    public var tags: [VLANTag]
    /// What stands between the tags and the packet, if anything; only where the header has an
    /// EtherType.
    public var shim: Shim?
    /// The sender's MAC address.
    public var source: Address
    /// The receiver's MAC address; only Ethernet has one.
    public var destination: Address
    /// The EtherType of the packet, right or wrong; nil for the one of what follows.
    public var etherType: UInt16?

    /// The sender that a link has by default, 02:00:00:00:00:01.
    public static let defaultSource = Address([2, 0, 0, 0, 0, 1])
    /// The receiver that a link has by default, 02:00:00:00:00:02.
    public static let defaultDestination = Address([2, 0, 0, 0, 0, 2])

    /// Makes a link header; Ethernet without tags by default.
    public init(
      _ kind: LinkKind = .ethernet, tags: [VLANTag] = [], shim: Shim? = nil,
      source: Address = defaultSource,
      destination: Address = defaultDestination, etherType: UInt16? = nil
    ) {
      self.kind = kind
      self.tags = tags
      self.shim = shim
      self.source = source
      self.destination = destination
      self.etherType = etherType
    }

    /// Ethernet II; `vlans` from the outermost tag inwards.
    public static func ethernet(
      from source: Address = defaultSource, to destination: Address = defaultDestination,
      vlans: [VLANTag] = [], shim: Shim? = nil
    ) -> Link {
      Link(.ethernet, tags: vlans, shim: shim, source: source, destination: destination)
    }

    /// No link header: the frame starts with the IP header.
    public static let rawIP = Link(.rawIP)
    /// Linux cooked capture, version 1.
    public static let linuxCooked1 = Link(.linuxCooked1)
    /// Linux cooked capture, version 2.
    public static let linuxCooked2 = Link(.linuxCooked2)
    /// BSD loopback, the low octet first.
    public static let bsdLoopback = Link(.bsdLoopback)
    /// OpenBSD loopback, in network order.
    public static let bsdLoopbackNetworkOrder = Link(.bsdLoopbackNetworkOrder)
    /// PPP with address and control fields.
    public static let ppp = Link(.ppp)

    /// Octets of header, tags and shim together.
    public var byteCount: Int {
      kind.byteCount
        + (kind.protocolOffset == nil ? 0 : 4 * tags.count + (shim?.byteCount ?? 0))
    }

    /// The EtherType by which a tunnel announces what follows it: the frame or the packet.
    func typeInTunnel(of network: Network) -> UInt16 {
      kind == .ethernet ? EtherType.ethernet : network.etherType
    }

    /// Writes all of it before the octets of a packet of type `packetType`.
    package func frame(around packet: [UInt8], _ packetType: UInt16) -> [UInt8] {
      header(for: packetType, packetLength: packet.count) + packet
    }

    private func header(for packetType: UInt16, packetLength: Int) -> [UInt8] {
      let etherType = etherType ?? shim?.etherType ?? packetType
      // A tag announces what follows it, so every type moves one place inwards.
      let first = networkOrder16(tags.first?.protocolIdentifier ?? etherType)
      var out: [UInt8] = []
      switch kind {
      case .ethernet:
        out = destination.octets(count: 6) + source.octets(count: 6) + first
      case .linuxCooked1:
        // To us, ARPHRD_ETHER, six address octets and two of padding.
        out = [0, 0, 0, 1, 0, 6] + source.octets(count: 6) + [0, 0] + first
      case .linuxCooked2:
        // Protocol, reserved, interface 1, ARPHRD_ETHER, to us, six address octets, padding.
        out = first + [0, 0, 0, 0, 0, 1, 0, 1, 0, 6] + source.octets(count: 6) + [0, 0]
      case .rawIP:
        return []
      case .bsdLoopback:
        return [etherType == EtherType.ipv6 ? 30 : 2, 0, 0, 0]
      case .bsdLoopbackNetworkOrder:
        return [0, 0, 0, etherType == EtherType.ipv6 ? 30 : 2]
      case .ppp:
        return [0xFF, 3] + pppProtocol(of: etherType)
      }
      for (index, tag) in tags.enumerated() {
        let inside = index + 1 < tags.count ? tags[index + 1].protocolIdentifier : etherType
        out += networkOrder16(tag.controlInformation) + networkOrder16(inside)
      }
      return out + (shim?.octets(for: packetType, packetLength: packetLength) ?? [])
    }
  }

  /// What stands before the IP packet.
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
    /// PPP: address and control (0xFF03) and the protocol, 4 octets (RFC 1662).
    case ppp

    /// Octets of the header, VLAN tags not included.
    public var byteCount: Int {
      switch self {
      case .ethernet: 14
      case .rawIP: 0
      case .linuxCooked1: 16
      case .linuxCooked2: 20
      case .bsdLoopback, .bsdLoopbackNetworkOrder, .ppp: 4
      }
    }

    /// Where the EtherType stands that says what follows; nil where there is none.
    package var protocolOffset: Int? {
      switch self {
      case .ethernet: 12
      case .linuxCooked1: 14
      case .linuxCooked2: 0
      case .rawIP, .bsdLoopback, .bsdLoopbackNetworkOrder, .ppp: nil
      }
    }
  }
}
