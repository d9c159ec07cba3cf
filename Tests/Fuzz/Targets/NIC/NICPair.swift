import GsoEngine
import NetAdapterCore
import VirtualNIC
import WireFormats

/// A NIC whose hardware changes, and one with none that follows the same rules: all that both send
/// must be equal.
final class NICPair {
  let hardware: VirtualNIC
  let software: VirtualNIC
  let hardwareWire = QueueLink()
  let softwareWire = QueueLink()
  private let frame: OctetBlock
  private let driver = CallingDriver()
  let is21H2: Bool

  init(_ choices: inout Choices) throws {
    let (count, more, shift) = (Int(choices.word()), Int(choices.word()), choices.small() & 3)
    var octets = choices.take(count)
    var payload = Sequence32(0x1234)
    for _ in 0..<more { octets.append(UInt8(truncatingIfNeeded: payload.next())) }
    frame = OctetBlock(octets, shift: shift)
    let mtu = choices.pick([1_500, 1_500, 1_500, 576, 1_280, 9_000, 65_535, 68, 1])
    let (rules, bits) = (choices.rules(), choices.octet())
    let quirks = Quirks(rawValue: .init(bits >> 1 & 3))
    is21H2 = quirks.contains(.release21H2)
    hardware = try VirtualNIC(
      macAddress: MACAddress(2), mtu: mtu, link: hardwareWire, rules: rules,
      validation: bits & 1 != 0 ? .framework : .documented, quirks: quirks)
    software = try VirtualNIC(macAddress: MACAddress(3), mtu: mtu, link: softwareWire, rules: rules)
    try software.start()
    if bits & 0xC0 != 0 { declareAll() }
  }

  deinit {
    // Callbacks hold the NIC that they belong to.
    hardware.link = QueueLink()
    hardware.onReceive = nil
  }

  /// Whether both NICs must send the same.
  ///
  /// The framework of 21H2 makes no decision about frames that have tags or labels before IP, and
  /// drops frames that are longer than Ethernet and the MTU.
  func isComparable(_ frame: [UInt8], _ request: TransmitRequest) -> Bool {
    guard is21H2 else { return true }
    let ethernet = LinkLayer.ethernet.headerLength
    let layout = try? PacketLayout(parsing: frame, tunnels: .none)
    guard layout?.linkHeaderLength ?? ethernet == ethernet else { return false }
    return request.segmentSize != 0
      || frame.count - ethernet <= hardware.adapter.linkLayerMtuSize ?? 0
  }

  /// Hardware for everything.
  func declareAll() {
    try? hardware.stop()
    let callback = driver.callback(0)
    try? hardware.adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: .all, layer4: .all, maximumOffloadSize: 262_144, minimumSegmentCount: 1,
        evtSetGso: callback))
    var checksum = TxChecksumCapabilities(layer3: .all, evtSetTxChecksum: callback)
    checksum.layer4 = .all
    try? hardware.adapter.setTxChecksumCapabilities(checksum)
    try? hardware.adapter.setRxChecksumCapabilities(
      RxChecksumCapabilities(evtSetRxChecksum: callback))
    try? hardware.start()
  }

  /// One call to the adapter, in any state.
  func control(_ call: UInt8, _ choices: inout Choices) throws {
    let adapter = hardware.adapter
    switch call % 16 {
    case 0, 1: try? hardware.start()
    case 2: try? hardware.stop()
    case 3: try? adapter.pauseOffloadCapabilities()
    case 4: try? adapter.resumeOffloadCapabilities()
    case 5:
      let gso = choices.gso(driver.callback(choices.octet()))
      if choices.bool() { try? hardware.stop() }
      try? adapter.setGsoCapabilities(gso)
      if choices.bool() { try? hardware.start() }
    case 6:
      let checksum = choices.txChecksum(driver.callback(choices.octet()))
      if choices.bool() { try? hardware.stop() }
      try? adapter.setTxChecksumCapabilities(checksum)
      if choices.bool() { try? hardware.start() }
    case 7:
      try? adapter.setRxChecksumCapabilities(
        RxChecksumCapabilities(evtSetRxChecksum: driver.callback(choices.octet())))
    case 8:
      let flags = (UInt32(choices.octet() & 31), UInt32(choices.octet() & 15))
      try? adapter.setRscCapabilities(
        RscCapabilities(
          layer3: .init(rawValue: flags.0), layer4: .init(rawValue: flags.1),
          evtSetRsc: driver.callback(choices.octet())))
    case 9:
      try? adapter.setIeee8021QTagCapabilities(
        Ieee8021QTagCapabilities(flags: .init(rawValue: UInt32(choices.octet()))))
    case 10:
      let (keyword, value) = choices.keyword()
      adapter.setKeyword(keyword, to: value)
      for issue in adapter.keywordIssues { try require(!issue.description.isEmpty, "no text") }
    case 11:
      do throws(AdapterError) { try adapter.setOffloadParameters(choices.parameters()) } catch {
        try require(!error.description.isEmpty, "an error without a text")
      }
    case 12:
      var state = LinkState.connected(linkSpeed: choices.quad())
      state.autoNegotiation = .init(rawValue: UInt32(choices.octet()))
      _ = try? adapter.setLinkState(state)
    case 13: declareAll()
    case 14: _ = (hardware.counters, adapter.registeredExtensions, adapter.declaredCapabilities)
    default:
      try? adapter.setDatapathCapabilities(
        transmit: choices.transmitCapabilities(), receive: choices.receiveCapabilities())
    }
  }

  /// The frame, some of it, or one that differs in an octet.
  func frame(_ choices: inout Choices) -> OctetBlock {
    let kind = choices.octet()
    var octets = frame.array
    if kind & 1 != 0 { octets.removeLast(min(octets.count, choices.small())) }
    if kind & 2 != 0, !octets.isEmpty { octets[choices.small() % octets.count] = choices.octet() }
    if kind & 4 != 0, !octets.isEmpty {
      octets[choices.small() % min(octets.count, 80)] ^= choices.octet()
    }
    return OctetBlock(kind & 0xF8 == 0xF8 ? [] : octets)
  }
}
