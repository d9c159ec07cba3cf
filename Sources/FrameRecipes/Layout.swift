extension FrameRecipe {
  /// Where the parts of a frame lie, as octets from its link header; a virtio-net header does not
  /// count.
  public struct Layout: Equatable, Sendable {
    /// The first IP header of the frame.
    public var outermostNetworkOffset: Int
    /// The outer IP header of a tunnel, of the innermost one if there are several; nil without one.
    public var outerNetworkOffset: Int?
    /// The outer UDP or GRE header of that tunnel, or the inner IP header of IP in IP; nil without
    /// one.
    public var outerTransportOffset: Int?
    /// The (inner) IP header.
    public var networkOffset: Int
    /// The (inner) TCP or UDP header.
    public var transportOffset: Int
    /// The first payload octet; also the number of octets of all headers.
    public var payloadOffset: Int
    /// The octet after the payload.
    public var payloadEnd: Int

    /// Octets of all headers together.
    public var headerByteCount: Int { payloadOffset }

    /// The inner IP header of a tunnel; nil without one.
    public var innerNetworkOffset: Int? { outerNetworkOffset == nil ? nil : networkOffset }
  }

  /// Where the parts of the frame lie, added up from the sizes of the headers.
  public var layout: Layout {
    var at = 0
    var outermostNetwork: Int?
    var outerNetwork: Int?
    var outerTransport: Int?
    for tunnel in encapsulation?.fromOutermost ?? [] {
      at += tunnel.link.byteCount
      outerNetwork = at
      outermostNetwork = outermostNetwork ?? at
      at += tunnel.network.byteCount
      outerTransport = at
      at += tunnel.byteCount
    }
    at += link.byteCount
    let network = at
    at += self.network.byteCount
    let transport = at
    let carriesTransport = self.network.carriesTransport
    if carriesTransport { at += self.transport.byteCount }
    let payloadCount = carriesTransport ? payload.count : 0
    return Layout(
      outermostNetworkOffset: outermostNetwork ?? network,
      outerNetworkOffset: outerNetwork, outerTransportOffset: outerTransport,
      networkOffset: network, transportOffset: transport, payloadOffset: at,
      payloadEnd: at + max(0, min(payloadCount, .max - at)))
  }

  /// The link header that the frame starts with.
  public var outerLink: Link { encapsulation?.fromOutermost.first?.link ?? link }

  /// Octets of the outermost IP packet, from its first header to its end.
  public var packetByteCount: Int {
    let headersAndPayload = layout.payloadEnd - layout.outermostNetworkOffset
    let trailers = (encapsulation?.fromOutermost ?? []).map { max(0, $0.innerTrailerCount) }
    return trailers.reduce(headersAndPayload) { $0 + min($1, .max - $0) }
  }

  /// The value of the transport checksum field.
  public var checksumField: UInt16 {
    UInt16(word(transportOctets(), transport.checksumOffset))
  }
}
