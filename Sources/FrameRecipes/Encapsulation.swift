extension FrameRecipe {
  /// What a frame is wrapped in on its way through a tunnel.
  public struct Encapsulation: Equatable, Sendable {
    /// The tunnel protocol, with the fields of its header.
    public enum Kind: Equatable, Sendable {
      /// VXLAN (RFC 7348) over UDP; Ethernet inside.
      case vxlan(network: UInt32 = 0x0A_BCDE)
      /// Geneve (RFC 8926) over UDP, with options in whole words; Ethernet or IP inside.
      case geneve(network: UInt32 = 0x0A_BCDE, options: [UInt8] = [])
      /// VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe) over UDP; Ethernet or IP inside.
      case vxlanGPE(network: UInt32 = 0x0A_BCDE)
      /// Generic UDP Encapsulation, variant 0 (draft-ietf-intarea-gue), with private data in whole
      /// words; IP inside.
      case gue(data: [UInt8] = [])
      /// Generic UDP Encapsulation, variant 1: the IP packet directly after the UDP header.
      case directGUE
      /// Foo over UDP of Linux: the IP packet directly after the UDP header.
      case fou
      /// GTP-U (3GPP TS 29.281) over UDP; IP inside.
      case gtpU(
        tunnel: UInt32 = 0x0A0B_0C0D, sequence: UInt16? = nil, packetNumber: UInt8? = nil,
        extensions: [GTPExtension] = [])
      /// GRE (RFC 2784, RFC 2890); Ethernet or IP inside.
      case gre(checksum: Bool = false, key: UInt32? = nil, sequence: UInt32? = nil)
      /// The inner IP packet directly after the outer header (RFC 2003, RFC 4213, RFC 2473).
      case ipInIP

      /// Whether the tunnel header has a length field.
      public var hasLength: Bool { if case .gtpU = self { true } else { false } }
    }

    /// The outer link header.
    public var link: Link
    /// The outer IP header.
    public var network: Network
    /// The tunnel protocol.
    public var kind: Kind
    /// The source port of the outer UDP header.
    public var sourcePort: UInt16
    /// What the outer UDP checksum field holds.
    public var checksum: TransportChecksum
    /// What the outer UDP length field holds.
    public var udpLength: LengthField
    /// The destination port of the outer UDP header; nil for the tunnel protocol's own.
    public var destinationPort: UInt16?
    /// Octets after the inner packet, such as padding of the inner Ethernet frame; all 0xEE.
    public var innerTrailerCount: Int
    /// What the length field of the tunnel header holds; only GTP-U has one.
    public var tunnelLength: LengthField
    /// What the GRE checksum field holds, if there is one.
    public var greChecksum: HeaderChecksum
    /// The tunnel that carries this one, or none: a structure cannot contain itself.
    private var carriers: [Encapsulation]

    /// The tunnel that carries this one; nil if there is none.
    ///
    /// The frame then starts with the link header of that tunnel, and ``link`` stands between the
    /// two.
    public var outer: Encapsulation? {
      get { carriers.first }
      set { carriers = newValue.map { [$0] } ?? [] }
    }

    /// Makes a tunnel; the outer UDP checksum is not used by default.
    public init(
      _ kind: Kind = .vxlan(), link: Link = Link(), network: Network = defaultNetwork,
      sourcePort: UInt16 = 50_000, checksum: TransportChecksum = .zero,
      udpLength: LengthField = .exact, destinationPort: UInt16? = nil,
      innerTrailerCount: Int = 0, tunnelLength: LengthField = .exact,
      greChecksum: HeaderChecksum = .complete, outer: Encapsulation? = nil
    ) {
      self.link = link
      self.network = network
      self.kind = kind
      self.sourcePort = sourcePort
      self.checksum = checksum
      self.udpLength = udpLength
      self.destinationPort = destinationPort
      self.innerTrailerCount = innerTrailerCount
      self.tunnelLength = tunnelLength
      self.greChecksum = greChecksum
      carriers = outer.map { [$0] } ?? []
    }

    /// VXLAN (RFC 7348); the inner frame needs an Ethernet header.
    public static func vxlan(
      network: UInt32 = 0x0A_BCDE, over outer: Network = defaultNetwork, link: Link = Link()
    ) -> Encapsulation {
      Encapsulation(.vxlan(network: network), link: link, network: outer)
    }

    /// Geneve (RFC 8926), with options in whole words.
    public static func geneve(
      network: UInt32 = 0x0A_BCDE, options: [UInt8] = [], over outer: Network = defaultNetwork,
      link: Link = Link()
    ) -> Encapsulation {
      Encapsulation(.geneve(network: network, options: options), link: link, network: outer)
    }

    /// GRE (RFC 2784, RFC 2890).
    public static func gre(
      checksum: Bool = false, key: UInt32? = nil, sequence: UInt32? = nil,
      over outer: Network = defaultNetwork, link: Link = Link()
    ) -> Encapsulation {
      Encapsulation(
        .gre(checksum: checksum, key: key, sequence: sequence), link: link, network: outer)
    }

    /// IP in IP (RFC 2003, RFC 4213, RFC 2473); the inner packet needs ``Link/rawIP``.
    public static func ipInIP(
      over outer: Network = defaultNetwork, link: Link = Link()
    ) -> Encapsulation {
      Encapsulation(.ipInIP, link: link, network: outer)
    }

    /// The same tunnel, carried by another one.
    public func inside(_ outer: Encapsulation) -> Encapsulation {
      var copy = self
      if let carrier = copy.outer { copy.outer = carrier.inside(outer) } else { copy.outer = outer }
      return copy
    }

    /// This tunnel and those that carry it, from the outermost inwards.
    public var fromOutermost: [Encapsulation] { (outer?.fromOutermost ?? []) + [self] }

    /// An outer IPv4 header between other end points than the inner one.
    public static let defaultNetwork = Network.ipv4(
      IPv4 {
        $0.identification = 0x4321
        $0.source = [203, 0, 113, 1]
        $0.destination = [203, 0, 113, 2]
      })

    /// Octets of the tunnel header: UDP with what follows it, GRE, or nothing.
    public var byteCount: Int {
      switch kind {
      case .vxlan, .vxlanGPE: 16
      case .gue(let data): 12 + data.count
      case .directGUE, .fou: 8
      case .gtpU: 8 + gtpHeader(around: 0).count
      case .geneve(_, let options): 16 + options.count
      case .gre(let checksum, let key, let sequence):
        4 + (checksum ? 4 : 0) + (key == nil ? 0 : 4) + (sequence == nil ? 0 : 4)
      case .ipInIP: 0
      }
    }

    /// Whether an outer UDP header is in use.
    public var isOverUDP: Bool {
      switch kind {
      case .vxlan, .geneve, .vxlanGPE, .gue, .directGUE, .fou, .gtpU: true
      case .gre, .ipInIP: false
      }
    }

    /// Wraps the octets of a frame or packet; `innerType` is the EtherType of what they are.
    func wrap(_ inner: [UInt8], innerType: UInt16) -> [UInt8] {
      let number: UInt8
      let body: [UInt8]
      let inner = inner + [UInt8](repeating: 0xEE, count: max(0, innerTrailerCount))
      switch kind {
      case .vxlan(let identifier):
        number = IPNumber.udp
        body = datagram(
          TunnelPort.vxlan, [8, 0, 0, 0] + networkOrder32(identifier &* 256) + inner)
      case .geneve(let identifier, let options):
        number = IPNumber.udp
        let start =
          [UInt8(truncatingIfNeeded: options.count / 4) & 0x3F, 0] + networkOrder16(innerType)
        body = datagram(
          TunnelPort.geneve, start + networkOrder32(identifier &* 256) + options + inner)
      case .vxlanGPE(let identifier):
        number = IPNumber.udp
        let next: [UInt16: UInt8] = [EtherType.ipv4: 1, EtherType.ipv6: 2, EtherType.ethernet: 3]
        let header = [0x0C, 0, 0, next[innerType] ?? 0] + networkOrder32(identifier &* 256)
        body = datagram(TunnelPort.vxlanGPE, header + inner)
      case .gue(let data):
        number = IPNumber.udp
        let carried = innerType == EtherType.ipv6 ? IPNumber.ipv6 : IPNumber.ipv4
        let header = [UInt8(truncatingIfNeeded: data.count / 4) & 0x1F, carried, 0, 0] + data
        body = datagram(TunnelPort.gue, header + inner)
      case .directGUE, .fou:
        number = IPNumber.udp
        body = datagram(kind == .fou ? TunnelPort.fou : TunnelPort.gue, inner)
      case .gtpU:
        number = IPNumber.udp
        body = datagram(TunnelPort.gtpU, gtpHeader(around: inner.count) + inner)
      case .gre(let checksum, let key, let sequence):
        number = IPNumber.gre
        body = gre(inner, innerType, checksum: checksum, key: key, sequence: sequence)
      case .ipInIP:
        number = innerType == EtherType.ipv6 ? IPNumber.ipv6 : IPNumber.ipv4
        body = inner
      }
      let frame = link.frame(
        around: network.packet(around: body, protocolNumber: number), network.etherType)
      return outer?.wrap(frame, innerType: link.typeInTunnel(of: network)) ?? frame
    }

    private func gtpHeader(around payloadCount: Int) -> [UInt8] {
      guard case .gtpU(let tunnel, let sequence, let packetNumber, let extensions) = kind else {
        return []
      }
      return FrameRecipe.gtpHeader(
        tunnel: tunnel, sequence: sequence, packetNumber: packetNumber, extensions: extensions,
        length: tunnelLength, payloadCount: payloadCount)
    }

    private func datagram(_ port: UInt16, _ payload: [UInt8]) -> [UInt8] {
      let header = UDP {
        $0.sourcePort = sourcePort
        $0.destinationPort = destinationPort ?? port
        $0.length = udpLength
      }
      return Transport.udp(header).segment(
        payload: payload, in: network, checksum: checksum, zeroBecomesOnes: true)
    }

    private func gre(
      _ inner: [UInt8], _ innerType: UInt16, checksum: Bool, key: UInt32?, sequence: UInt32?
    ) -> [UInt8] {
      var flags: UInt16 = 0
      var rest: [UInt8] = []
      if let key {
        flags += 0x2000
        rest += networkOrder32(key)
      }
      if let sequence {
        flags += 0x1000
        rest += networkOrder32(sequence)
      }
      rest += inner
      guard checksum else { return networkOrder16(flags) + networkOrder16(innerType) + rest }
      // The checksum covers header and payload with its own field taken as zero.
      let start = networkOrder16(flags + 0x8000) + networkOrder16(innerType)
      let sum = greChecksum.resolve(referenceChecksum(start + [0, 0, 0, 0] + rest))
      return start + networkOrder16(sum) + [0, 0] + rest
    }
  }
}
