import GsoEngine
import WireFormats

/// A frame that could be segmented, as the reference reads it.
struct ReferenceFrame {
  let octets: [UInt8]
  let linkLength: Int
  /// Where a PPPoE session header starts; nil without one.
  let pppoeOffset: Int?
  let outer: ReferenceIP?
  let inner: ReferenceIP
  let tunnel: ReferenceTunnel?
  let transportOffset: Int
  let payload: Range<Int>
  /// Octets of a hop-by-hop header that segments do not repeat: a jumbo payload option alone.
  ///
  /// `octets` and all offsets are without them.
  let omittedLength: Int

  var isTCP: Bool { inner.upperProtocol == 6 }
  var outermost: ReferenceIP { outer ?? inner }
  var packets: [ReferenceIP] { outer.map { [$0, inner] } ?? [inner] }
  var checksumOffset: Int { transportOffset + (isTCP ? 16 : 6) }

  /// Reads a frame; nil if no request can segment it.
  ///
  /// - Parameters:
  ///   - octets: The frame.
  ///   - link: What it starts with.
  ///   - tunnels: The tunnels to look into.
  ///   - innerOffset: Where a virtio-net header says that the inner packet starts.
  ///   - isDescribed: True if a virtio-net header describes the frame: the kernel checks no routes.
  init?(
    _ octets: [UInt8], _ link: LinkLayer, _ tunnels: TunnelRecognition, innerOffset: Int? = nil,
    isDescribed: Bool = false
  ) {
    let shorter = octets.withoutJumboHeader(link, tunnels, innerOffset)
    omittedLength = shorter == nil ? 0 : 8
    let octets = shorter ?? octets
    let reader = ReferenceReader(frame: octets)
    guard let start = reader.link(link, looksFurther: tunnels.linkHeaders),
      let outer = reader.packet(start.type, at: start.end, limit: octets.count)
    else { return nil }
    var (innermost, tunnel): (ReferenceIP, ReferenceTunnel?) = (outer, nil)
    if let innerOffset {
      guard outer.upperProtocol == 17, !outer.isFragment, innerOffset < outer.end,
        innerOffset >= outer.upperOffset + 8,
        let inner = ReferenceIP(
          octets, at: innerOffset, version: Int(octets[innerOffset] >> 4), limit: outer.end)
      else { return nil }
      (innermost, tunnel) = (inner, .described)
    } else if case .packet(let kind, let inner) = reader.carried(by: outer, recognising: tunnels) {
      (innermost, tunnel) = (inner, kind)
      // Segments of a tunnel in a tunnel are not made.
      guard case .nothing = reader.carried(by: inner, recognising: tunnels) else { return nil }
    } else if case .broken = reader.carried(by: outer, recognising: tunnels) {
      return nil
    }
    for packet in [outer, innermost] {
      if packet.isMissing || packet.isFragment || packet.hasJumboOption { return nil }
      if packet.hasExcessSegments, !isDescribed { return nil }
    }
    guard reader.hasTransport(innermost) == true else { return nil }
    let at = innermost.upperOffset
    (self.octets, linkLength, self.tunnel) = (octets, start.end, tunnel)
    pppoeOffset = start.pppoe
    (self.outer, inner) = (tunnel == nil ? nil : outer, innermost)
    transportOffset = at
    let length = innermost.upperProtocol == 6 ? Int(octets[at + 12] >> 4) * 4 : 8
    payload = (at + length)..<innermost.end
  }

  /// Where the transport header starts in the frame that was read.
  var givenTransportOffset: Int { transportOffset + omittedLength }

  /// True if the UDP length is 0 or that of the packet, modulo 65,536.
  var hasWholeDatagram: Bool {
    guard !isTCP else { return true }
    let (declared, available) = (octets.word(transportOffset + 4), inner.end - transportOffset)
    return declared == 0 || available >= declared && (available - declared) % 65_536 == 0
  }

  /// The sum of a pseudo header with a length (RFC 9293, section 3.1; RFC 8200, section 8.1).
  func pseudoSum(_ packet: ReferenceIP, _ length: Int, in octets: [UInt8]) -> Int {
    let isInner = packet.offset == inner.offset
    let sum = octets.pseudoSum(packet, isInner ? Int(inner.upperProtocol) : 17)
    return folded(sum + (length >> 16) + (length & 0xFFFF))
  }
}

extension [UInt8] {
  /// A TCP frame without its hop-by-hop header, if that has a jumbo payload option and nothing
  /// else (RFC 2675); nil for any other frame.
  fileprivate func withoutJumboHeader(
    _ link: LinkLayer, _ tunnels: TunnelRecognition, _ innerOffset: Int?
  ) -> [UInt8]? {
    guard innerOffset == nil, let packets = ReferencePackets(self, link, tunnels),
      let packet = packets.outermost, packets.tunnel == nil, packet.version == 6,
      packet.headerLength == 48, packet.upperProtocol == 6, word(packet.offset + 4) == 0
    else { return nil }
    let start = packet.offset + 40
    let length = Int(double(start + 4))
    guard self[packet.offset + 6] == 0, word(start + 2) == 0xC204, length > 65_535,
      length == packet.end - start
    else { return nil }
    var shorter = self
    shorter[packet.offset + 6] = self[start]
    shorter.removeSubrange(start..<(start + 8))
    return shorter
  }
}
