/// One field of a header, as the tables of the RFCs have it.
struct HeaderField {
  /// How the value is shown.
  enum Format {
    case number, octets, address
    /// Only the first octet that differs matters.
    case firstOctet
  }

  var name: String
  /// Its width; nil for all that is left of the header.
  var bitCount: Int?
  var format = Format.number
  /// Whether other fields move when it changes.
  var movesOthers = false

  init(_ name: String, _ bitCount: Int?, _ format: Format = .number, moves: Bool = false) {
    (self.name, self.bitCount, self.format, movesOthers) = (name, bitCount, format, moves)
  }
}

extension Layer.Kind {
  /// The fields in order, without gaps.
  var fields: [HeaderField] { Self.tables[self] ?? [HeaderField(rawValue, nil, .firstOctet)] }

  private static let tables: [Layer.Kind: [HeaderField]] = [
    .ethernet: [
      .init("destination", 48, .address), .init("source", 48, .address),
      .init("type", 16, .octets, moves: true),
    ],
    .cooked1: [
      .init("packetType", 16), .init("hardwareType", 16), .init("addressLength", 16),
      .init("address", 64, .octets), .init("protocol", 16, .octets, moves: true),
    ],
    .cooked2: [
      .init("protocol", 16, .octets, moves: true), .init("reserved", 16), .init("interface", 32),
      .init("hardwareType", 16), .init("packetType", 8), .init("addressLength", 8),
      .init("address", 64, .octets),
    ],
    .loopback: [.init("family", 32, .octets, moves: true)],
    .ppp: [
      .init("addressAndControl", 16, .octets, moves: true),
      .init("protocol", 16, .octets, moves: true),
    ],
    .mpls: [
      .init("label", 20), .init("trafficClass", 3), .init("bottomOfStack", 1, moves: true),
      .init("timeToLive", 8),
    ],
    .pppoe: [
      .init("version", 4, moves: true), .init("type", 4, moves: true),
      .init("code", 8, moves: true), .init("session", 16), .init("length", 16),
      .init("protocol", 16, .octets, moves: true),
    ],
    .vlan: [
      .init("priority", 3), .init("dropEligible", 1), .init("identifier", 12),
      .init("type", 16, .octets, moves: true),
    ],
    .ipv4: [
      .init("version", 4, moves: true), .init("headerLength", 4, moves: true), .init("dscp", 6),
      .init("ecn", 2), .init("totalLength", 16), .init("identification", 16),
      .init("reservedBit", 1), .init("dontFragment", 1), .init("moreFragments", 1),
      .init("fragmentOffset", 13), .init("timeToLive", 8), .init("protocol", 8, moves: true),
      .init("headerChecksum", 16, .octets), .init("source", 32, .address),
      .init("destination", 32, .address), .init("options", nil, .octets),
    ],
    .ipv6: [
      .init("version", 4, moves: true), .init("trafficClass", 8), .init("flowLabel", 20),
      .init("payloadLength", 16), .init("nextHeader", 8, moves: true), .init("hopLimit", 8),
      .init("source", 128, .address), .init("destination", 128, .address),
    ],
    .hopByHop: optionsHeader, .destinationOptions: optionsHeader,
    .routing: [
      .init("nextHeader", 8, moves: true), .init("length", 8, moves: true), .init("type", 8),
      .init("segmentsLeft", 8), .init("data", nil, .octets),
    ],
    .fragmentHeader: [
      .init("nextHeader", 8, moves: true), .init("reserved", 8), .init("fragmentOffset", 13),
      .init("reserved", 2), .init("moreFragments", 1), .init("identification", 32),
    ],
    .tcp: [
      .init("sourcePort", 16), .init("destinationPort", 16), .init("sequenceNumber", 32),
      .init("acknowledgementNumber", 32), .init("dataOffset", 4, moves: true),
      .init("reserved", 3), .init("ae", 1), .init("cwr", 1), .init("ece", 1), .init("urg", 1),
      .init("ack", 1), .init("psh", 1), .init("rst", 1), .init("syn", 1), .init("fin", 1),
      .init("window", 16), .init("checksum", 16, .octets), .init("urgentPointer", 16),
      .init("options", nil, .octets),
    ],
    .udp: [
      .init("sourcePort", 16), .init("destinationPort", 16, moves: true), .init("length", 16),
      .init("checksum", 16, .octets),
    ],
    .vxlan: [
      .init("flags", 8, .octets), .init("reserved", 24), .init("network", 24),
      .init("reserved", 8),
    ],
    .geneve: [
      .init("version", 2), .init("optionLength", 6, moves: true), .init("control", 1),
      .init("critical", 1), .init("reserved", 6), .init("protocol", 16, .octets, moves: true),
      .init("network", 24), .init("reserved", 8), .init("options", nil, .octets),
    ],
    .vxlanGPE: [
      .init("flags", 8, .octets, moves: true), .init("reserved", 16),
      .init("nextProtocol", 8, moves: true), .init("network", 24), .init("reserved", 8),
    ],
    .gue: [
      .init("variant", 2, moves: true), .init("control", 1, moves: true),
      .init("headerLength", 5, moves: true), .init("protocol", 8, moves: true),
      .init("flags", 16, .octets, moves: true), .init("data", nil, .octets),
    ],
    .gtpU: [
      .init("version", 3, moves: true), .init("protocolType", 1, moves: true),
      .init("reserved", 1), .init("flags", 3, moves: true), .init("messageType", 8, moves: true),
      .init("length", 16), .init("tunnel", 32, .octets), .init("optionalFields", nil, .octets),
    ],
    .gre: [
      .init("flags", 16, .octets, moves: true), .init("protocol", 16, .octets, moves: true),
      .init("optionalFields", nil, .octets),
    ],
  ]

  private static let optionsHeader: [HeaderField] = [
    .init("nextHeader", 8, moves: true), .init("length", 8, moves: true),
    .init("options", nil, .octets),
  ]
}
