// What may lie between the VLAN tags of a frame and its first IP header: older VLAN tags, MPLS
// labels, a PPPoE session. Most frames have none of them, so nothing here is inlined.

extension LinkHeaders {
  /// Steps over what precedes an IP header that does not follow the tags directly.
  ///
  /// PPP is a link of its own. The others are looked into only if `isRecognised`.
  @inline(never)
  mutating func walkShims(_ frame: RawSpan, _ isRecognised: Bool) throws(WireError) {
    if link == .ppp { return try stepOverPPP(frame) }
    guard isRecognised else { return }
    while let type = etherType, type.isVLANTag || type.isOlderVLANTag { try stepOverTag(frame) }
    switch etherType {
    case .mpls, .mplsUpstream: try stepOverLabels(frame)
    case .pppoeSession: try stepOverPPPoE(frame)
    default: ipVersion = NetworkLayout.Version(etherType)
    }
  }

  /// Steps over an MPLS label stack.
  ///
  /// Nothing but the labels says what the stack carries, and these have a meaning for routers
  /// alone. The first four bits of what follows tell IP from anything else (RFC 4928, section 3).
  private mutating func stepOverLabels(_ frame: RawSpan) throws(WireError) {
    var at = end
    for _ in 0..<MPLSLabel.maximumCount {
      let entry = try frame.header(.mpls, at: at, byteCount: MPLSLabel.byteCount)
      at += MPLSLabel.byteCount
      guard MPLSLabel(rawValue: entry.networkOrder(at: 0)).isBottomOfStack else { continue }
      let first = try frame.header(.mpls, at: at, byteCount: 1).octet(at: 0)
      guard let version = NetworkLayout.Version(rawValue: first >> 4) else { return }
      (end, ipVersion) = (at, version)
      return
    }
    throw .tooMany(.mpls, limit: MPLSLabel.maximumCount, offset: at)
  }

  private mutating func stepOverPPPoE(_ frame: RawSpan) throws(WireError) {
    let header = try PPPoEHeader(frame, at: end)
    // Version 1, type 1, code 0: anything else is no session data (RFC 2516, section 4).
    guard header.versionTypeAndCode == 0x1100, let version = header.pppProtocol.ipVersion else {
      return
    }
    end += PPPoEHeader.byteCount
    ipVersion = version
  }

  private mutating func stepOverPPP(_ frame: RawSpan) throws(WireError) {
    var at = 0
    let start = try frame.header(.ppp, at: 0, byteCount: 2)
    // Address and control may be left out, and so may the first octet of a protocol below 256,
    // whose numbers are odd (RFC 1661, sections 2 and 6.5).
    if start.networkOrder(at: 0, as: UInt16.self) == 0xFF03 { at = 2 }
    let first = try frame.header(.ppp, at: at, byteCount: 1).octet(at: 0)
    var number = UInt16(first)
    if first & 1 == 0 {
      number = try frame.header(.ppp, at: at, byteCount: 2).networkOrder(at: 0)
      at += 1
    }
    guard let version = PPPProtocol(rawValue: number).ipVersion else { return }
    (end, ipVersion, etherType) = (at + 1, version, version == .ipv4 ? .ipv4 : .ipv6)
  }
}

extension PPPProtocol {
  /// The version of the IP packet that follows; nil for another protocol.
  internal var ipVersion: NetworkLayout.Version? {
    switch self {
    case .ipv4: .ipv4
    case .ipv6: .ipv6
    default: nil
    }
  }
}

extension NetworkLayout.Version {
  /// The version of the IP packet that follows a type; nil for another type.
  @inline(__always)
  internal init?(_ type: EtherType?) {
    switch type {
    case .ipv4: self = .ipv4
    case .ipv6: self = .ipv6
    default: return nil
    }
  }
}
