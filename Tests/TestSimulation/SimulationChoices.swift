import FrameRecipes
import GsoEngine
import NetAdapterCore
import VirtualNIC
import VirtualNICTesting
import WireFormats

/// What a seed, or a step of a run, chooses.
struct SimulationChoices {
  /// Random bits of the run.
  private let bits: UInt64
  var random: SeededGenerator

  /// The choices of a whole run.
  init(seed: UInt64) {
    bits = Self.bits(of: seed)
    random = SeededGenerator(seed: seed)
  }

  /// The choices of a step.
  init(seed: UInt64, step: Int) {
    bits = Self.bits(of: seed)
    random = SeededGenerator(seed: seed &* 0x9E37_79B9 &+ UInt64(step))
  }

  /// Small seeds have all bits as well.
  private static func bits(of seed: UInt64) -> UInt64 {
    var random = SeededGenerator(seed: ~seed)
    return random.next()
  }

  private func bit(_ index: UInt64) -> Bool { bits >> index & 1 == 1 }

  var hasTransmitQueue: Bool { !bit(0) || bit(1) }
  var hasReceiveQueue: Bool { bit(2) }
  var isVerified: Bool { bit(3) && bit(4) }
  var packetsPerAdvance: Int { bit(5) ? 2 : .max }
  private var is21H2: Bool { bit(6) && bit(7) }

  /// What the hardware of both NICs can do.
  var capabilities: DeclaredCapabilities {
    var all = DeclaredCapabilities()
    all.gso = GsoCapabilities(
      layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: [.tcpNoOptions, .udp],
      maximumOffloadSize: 6_000, minimumSegmentCount: 2, evtSetGso: { _, _ in })
    if bit(8) {
      all.txChecksum = TxChecksumCapabilities(
        layer3: [.ipv4NoOptions, .ipv6NoExtensions], evtSetTxChecksum: { _, _ in })
      all.txChecksum?.layer4 = [.tcpNoOptions, .udp]
    }
    if bit(9) { all.rxChecksum = RxChecksumCapabilities(evtSetRxChecksum: { _, _ in }) }
    if bit(10) {
      all.rsc = RscCapabilities(
        layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: [.tcpNoOptions, .udp],
        evtSetRsc: { _, _ in })
    }
    if bit(11) {
      all.ieee8021Q = Ieee8021QTagCapabilities(flags: [.priorityTagging, .vlanTagging])
    }
    return all
  }

  /// A NIC that is started.
  mutating func makeNIC(_ address: MACAddress) throws -> VirtualNIC {
    var keywords = KeywordStore()
    if is21H2 {
      keywords[.lsoV2IPv4] = .string("1")
      keywords[.usoIPv4] = .integer(1)
    }
    let nic = try VirtualNIC(
      macAddress: address, mtu: 1_500, rules: bit(12) ? .ndis : .linux,
      quirks: is21H2 ? .release21H2 : [], keywords: keywords)
    let all = capabilities
    if let gso = all.gso { try nic.adapter.setGsoCapabilities(gso) }
    if let checksum = all.txChecksum { try nic.adapter.setTxChecksumCapabilities(checksum) }
    if let checksum = all.rxChecksum { try nic.adapter.setRxChecksumCapabilities(checksum) }
    if let rsc = all.rsc { try nic.adapter.setRscCapabilities(rsc) }
    if let tags = all.ieee8021Q { try nic.adapter.setIeee8021QTagCapabilities(tags) }
    try nic.start()
    changeCoalescing(of: nic)
    return nic
  }

  /// A frame to send, and what its sender asks for.
  mutating func frame() -> ([UInt8], TransmitRequest) {
    if random.oneIn(15) { return (random.octets(random.within(0...60)), TransmitRequest()) }
    let size = random.pick([100, 536, 1_448])
    let count = random.pick([0, 1, 2, 3, 5]) * size + random.within(0...30)
    var recipe = FrameRecipe(
      network: random.oneIn(2) ? .ipv4() : .ipv6(), transport: random.oneIn(3) ? .udp() : .tcp(),
      payload: FrameRecipe.Payload.random(seed: random.next(), count: count))
    if random.oneIn(2) { recipe.checksum = .pseudoHeader }
    if random.oneIn(4) { recipe.trailerCount = random.within(1...12) }
    var request = TransmitRequest()
    switch random.below(5) {
    case 0: request = TransmitRequest(segmentSize: .toFit)
    case 1:
      request = TransmitRequest(checksums: random.pick([.partial, [.ipv4Header, .transport]]))
    default: request = TransmitRequest(segmentSize: size)
    }
    if random.oneIn(5) {
      request.vlanTag = VLANTag(type: .vlan, controlInformation: UInt16(random.below(4_000)))
    }
    return ((try? recipe.octets) ?? [], request)
  }

  /// A request of a protocol.
  mutating func request() -> OffloadParameters {
    var request = OffloadParameters()
    request.lsoV2IPv4 = random.pick(OffloadParameters.Switch.allCases)
    request.lsoV2IPv6 = random.pick(OffloadParameters.Switch.allCases)
    request.usoIPv4 = random.pick(OffloadParameters.Switch.allCases)
    request.tcpIPv4Checksum = random.pick(OffloadParameters.Checksum.allCases)
    request.udpIPv6Checksum = random.pick(OffloadParameters.Checksum.allCases)
    request.rscIPv4 = random.pick(OffloadParameters.Switch.allCases)
    request.skipsRegistryUpdate = random.oneIn(2)
    return request
  }

  /// The faults of a wire.
  mutating func impairments() throws -> Impairments {
    let rates = [0, 0, 0.1, 0.4]
    return try Impairments {
      $0.lossRate = random.pick(rates)
      $0.duplicationRate = random.pick(rates)
      $0.corruptionRate = random.pick(rates)
      $0.reorderingRate = random.pick(rates)
      $0.reorderingDelay = 30_000
      $0.delay = random.pick([0, 1_000, 50_000])
      $0.bandwidth = random.pick([nil, 1_000_000_000])
    }
  }

  /// Changes what a NIC receives.
  mutating func changeLink(of nic: VirtualNIC) throws {
    switch random.below(4) {
    case 0:
      nic.receiveFilter =
        random.oneIn(2)
        ? nil
        : ReceiveFilter(
          [.directed, .multicast], multicastAddresses: [MACAddress(0x01_00_00_00_00_05)])
    case 1:
      let state = random.oneIn(2) ? LinkState() : .connected(linkSpeed: 1_000_000)
      try nic.adapter.setLinkState(state)
    case 2: try nic.adapter.setLinkLayerMtuSize(random.pick([900, 1_500]))
    default: changeCoalescing(of: nic)
    }
  }

  /// Changes how a NIC coalesces; in most cases it holds frames from step to step.
  private mutating func changeCoalescing(of nic: VirtualNIC) {
    nic.receiveCoalescing.flowCapacity = random.within(1...4)
    nic.receiveCoalescing.window = random.pick([nil, 4_000, 60_000, 400_000])
    nic.receiveCoalescing.checksum = random.pick([.complete, .pseudoHeader, .zero])
    nic.receiveCoalescing.rules = random.pick([.ndis, .linux])
  }
}
