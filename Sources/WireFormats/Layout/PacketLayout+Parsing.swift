extension PacketLayout {
  /// Reads the headers of a frame.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from the first octet of its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  /// - Throws: ``WireError`` with the layer, the offset and the numbers, if the octets are not the
  ///   headers that they claim to be.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  @inline(__always)
  public init(
    parsing frame: RawSpan, link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown
  ) throws(WireError) {
    try self.init(
      parsingFront: frame, ofFrameLength: frame.byteCount, link: link, tunnels: tunnels)
  }

  /// Reads the headers of a frame from its first octets.
  ///
  /// The layout is that of the whole frame. If the octets end within the headers this throws
  /// ``WireError/truncated(_:offset:needed:available:)``, and the same call with more of them may
  /// succeed.
  ///
  /// - Parameters:
  ///   - front: The first octets of the frame.
  ///   - frameLength: Octets of the whole frame; at least those of `front`.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  /// - Throws: ``WireError`` as for a whole frame.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  @inline(__always)
  public init(
    parsingFront front: RawSpan, ofFrameLength frameLength: Int, link: LinkLayer = .ethernet,
    tunnels: TunnelRecognition = .wellKnown
  ) throws(WireError) {
    let frameLength = max(frameLength, front.byteCount)
    let headers = try LinkHeaders(front, link: link)
    guard let version = headers.ipVersion else {
      try self.init(front, frameLength: frameLength, link: headers, network: nil, tunnel: nil)
      return
    }
    let outer = try NetworkLayout(front, at: headers.end, version: version, limit: frameLength)
    // Fast path: no tunnel, so no layout is copied.
    if outer.upperProtocol.mayCarryPacket,
      var found = try TunnelParser(front, in: outer, recognising: tunnels)
    {
      try found.lookForAnother(front, recognising: tunnels)
      try self.init(
        front, frameLength: frameLength, link: headers, network: found.network, tunnel: found.tunnel
      )
    } else {
      try self.init(front, frameLength: frameLength, link: headers, network: outer, tunnel: nil)
    }
  }

  /// Reads the headers of a frame with a UDP tunnel that the caller describes.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from the first octet of its link header.
  ///   - link: What the frame starts with.
  ///   - innerNetworkOffset: Where the inner IP header starts.
  /// - Throws: ``WireError`` if the octets are not the headers that they claim to be. If there is
  ///   no UDP header before that offset, or no IP version at it, the layout has no tunnel.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  public init(
    parsing frame: RawSpan, link: LinkLayer = .ethernet, innerNetworkOffset: Int
  ) throws(WireError) {
    let headers = try LinkHeaders(frame, link: link)
    let outer = try headers.network(frame, limit: frame.byteCount)
    var found: TunnelParser?
    if let outer, outer.upperProtocol == .udp, !outer.isIPv4Fragment {
      found = try TunnelParser(frame, in: outer, innerNetworkOffset: innerNetworkOffset)
    }
    try self.init(
      frame, frameLength: frame.byteCount, link: headers, network: found?.network ?? outer,
      tunnel: found?.tunnel)
  }

  /// Reads the headers of a frame that is held as an array.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from the first octet of its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  /// - Throws: ``WireError`` if the octets are not the headers that they claim to be.
  public init(
    parsing frame: [UInt8], link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown
  ) throws(WireError) {
    try self.init(parsing: frame.octets, link: link, tunnels: tunnels)
  }

  /// Reads the transport header after IP headers that were read before.
  @inline(__always)
  private init(
    _ frame: RawSpan, frameLength: Int, link headers: LinkHeaders, network: NetworkLayout?,
    tunnel: TunnelLayout?
  ) throws(WireError) {
    guard let frameLength32 = UInt32(exactly: frameLength) else {
      throw .frameTooLong(byteCount: frameLength, limit: Self.maximumFrameLength)
    }
    self.frameLength32 = frameLength32
    link = headers.link
    vlanTagCount8 = UInt8(truncatingIfNeeded: headers.vlanTagCount)
    etherType = headers.etherType
    self.tunnel = tunnel
    self.network = network
    if let network {
      transport = try TransportLayout(frame, after: network)
    } else {
      transport = nil
    }
  }
}
