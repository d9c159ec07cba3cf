/// A frame described by its fields: everything that ``build()`` needs, and nothing derived.
///
/// The recipe knows no offsets; lengths, protocol numbers and checksums follow from the fields and
/// from the conventions chosen for them. With an ``encapsulation``, the recipe itself describes
/// the inner frame, and its ``link`` is what stands between tunnel header and inner IP header:
/// ``LinkKind/ethernet`` or ``LinkKind/rawIP``.
public struct FrameRecipe: Equatable, Sendable {
  /// Link header and VLAN tags; the inner ones inside a tunnel.
  public var link: Link
  /// The IP header in front of the transport header.
  public var network: Network
  /// The transport header.
  public var transport: Transport
  /// What the transport header carries.
  public var payload: Payload
  /// What the transport checksum field holds.
  public var checksum: TransportChecksum
  /// Whether a complete TCP checksum of 0 is stored as 0xFFFF, as UDP must.
  public var zeroBecomesOnes: Bool
  /// Octets behind the outermost IP packet, such as Ethernet padding; all 0xEE.
  public var trailerCount: Int
  /// What the frame is wrapped in, if anything.
  public var encapsulation: Encapsulation?

  /// Makes a recipe; by default a finished TCP segment over IPv4 and Ethernet.
  public init(
    link: Link = Link(), network: Network = .ipv4(), transport: Transport = .tcp(),
    payload: Payload = Payload(count: 0), checksum: TransportChecksum = .complete,
    zeroBecomesOnes: Bool = false, trailerCount: Int = 0, encapsulation: Encapsulation? = nil
  ) {
    self.link = link
    self.network = network
    self.transport = transport
    self.payload = payload
    self.checksum = checksum
    self.zeroBecomesOnes = zeroBecomesOnes
    self.trailerCount = trailerCount
    self.encapsulation = encapsulation
  }

  /// The link header that the frame starts with.
  public var outerLink: Link { encapsulation?.link ?? link }

  /// The frame, from the link header to the trailer.
  public func build() -> [UInt8] {
    let packet = network.packet(
      around: transportOctets(), protocolNumber: transport.protocolNumber)
    let inner = link.header(for: network.etherType) + packet
    let frame = encapsulation?.wrap(inner, innerType: innerType) ?? inner
    return trailerCount == 0 ? frame : frame + [UInt8](repeating: 0xEE, count: trailerCount)
  }

  /// The transport header, its checksum field filled as ``checksum`` says, and the payload.
  public func transportOctets() -> [UInt8] {
    transport.segment(
      payload: payload.octets(), in: network, checksum: checksum,
      zeroBecomesOnes: zeroBecomesOnes || !transport.isTCP)
  }

  /// The value of the transport checksum field.
  public var checksumField: UInt16 {
    UInt16(word(transportOctets(), transport.isTCP ? 16 : 6))
  }

  /// Octets of the outermost IP packet, from its first header to the end of the payload.
  public var packetByteCount: Int { layout.payloadEnd - layout.outermostNetworkOffset }

  /// The EtherType of what a tunnel carries: the inner frame or the inner packet.
  private var innerType: UInt16 {
    link.kind == .ethernet ? EtherType.ethernet : network.etherType
  }
}

/// Where the parts of a built frame lie, as octets from its start.
public struct FrameLayout: Equatable, Sendable {
  /// The outer IP header of a tunnel; nil without one.
  public var outerNetworkOffset: Int?
  /// The outer UDP or GRE header of a tunnel, or the inner IP header of IP in IP; nil without one.
  public var outerTransportOffset: Int?
  /// The (inner) IP header.
  public var networkOffset: Int
  /// The (inner) TCP or UDP header.
  public var transportOffset: Int
  /// The first payload octet; also the number of octets of all headers.
  public var payloadOffset: Int
  /// The octet behind the payload.
  public var payloadEnd: Int

  /// Octets of all headers together.
  public var headerByteCount: Int { payloadOffset }

  /// The inner IP header of a tunnel; nil without one.
  public var innerNetworkOffset: Int? { outerNetworkOffset == nil ? nil : networkOffset }

  /// The first IP header of the frame.
  public var outermostNetworkOffset: Int { outerNetworkOffset ?? networkOffset }
}

extension FrameRecipe {
  /// Where the parts of the built frame lie, added up from the sizes of the headers.
  public var layout: FrameLayout {
    var at = 0
    var outerNetwork: Int?
    var outerTransport: Int?
    if let encapsulation {
      at += encapsulation.link.byteCount
      outerNetwork = at
      at += encapsulation.network.byteCount
      outerTransport = at
      at += encapsulation.byteCount
    }
    at += link.byteCount
    let network = at
    at += self.network.byteCount
    let transport = at
    at += self.transport.byteCount
    return FrameLayout(
      outerNetworkOffset: outerNetwork, outerTransportOffset: outerTransport,
      networkOffset: network, transportOffset: transport, payloadOffset: at,
      payloadEnd: at + payload.count)
  }
}
