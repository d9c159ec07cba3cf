import GsoEngine
import NetAdapterCore
import VirtualNIC

extension Choices {
  mutating func gso(_ callback: @escaping EvtAdapterSetOffload) -> GsoCapabilities {
    var gso = GsoCapabilities(
      layer3: .init(rawValue: UInt32(octet() & 0x1F)),
      layer4: .init(rawValue: UInt32(octet() & 15)),
      maximumOffloadSize: pick([65_536, 65_536, 1_448, 0, -1, .max, .min, 1, 30_000]),
      minimumSegmentCount: pick([1, 2, 2, 3, 0, -1, .max, 40]), evtSetGso: callback)
    let limit = octet()
    if limit > 100 { gso.layer4HeaderOffsetLimit = UInt16(limit) }
    if limit == 3 { gso.size = Int(limit) }
    if limit == 4 { gso.evtSetGso = nil }
    return gso
  }

  mutating func txChecksum(_ callback: @escaping EvtAdapterSetOffload) -> TxChecksumCapabilities {
    var checksum = TxChecksumCapabilities(
      layer3: .init(rawValue: UInt32(octet() & 0x1F)), evtSetTxChecksum: callback)
    checksum.layer4 = .init(rawValue: UInt32(octet() & 15))
    let limit = octet()
    if limit > 150 { checksum.layer3HeaderOffsetLimit = UInt16(limit - 140) }
    if limit > 200 { checksum.layer4HeaderOffsetLimit = UInt16(limit - 150) }
    if limit == 4 { checksum.evtSetTxChecksum = nil }
    return checksum
  }

  mutating func parameters() -> OffloadParameters {
    var parameters = OffloadParameters()
    let sums: [WritableKeyPath<OffloadParameters, OffloadParameters.Checksum>] = [
      \.ipv4Checksum, \.tcpIPv4Checksum, \.udpIPv4Checksum, \.tcpIPv6Checksum, \.udpIPv6Checksum,
    ]
    for path in sums { parameters[keyPath: path] = pick(OffloadParameters.Checksum.allCases) }
    let switches: [WritableKeyPath<OffloadParameters, OffloadParameters.Switch>] = [
      \.lsoV1, \.lsoV2IPv4, \.lsoV2IPv6, \.usoIPv4, \.usoIPv6, \.rscIPv4, \.rscIPv6,
    ]
    for path in switches { parameters[keyPath: path] = pick(OffloadParameters.Switch.allCases) }
    return parameters
  }

  mutating func keyword() -> (Keyword, KeywordStore.Value?) {
    let values: [KeywordStore.Value?] = [
      nil, .string("0"), .string("1"), .string("2"), .string("3"), .string("4294967296"),
      .string(""), .string("-1"), .string(" 1"), .string("\u{661}"), .integer(0), .integer(1),
      .integer(3), .integer(.max), .string(String(repeating: "0", count: 300) + "1"),
    ]
    return (pick(Keyword.allCases), pick(values))
  }

  mutating func transmitCapabilities() -> TransmitCapabilities {
    var transmit = TransmitCapabilities(maximumNumberOfQueues: small() - 3)
    transmit.payloadBackfill = pick([0, 0, 1, 14, 100, 1_023, 1_024, -1, .max])
    transmit.maximumNumberOfFragments = pick([.max, 1, 2, 3, 0, 17, 70_000])
    transmit.fragmentBufferAlignment = pick([1, 1, 2, 64, 4_096, 3, 0, 1 << 62, .min])
    transmit.fragmentRingNumberOfElementsHint = pick([0, 0, 2, 64, 1, 3, 1 << 20, .min])
    return transmit
  }

  mutating func receiveCapabilities() -> ReceiveCapabilities {
    var receive = ReceiveCapabilities(
      maximumFrameSize: pick([65_550, 1_514, 1, 0, -1, .max, 200]),
      maximumNumberOfQueues: small() - 3)
    receive.attachmentMode = octet() == 5 ? .driver : .system
    receive.fragmentBufferAlignment = pick([1, 1, 64, 3, 1 << 40])
    return receive
  }

  mutating func transmitRequest() -> TransmitRequest {
    let (kind, number) = (octet(), Int(word()))
    let size: Int
    switch kind >> 6 {
    case 0: size = number % 1_500 + 1
    case 1: size = number
    case 2: size = 0
    default: size = pick([Int.min, -1, 1, 0xF_FFFF, 0x10_0000, .max, 1_448])
    }
    return TransmitRequest(segmentSize: size, checksums: .init(rawValue: kind & 7))
  }
}
