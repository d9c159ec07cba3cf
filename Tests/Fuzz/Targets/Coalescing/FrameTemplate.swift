import GsoEngine
import WireFormats

/// Headers of one flow, from which frames are made that follow each other, or do not.
struct FrameTemplate {
  /// What the next frame has, beside the headers.
  struct Progress {
    /// Payload octets.
    var payloadCount: Int
    /// Added to the sequence number after the payload before.
    var sequenceStep: UInt32 = 0
    /// Added to the IPv4 identifications.
    var identificationStep: UInt16 = 1
    /// False for the lengths of the template.
    var fixesLengths = true
    /// False for the checksums of the template.
    var completesChecksums = true
    /// An octet of the headers that differs in this frame alone.
    var edit: (offset: Int, mask: UInt8) = (0, 0)
  }

  private let link: LinkLayer
  private let tunnels: TunnelRecognition
  private var headers: [UInt8]
  private let packets: ReferencePackets?
  private(set) var payloadCount: Int

  init(
    _ headers: [UInt8], payloadCount: Int, link: LinkLayer, tunnels: TunnelRecognition
  ) {
    (self.headers, self.payloadCount) = (headers, payloadCount)
    (self.link, self.tunnels) = (link, tunnels)
    packets = ReferencePackets(headers, link, tunnels)
  }

  /// Makes the next frame, and remembers it for the one after.
  mutating func next(_ progress: Progress) -> [UInt8] {
    payloadCount = progress.payloadCount
    var octets = headers
    var payload = Sequence32(UInt32(truncatingIfNeeded: headers.count))
    for _ in 0..<payloadCount { octets.append(UInt8(truncatingIfNeeded: payload.next())) }
    if progress.fixesLengths { fixLengths(of: &octets) }
    if progress.edit.mask != 0, !octets.isEmpty {
      octets[progress.edit.offset % min(octets.count, headers.count + 1)] ^= progress.edit.mask
    }
    if progress.completesChecksums { completeChecksums(of: &octets) }
    advance(progress)
    return octets
  }

  /// All packets end where the frame ends.
  private func fixLengths(of octets: inout [UInt8]) {
    guard let outer = packets?.outermost, let inner = packets?.inner else { return }
    for packet in [outer, inner] {
      let length = octets.count - packet.offset - (packet.version == 4 ? 0 : 40)
      octets.setWord(length, at: packet.offset + (packet.version == 4 ? 2 : 4))
      guard packet.upperProtocol == 17, packet.upperOffset + 8 <= headers.count else { continue }
      octets.setWord(octets.count - packet.upperOffset, at: packet.upperOffset + 4)
    }
  }

  private func completeChecksums(of octets: inout [UInt8]) {
    var rules = SegmentationRules.linux
    rules.zeroUDPChecksum = .copied
    for recognition in [.none, tunnels] {
      let block = OctetBlock(octets)
      let plan = try? ChecksumPlan(
        of: block.octets, link: link, tunnels: recognition, fields: [.ipv4Header, .transport],
        rules: rules)
      var target = block.mutableOctets
      // A copy of the same frame takes the same plan.
      _ = try? plan?.apply(to: &target)
      octets = block.array
    }
  }

  /// Numbers of the frame after the last one.
  private mutating func advance(_ progress: Progress) {
    guard let outer = packets?.outermost, let inner = packets?.inner else { return }
    for packet in inner.offset == outer.offset ? [inner] : [outer, inner]
    where packet.version == 4 {
      let next = headers.word(packet.offset + 4) + Int(progress.identificationStep)
      headers.setWord(next & 0xFFFF, at: packet.offset + 4)
    }
    guard packets?.hasTransport == true, inner.upperProtocol == 6 else { return }
    let next = headers.double(inner.upperOffset + 4) &+ UInt32(payloadCount)
    headers.setDouble(next &+ progress.sequenceStep, at: inner.upperOffset + 4)
  }
}
