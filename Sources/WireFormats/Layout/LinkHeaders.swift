/// The link header and VLAN tags of a frame, or of a tunnelled frame.
internal struct LinkHeaders {
  let link: LinkLayer
  private(set) var vlanTagCount = 0
  private(set) var etherType: EtherType?
  /// Where the link header and its tags end.
  private(set) var end: Int

  /// Steps over the link header at the start of `frame` and its VLAN tags.
  @inline(__always)
  init(_ frame: RawSpan, link: LinkLayer) throws(WireError) {
    self.link = link
    etherType = try link.etherType(of: frame)
    end = link.headerLength
    try walkTags(frame)
  }

  /// Steps over an Ethernet header at `offset`, inside a tunnel, and its VLAN tags.
  init(_ frame: RawSpan, ethernetAt offset: Int) throws(WireError) {
    link = .ethernet
    etherType = try EthernetHeader(frame, at: offset).etherType
    end = offset + EthernetHeader.byteCount
    try walkTags(frame)
  }

  @inline(__always)
  private mutating func walkTags(_ frame: RawSpan) throws(WireError) {
    while let type = etherType, type.isVLANTag {
      guard vlanTagCount < VLANTag.maximumCount else {
        throw .tooMany(.vlan, limit: VLANTag.maximumCount, offset: end)
      }
      let tag = try frame.header(.vlan, at: end, byteCount: VLANTag.byteCount)
      etherType = EtherType(rawValue: tag.networkOrder(at: 2))
      vlanTagCount += 1
      end += VLANTag.byteCount
    }
  }

  /// Reads the IP header after the link header; nil if the frame carries no IP.
  ///
  /// The packet ends at `limit` or before, and `frame` may have only its front.
  func network(_ frame: RawSpan, limit: Int) throws(WireError) -> NetworkLayout? {
    guard let ipVersion else { return nil }
    return try NetworkLayout(frame, at: end, version: ipVersion, limit: limit)
  }

  /// The version of the IP header after the link header; nil if the frame carries no IP.
  @inline(__always)
  var ipVersion: NetworkLayout.Version? {
    switch etherType {
    case .ipv4: .ipv4
    case .ipv6: .ipv6
    default: nil
    }
  }
}
