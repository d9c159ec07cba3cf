internal import WireFormats

/// The hop-by-hop options header that Linux puts before TCP in packets beyond 65,535 octets of
/// payload (BIG TCP): a jumbo payload option and nothing else (RFC 2675, section 2).
///
/// Segments do not repeat it. The kernel's segmentation leaves it out as well
/// (`ipv6_hopopt_jumbo_remove` in `include/net/ipv6.h`, Linux 5.19 and later).
internal enum JumboHeader {
  /// Length of the header, in octets.
  static let byteCount = 8

  /// Octets of the headers of a frame that its segments do not repeat.
  @inline(__always)
  static func omittedLength(_ network: NetworkLayout) -> Int {
    network.hasJumboPayloadOption ? byteCount : 0
  }

  /// Refuses a packet with a jumbo payload option that is not of this shape.
  ///
  /// - Parameters:
  ///   - frame: The frame, at least its headers.
  ///   - layout: Its layout.
  /// - Throws: ``SegmentationError/jumboPayload(_:)``.
  static func check(_ frame: RawSpan, _ layout: PacketLayout) throws(SegmentationError) {
    guard let network = layout.network, network.hasJumboPayloadOption else { return }
    let start = network.offset + IPv6Header.byteCount
    let found = network.upperOffset - start
    guard layout.tunnel == nil else { throw .jumboPayload(.inTunnel) }
    // Anything else between the fixed header and TCP, an option or a header, is unknown here.
    guard found == byteCount, frame.networkOrder(at: start + 2, as: UInt16.self) == 0xC204 else {
      throw .jumboPayload(.otherHeaders(byteCount: found))
    }
    guard network.upperProtocol == .tcp else {
      throw .jumboPayload(.upperProtocol(network.upperProtocol))
    }
    let field: UInt16 = frame.networkOrder(at: network.offset + IPv6Header.Field.payloadLength)
    guard field == 0 else { throw .jumboPayload(.payloadLength(Int(field))) }
    let declared = Int(frame.networkOrder(at: start + 4, as: UInt32.self))
    let available = network.end - start
    guard declared == available else {
      throw .jumboPayload(.length(declared: declared, available: available))
    }
    guard declared > Int(UInt16.max) else { throw .jumboPayload(.short(declared: declared)) }
  }
}

/// The headers of a frame without its jumbo payload option, and what its segments have in common.
///
/// They are gathered in an array, which is all that rendering such a frame allocates.
internal struct HeadersWithoutJumboOption {
  let octets: [UInt8]
  let template: HeaderTemplate

  /// Gathers the headers.
  ///
  /// - Parameters:
  ///   - front: The first octets of the frame, at least its headers.
  ///   - plan: The plan of that frame.
  /// - Throws: ``SegmentationError`` if the frame has changed since it was planned.
  init(front: RawSpan, _ plan: SegmentationPlan) throws(SegmentationError) {
    let start = plan.network.offset + IPv6Header.byteCount
    let end = start + JumboHeader.byteCount
    var octets = front.array(0..<start)
    octets += front.array(end..<plan.payloadRange.lowerBound)
    octets[plan.network.offset + IPv6Header.Field.nextHeader] = front.octet(at: start)
    let layout: PacketLayout
    do throws(WireError) {
      layout = try PacketLayout(
        parsingFront: octets.octets, ofFrameLength: plan.frameLength - JumboHeader.byteCount,
        link: plan.link, tunnels: .none)
    } catch {
      throw .frame(error)
    }
    var request = SegmentationRequest(
      segmentSize: plan.segmentSize, checksum: plan.checksum, rules: plan.rules)
    request.isDescribed = plan.isDescribed
    let shorter = try SegmentationPlan(front: octets.octets, layout: layout, request: request)
    // The frame may have changed, and with it where its headers end.
    guard shorter.headerLength == plan.headerLength, shorter.count == plan.count else {
      throw .frameLengthChanged(planned: plan.headerLength, given: shorter.headerLength)
    }
    (self.octets, template) = (octets, HeaderTemplate(octets.octets, shorter))
  }
}

extension PacketLayout {
  /// Octets of the headers that segments repeat, from the outermost IP header to the payload; nil
  /// without a transport header.
  package var repeatedPacketHeaderLength: Int? {
    guard let network, let headerLength else { return nil }
    return headerLength - JumboHeader.omittedLength(network) - linkHeaderLength
  }
}
