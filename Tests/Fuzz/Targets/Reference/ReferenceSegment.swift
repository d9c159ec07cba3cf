import GsoEngine
import WireFormats

// Segments made field by field, by the tables of `RulesForSegmentation`.
extension ReferenceFrame {
  /// Segment `index` of `count`, which have `size` octets of payload.
  func segment(
    _ index: Int, of count: Int, size: Int, _ request: SegmentationRequest,
    isDescribed: Bool = false
  ) -> [UInt8] {
    let start = payload.lowerBound + index * size
    var segment = Array(octets[0..<payload.lowerBound])
    segment += octets[start..<min(start + size, payload.upperBound)]
    for packet in packets { complete(packet, index, request, &segment) }
    if let pppoeOffset { segment.setWord(segment.count - pppoeOffset - 6, at: pppoeOffset + 4) }
    changeTransport(index, of: count, size: size, request.rules, &segment)
    let mode = checksumMode(request)
    let found = octets.word(checksumOffset)
    let pseudo = pseudoSum(inner, segment.count - transportOffset, in: segment)
    // The outer checksum covers a partial inner one as if it were complete.
    segment.setWord(0, at: checksumOffset)
    var checksum = ~segment.onesSum(transportOffset..<segment.count, adding: pseudo) & 0xFFFF
    if checksum == 0 {
      let isKernels = isDescribed && count == 1 && request.rules.virtioZeroTCPChecksum == .allOnes
      let isAllOnes = isTCP ? isKernels : request.rules.computedZeroUDPChecksum == .allOnes
      checksum = isAllOnes ? 0xFFFF : 0
    }
    segment.setWord(mode == .copied ? found : checksum, at: checksumOffset)
    completeTunnel(request, &segment)
    if mode == .pseudoHeader { segment.setWord(pseudo, at: checksumOffset) }
    return segment
  }

  private func checksumMode(_ request: SegmentationRequest) -> SegmentationRequest.Checksum {
    if request.rules.transportChecksum == .copied { return .copied }
    let isUnused = !isTCP && inner.version == 4 && octets.word(checksumOffset) == 0
    return isUnused && request.rules.zeroUDPChecksum == .copied ? .copied : request.checksum
  }

  /// Lengths, identification and header checksum of one IP header.
  private func complete(
    _ packet: ReferenceIP, _ index: Int, _ request: SegmentationRequest, _ segment: inout [UInt8]
  ) {
    let (rules, at) = (request.rules, packet.offset)
    guard packet.version == 4 else {
      let counted = rules.ipv6PayloadLength == .exact ? 40 : packet.headerLength
      segment.setWord(segment.count - at - counted, at: at + 4)
      return
    }
    segment.setWord(segment.count - at, at: at + 2)
    var base = segment.word(at + 4)
    if at == inner.offset, let given = request.identification { base = Int(given) }
    switch isTCP ? rules.tcpIdentification : rules.udpIdentification {
    case .incrementing16: base = (base + index) & 0xFFFF
    case .incrementing15: base = (base + index) & 0x7FFF
    case .fixed: break
    }
    segment.setWord(base, at: at + 4)
    guard rules.ipv4HeaderChecksum == .computed else { return }
    segment.setWord(0, at: at + 10)
    segment.setWord(~segment.onesSum(at..<packet.upperOffset) & 0xFFFF, at: at + 10)
  }

  /// Sequence number and flags of TCP, length of UDP.
  private func changeTransport(
    _ index: Int, of count: Int, size: Int, _ rules: SegmentationRules, _ segment: inout [UInt8]
  ) {
    guard isTCP else {
      segment.setWord(segment.count - transportOffset, at: transportOffset + 4)
      return
    }
    let step = UInt32(truncatingIfNeeded: index &* size)
    segment.setDouble(segment.double(transportOffset + 4) &+ step, at: transportOffset + 4)
    var flags = segment[transportOffset + 13]
    if index != count - 1 { flags &= ~0x09 }  // FIN and PSH
    if index != 0, rules.congestionWindowReduced == .firstSegment { flags &= ~0x80 }
    segment[transportOffset + 13] = flags
  }

  /// The UDP or GRE header of a tunnel.
  private func completeTunnel(_ request: SegmentationRequest, _ segment: inout [UInt8]) {
    guard let outer, let tunnel else { return }
    let (at, end) = (outer.upperOffset, segment.count)
    if tunnel == .gre, segment[at] & 0x80 != 0 {
      segment.setWord(0, at: at + 4)
      segment.setWord(~segment.onesSum(at..<end) & 0xFFFF, at: at + 4)
    }
    guard tunnel.isOverUDP else { return }
    let found = segment.word(at + 6)
    segment.setWord(end - at, at: at + 4)
    if tunnel == .gtpU { segment.setWord(end - at - 16, at: at + 10) }
    let isZero = request.rules.outerUDPChecksumOverIPv4 == .zero && outer.version == 4
    let isCopied = request.checksum == .copied || request.rules.transportChecksum == .copied
    let pseudo = pseudoSum(outer, end - at, in: segment)
    switch isZero ? .zero : request.outerChecksum {
    case .automatic where found == 0 || isCopied: break
    case .automatic, .complete:
      segment.setWord(0, at: at + 6)
      let checksum = ~segment.onesSum(at..<end, adding: pseudo) & 0xFFFF
      segment.setWord(checksum == 0 ? 0xFFFF : checksum, at: at + 6)
    case .pseudoHeader: segment.setWord(pseudo, at: at + 6)
    case .zero: segment.setWord(0, at: at + 6)
    }
  }
}
