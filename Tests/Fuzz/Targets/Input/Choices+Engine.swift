import GsoEngine
import WireFormats

/// Sizes at the borders of what is allowed, and far outside.
private let sizes = [
  Int.min, -1, 0, 1, 2, 7, 8, 536, 1_400, 1_448, 1_460, 9_000, 32_768, 65_535, 65_536, 0xF_FFFF,
  0x10_0000, .max,
]

extension Choices {
  mutating func link() -> LinkLayer { pick(LinkLayer.allCases) }

  mutating func tunnels() -> TunnelRecognition {
    let bits = octet()
    if bits & 0x0F == 0x0F { return .wellKnown }
    var tunnels = TunnelRecognition()
    tunnels.vxlanPorts = TunnelPorts(bits & 1 != 0 ? [4_789] : [UInt16]()) ?? []
    var ports = TunnelPorts()
    if bits & 2 != 0 { ports.insert(6_081) }
    tunnels.genevePorts = ports
    tunnels.ipTunnels = bits & 4 != 0
    tunnels.linkHeaders = bits & 0x40 == 0
    if bits & 0x10 != 0 { tunnels.vxlanPorts.insert(8_472) }
    if bits & 0x20 != 0 { tunnels.genevePorts.insert(4_789) }
    if bits & 0x80 != 0 {
      (tunnels.vxlanGPEPorts, tunnels.gtpUPorts) = ([4_790], [2_152])
      (tunnels.guePorts, tunnels.fouPorts) = ([6_080], [5_555])
    }
    return tunnels
  }

  /// Three octets: a preset, or each rule by its bits.
  mutating func rules() -> SegmentationRules {
    let (choice, bits) = (small(), word())
    let presets = SegmentationRules.presets
    var rules = presets[choice % presets.count].rules
    guard choice >= 128 else { return rules }
    func has(_ mask: UInt16) -> Bool { bits & mask == mask }
    let identifications: [SegmentationRules.Identification] = [
      .incrementing16, .incrementing15, .fixed,
    ]
    rules.tcpIdentification = identifications[Int(bits & 3) % 3]
    rules.udpIdentification = identifications[Int(bits >> 2 & 3) % 3]
    rules.congestionWindowReduced = has(0x10) ? .everySegment : .firstSegment
    rules.zeroUDPChecksum = has(0x20) ? .copied : .computeAnyway
    rules.shortLastDatagram = has(0x40) ? .refused : .allowed
    rules.maximumTCPSegmentCount = has(0x80) ? Int(bits >> 8) - 2 : nil
    rules.maximumUDPSegmentCount = !has(0x80) && has(1) ? Int(bits >> 8) - 2 : nil
    rules.computedZeroUDPChecksum = has(0x100) ? .zero : .allOnes
    rules.virtioZeroTCPChecksum = has(0x200) ? .zero : .allOnes
    rules.transportChecksum = has(0x600) ? .copied : .asRequested
    rules.ipv4HeaderChecksum = has(0x1800) ? .copied : .computed
    rules.ipv6PayloadLength = has(0x6000) ? .withoutExtensionHeaders : .exact
    rules.outerUDPChecksumOverIPv4 = has(0x8000) ? .zero : .asRequested
    rules.refusedTCPFlags = bits & 0x600 == 0x400 ? TCPFlags(rawValue: bits >> 4) : []
    rules.support = has(0x1C00) ? .init(rawValue: UInt8(truncatingIfNeeded: bits)) : .all
    return rules
  }

  mutating func size(_ kind: UInt8) -> Int {
    let number = Int(word())
    return kind & 0x80 != 0 ? sizes[number % sizes.count] : number
  }

  /// Nine octets and those of the rules.
  mutating func request() -> SegmentationRequest {
    let kind = octet()
    let number = size(kind)
    var request = SegmentationRequest(segmentSize: number)
    if kind & 1 != 0 { request.size = .mtu(number) }
    request.checksum = [.complete, .complete, .pseudoHeader, .copied][Int(kind >> 1 & 3)]
    if kind & 0x60 == 0x60 { request.offload = kind & 8 != 0 ? .lso : .uso }
    request.guessesDatagramSize = kind & 0x10 != 0
    let more = octet()
    let outer: [SegmentationRequest.OuterChecksum] = [
      .automatic, .automatic, .automatic, .complete, .pseudoHeader, .zero,
    ]
    request.outerChecksum = outer[Int(more & 7) % 6]
    let identification = word()
    if more & 8 != 0 { request.identification = identification }
    if more & 0x30 == 0x30, case .payload(let payload) = request.size {
      request.size = .payloadWithinMTU(payload: payload, mtu: Int(identification))
    }
    request.rules = rules()
    return request
  }

  /// The rest of the input as the headers of a frame, with payload made up behind them.
  mutating func frame() -> OctetBlock {
    let more = Int(word())
    let bits = small()
    var octets = rest()
    var payload = Sequence32(0x1234)
    // Some frames are longer than a length field can say.
    let count = bits & 0xF0 == 0xF0 ? more * 4 : more
    octets.reserveCapacity(octets.count + count)
    for _ in 0..<count { octets.append(UInt8(truncatingIfNeeded: payload.next())) }
    return OctetBlock(octets, shift: bits & 3)
  }
}

/// Makes all sums of a run with one of the kernels.
func useKernel(_ choice: UInt8) { _ = SumKernel.allCases[Int(choice >> 7)].use() }
