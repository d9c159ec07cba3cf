extension FrameRecipe {
  /// Where the parts of a frame lie, as octets from its link header; a virtio-net header does not
  /// count.
  public struct Layout: Equatable, Sendable {
    /// The outer IP header of a tunnel; nil without one.
    public var outerNetworkOffset: Int?
    /// The outer UDP or GRE header of a tunnel, or the inner IP header of IP in IP; nil without
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

    /// The first IP header of the frame.
    public var outermostNetworkOffset: Int { outerNetworkOffset ?? networkOffset }
  }

  /// Where the parts of the frame lie, added up from the sizes of the headers.
  public var layout: Layout {
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
    return Layout(
      outerNetworkOffset: outerNetwork, outerTransportOffset: outerTransport,
      networkOffset: network, transportOffset: transport, payloadOffset: at,
      payloadEnd: at + max(0, min(payload.count, .max - at)))
  }

  /// The link header that the frame starts with.
  public var outerLink: Link { encapsulation?.link ?? link }

  /// Octets of the outermost IP packet, from its first header to its end.
  public var packetByteCount: Int {
    let headersAndPayload = layout.payloadEnd - layout.outermostNetworkOffset
    let trailer = max(0, encapsulation?.innerTrailerCount ?? 0)
    return headersAndPayload + min(trailer, .max - headersAndPayload)
  }

  /// The value of the transport checksum field.
  package var checksumField: UInt16 {
    UInt16(word(transportOctets(), transport.checksumOffset))
  }
}
