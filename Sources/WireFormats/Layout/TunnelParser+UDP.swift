// Tunnels over UDP.
extension TunnelParser {
  /// Reads the tunnel header that a port announced; nil if there is none.
  ///
  /// A port is a hint: what does not parse is UDP payload. Throws
  /// ``WireError/truncated(_:offset:needed:available:)`` if the front of the frame is too short to
  /// decide.
  internal static func overUDP(
    _ packet: RawSpan, in outer: NetworkLayout, announced kind: TunnelLayout.Kind
  ) throws(WireError) -> TunnelParser? {
    do throws(WireError) {
      return switch kind {
      case .vxlan: try vxlan(packet, outer)
      case .geneve: try geneve(packet, outer)
      case .vxlanGPE: try vxlanGPE(packet, outer)
      case .gue: try gue(packet, outer)
      case .fou: try direct(packet, at: outer.upperOffset + UDPHeader.byteCount, .fou, outer)
      case .gtpU: try gtpU(packet, outer)
      case .udp, .gre, .ip: nil
      }
    } catch {
      guard packet.byteCount < outer.end, case .truncated = error else { return nil }
      throw error
    }
  }

  /// VXLAN carries an Ethernet frame.
  private static func vxlan(
    _ packet: RawSpan, _ outer: NetworkLayout
  ) throws(WireError) -> TunnelParser? {
    let at = outer.upperOffset + UDPHeader.byteCount
    guard try VXLANHeader(packet, at: at).hasNetworkIdentifier else { return nil }
    return try ethernet(packet, at: at + VXLANHeader.byteCount, kind: .vxlan, in: outer)
  }

  /// Geneve has the type of what it carries.
  private static func geneve(
    _ packet: RawSpan, _ outer: NetworkLayout
  ) throws(WireError) -> TunnelParser? {
    let at = outer.upperOffset + UDPHeader.byteCount
    let header = try GeneveHeader(packet, at: at)
    return try inner(
      packet, at: at + header.headerLength, carrying: header.protocolType, kind: .geneve, in: outer)
  }

  /// VXLAN-GPE has the type of what it carries.
  private static func vxlanGPE(
    _ packet: RawSpan, _ outer: NetworkLayout
  ) throws(WireError) -> TunnelParser? {
    let at = outer.upperOffset + UDPHeader.byteCount
    guard let type = try VXLANGPEHeader(packet, at: at).protocolType else { return nil }
    return try inner(
      packet, at: at + VXLANGPEHeader.byteCount, carrying: type, kind: .vxlanGPE, in: outer)
  }

  /// GUE has the IP protocol of what it carries, or no header.
  ///
  /// Flags stand for fields that segments would not repeat, such as a checksum or a fragment
  /// number; a packet with any of them is not looked into.
  private static func gue(
    _ packet: RawSpan, _ outer: NetworkLayout
  ) throws(WireError) -> TunnelParser? {
    let at = outer.upperOffset + UDPHeader.byteCount
    guard let header = try GUEHeader(packet, at: at) else {
      return try direct(packet, at: at, .gue, outer)
    }
    guard !header.isControl, header.flags == 0 else { return nil }
    let type: EtherType
    switch header.carriedProtocol {
    case .ipv4: type = .ipv4
    case .ipv6: type = .ipv6
    default: return nil
    }
    return try inner(
      packet, at: at + header.headerLength, carrying: type, kind: .gue, in: outer)
  }

  /// A G-PDU of GTP-U carries an IP packet, and its length field must agree with the packets.
  private static func gtpU(
    _ packet: RawSpan, _ outer: NetworkLayout
  ) throws(WireError) -> TunnelParser? {
    let at = outer.upperOffset + UDPHeader.byteCount
    guard let header = try GTPUHeader(packet, at: at), header.messageType == 255,
      let type = try versionType(packet, at: at + header.headerLength)
    else { return nil }
    guard
      let found = try inner(
        packet, at: at + header.headerLength, carrying: type, kind: .gtpU, in: outer)
    else { return nil }
    let start = at + GTPUHeader.minimumByteCount
    let optional = header.headerLength - GTPUHeader.minimumByteCount
    let fits = agrees(Int(header.length), optional: optional, from: start, outer, found.network)
    return fits ? found : nil
  }

  /// Whether the length of a GTP-U header is that of what is around it or in it.
  ///
  /// A field of 16 bits has the length of a larger packet modulo 65,536, or 0. An outer length of 0
  /// vouches for nothing, so a packet does not become a tunnel because its sender leaves its length
  /// to the NIC.
  private static func agrees(
    _ length: Int, optional: Int, from start: Int, _ outer: NetworkLayout, _ inner: NetworkLayout
  ) -> Bool {
    let declaredEnd = outer.offset + outer.declaredLength
    if length == 0 || (outer.end - start - length) % 65_536 == 0 { return true }
    return length == declaredEnd - start || length == optional + inner.declaredLength
  }

  /// An IP packet directly after the UDP header.
  ///
  /// Without a header there is little to tell it by, so its length must agree with the outer
  /// packet's. An outer length of 0 vouches for nothing.
  private static func direct(
    _ packet: RawSpan, at offset: Int, _ kind: TunnelLayout.Kind, _ outer: NetworkLayout
  ) throws(WireError) -> TunnelParser? {
    guard let type = try versionType(packet, at: offset),
      let found = try inner(packet, at: offset, carrying: type, kind: kind, in: outer)
    else { return nil }
    switch (found.network.length, outer.length) {
    case (.exact, _), (.zero, _), (.missing, .missing): return found
    default: return nil
    }
  }

  /// The type of an IP packet by its version; nil if it has another one.
  private static func versionType(
    _ packet: RawSpan, at offset: Int
  ) throws(WireError) -> EtherType? {
    switch try packet.header(.tunnel, at: offset, byteCount: 1).octet(at: 0) >> 4 {
    case 4: .ipv4
    case 6: .ipv6
    default: nil
    }
  }
}
