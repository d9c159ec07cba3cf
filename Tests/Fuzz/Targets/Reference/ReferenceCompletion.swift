import GsoEngine
import WireFormats

/// A frame with its checksums completed field by field, as `ChecksumPlan` is documented.
struct ReferenceCompletion {
  private let packets: ReferencePackets
  private let fields: ChecksumPlan.Fields
  private let rules: SegmentationRules
  /// The completed frame.
  private(set) var octets: [UInt8]
  private(set) var partial: ChecksumPlan.Fields = []
  private(set) var wrong: ChecksumPlan.Fields = []
  private(set) var completesLength = false

  init(_ packets: ReferencePackets, _ fields: ChecksumPlan.Fields, _ rules: SegmentationRules) {
    (self.packets, self.fields, self.rules) = (packets, fields, rules)
    octets = packets.octets
    guard let inner = packets.inner, let outer = packets.outermost else { return }
    completeHeader(inner)
    // An outer checksum covers the inner ones, so they come first.
    let isHeaderOnly = fields == .ipv4Header && packets.tunnel == nil
    if packets.hasTransport, !isHeaderOnly, inner.hasTransportChecksum { completeTransport(inner) }
    guard let tunnel = packets.tunnel else { return }
    completeHeader(outer)
    if outer.hasTransportChecksum { completeCarrier(outer, tunnel) }
  }

  private mutating func completeHeader(_ packet: ReferenceIP) {
    if packet.declaredLength == 0, !fields.isEmpty, let length = packet.lengthToComplete {
      octets.setWord(length, at: packet.offset + (packet.version == 4 ? 2 : 4))
      completesLength = true
    }
    guard packet.version == 4 else { return }
    let found = packets.octets.word(packet.offset + 10)
    let range = packet.offset..<packet.upperOffset
    complete(
      at: packet.offset + 10, over: range, pseudo: 0, isPartial: found == 0, zero: 0, .ipv4Header)
  }

  private mutating func completeTransport(_ packet: ReferenceIP) {
    let (at, isUDP) = (packet.upperOffset, packet.upperProtocol == 17)
    let end = isUDP ? packets.octets.datagramEnd(at, packetEnd: packet.end) : packet.end
    if isUDP { completeDatagramLength(at, packet) }
    let field = at + (isUDP ? 6 : 16)
    let found = packets.octets.word(field)
    if isUDP, found == 0, packet.version == 4 {
      guard fields.contains(.transport), rules.zeroUDPChecksum == .computeAnyway else { return }
    }
    let pseudo = packets.octets.pseudoSum(packet, Int(packet.upperProtocol))
    complete(
      at: field, over: at..<end, pseudo: pseudo, isPartial: nil,
      zero: isUDP && rules.computedZeroUDPChecksum == .allOnes ? 0xFFFF : 0, .transport,
      mustNotBeZero: isUDP)
  }

  /// The UDP or GRE header of a tunnel.
  private mutating func completeCarrier(_ packet: ReferenceIP, _ tunnel: ReferenceTunnel) {
    let at = packet.upperOffset
    if tunnel.isOverUDP {
      completeDatagramLength(at, packet)
      if tunnel == .gtpU { completeTunnelLength(at, packet) }
      guard packets.octets.word(at + 6) != 0 else { return }
      let end = packets.octets.datagramEnd(at, packetEnd: packet.end)
      complete(
        at: at + 6, over: at..<end, pseudo: packets.octets.pseudoSum(packet, 17), isPartial: nil,
        zero: rules.computedZeroUDPChecksum == .allOnes ? 0xFFFF : 0, .transport)
    } else if tunnel == .gre, packets.octets[at] & 0x80 != 0 {
      let isPartial = packets.octets.word(at + 4) == 0
      complete(
        at: at + 4, over: at..<packet.end, pseudo: 0, isPartial: isPartial, zero: 0, .transport)
    }
  }

  /// The length field of GTP-U counts from its ninth octet.
  private mutating func completeTunnelLength(_ at: Int, _ packet: ReferenceIP) {
    let length = packet.end - at - 16
    guard packets.octets.word(at + 10) == 0, length <= 65_535, !packet.hasJumboOption,
      !fields.isDisjoint(with: [.partial, .transport])
    else { return }
    octets.setWord(length, at: at + 10)
    completesLength = true
  }

  private mutating func completeDatagramLength(_ at: Int, _ packet: ReferenceIP) {
    let length = packet.end - at
    guard packets.octets.word(at + 4) == 0, length <= 65_535, !packet.hasJumboOption,
      !fields.isDisjoint(with: [.partial, .transport])
    else { return }
    octets.setWord(length, at: at + 4)
    completesLength = true
  }

  /// One checksum; a pseudo header has the length of what is covered.
  private mutating func complete(
    at field: Int, over range: Range<Int>, pseudo: Int, isPartial: Bool?, zero: Int,
    _ kind: ChecksumPlan.Fields, mustNotBeZero: Bool = false
  ) {
    let found = packets.octets.word(field)
    let length = pseudo == 0 ? 0 : (range.count >> 16) + (range.count & 0xFFFF)
    let around = folded(pseudo + length)
    var covered = octets
    covered.setWord(0, at: field)
    let sum = ~covered.onesSum(range, adding: around) & 0xFFFF
    let computed = sum == 0 ? zero : sum
    let isForbidden = mustNotBeZero && found == 0
    let wasRight = packets.octets.onesSum(range, adding: around) == 0xFFFF
    let isRight = octets.onesSum(range, adding: around) == 0xFFFF
    var changes = fields.contains(kind)
    if !isForbidden, isRight || wasRight {
      // What was right stays right.
      if !isRight { changes = true }
    } else if !isForbidden, isPartial ?? (found == around || found == pseudo) {
      partial.insert(kind)
      if fields.contains(.partial) { changes = true }
    } else {
      wrong.insert(kind)
    }
    if changes { octets.setWord(computed, at: field) }
  }
}

extension ReferenceIP {
  /// False if the octets or the destination of the pseudo header are not known.
  var hasTransportChecksum: Bool { !isMissing && !hasExcessSegments }

  /// The value of a length field that is completed; nil if the length is not known or too large.
  var lengthToComplete: Int? {
    let length = end - offset - (version == 4 ? 0 : 40)
    let hasLength =
      version == 4 ? !isFragment : !hasJumboOption && upperProtocol != 59 && upperProtocol != 44
    return hasLength && 1...65_535 ~= length ? length : nil
  }
}
