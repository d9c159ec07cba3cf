import GsoEngine
import WireFormats

// What the reference refuses of a request for a frame that can be segmented.
extension ReferenceFrame {
  /// The payload of a segment; nil if the request's size is refused.
  func segmentSize(_ size: SegmentationRequest.Size) -> Int? {
    let largest = 0xF_FFFF
    let headers = payload.lowerBound - linkLength
    switch size {
    case .payload(let octets): return 1...largest ~= octets ? octets : nil
    case .mtu(let mtu): return mtu > headers ? min(mtu - headers, largest) : nil
    case .payloadWithinMTU(let octets, let mtu):
      guard 1...largest ~= octets, mtu > headers else { return nil }
      let fitting = min(mtu - headers, largest)
      return isTCP || octets <= fitting || payload.count <= fitting ? min(octets, fitting) : nil
    }
  }

  /// True if the request is refused.
  func isRefused(_ request: SegmentationRequest) -> Bool {
    if !hasWholeDatagram { return true }
    if let offload = request.offload, (offload == .lso) != isTCP { return true }
    let rules = request.rules
    let kind: SegmentationRules.Support =
      isTCP
      ? (inner.version == 4 ? .lsoIPv4 : .lsoIPv6) : (inner.version == 4 ? .usoIPv4 : .usoIPv6)
    if !rules.support.contains(kind) { return true }
    guard let size = segmentSize(request.size) else { return true }
    let count = max(1, (payload.count + size - 1) / size)
    if isTCP {
      let flags = UInt16(octets.word(transportOffset + 12) & 0x0FFF)
      if flags & rules.refusedTCPFlags.rawValue != 0 { return true }
      if let limit = rules.maximumTCPSegmentCount, count > limit { return true }
    } else {
      if case .mtu = request.size, count > 1, !request.guessesDatagramSize || isOpaqueTunnel {
        return true
      }
      if let limit = rules.maximumUDPSegmentCount, count > limit { return true }
      let isShort = count > 1 && payload.count % size != 0
      if rules.shortLastDatagram == .refused, isShort { return true }
    }
    let longest = payload.lowerBound - outermost.offset + min(size, payload.count)
    return longest > 65_535 + (outermost.version == 6 ? 40 : 0)
  }

  /// True if the UDP ports are those of a tunnel that is not parsed (IANA's registry).
  private var isOpaqueTunnel: Bool {
    let (source, destination) = (octets.word(transportOffset), octets.word(transportOffset + 2))
    let known = [
      1_701, 2_152, 3_544, 4_341, 4_754, 4_789, 8_472, 4_790, 5_555, 6_080, 6_081, 6_635,
    ]
    return known.contains(destination) || [1_701, 2_152, 3_544].contains(source)
  }
}
