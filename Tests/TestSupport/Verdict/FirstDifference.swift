/// The first octet in which two frames differ, and the field it lies in.
///
/// - Returns: A text such as `octet 18 (ipv4.identification): expected 12, got 13`; nil if the
///   frames are equal. Values are hexadecimal; the field is found by taking `expected` apart.
public func firstDifference(
  expected: [UInt8], actual: [UInt8], link: LinkKind = .ethernet
) -> String? {
  if expected == actual { return nil }
  var index = 0
  while index < expected.count && index < actual.count && expected[index] == actual[index] {
    index += 1
  }
  guard index < expected.count && index < actual.count else {
    return "length: expected \(expected.count), got \(actual.count)"
  }
  let (want, got) = (hexOctet(expected[index]), hexOctet(actual[index]))
  return "octet \(index) (\(fieldName(expected, index, link: link))): expected \(want), got \(got)"
}

/// The first difference between two lists of frames, counts included; nil if they are equal.
public func firstDifference(
  expected: [[UInt8]], actual: [[UInt8]], link: LinkKind = .ethernet
) -> String? {
  for (index, pair) in zip(expected, actual).enumerated() {
    if let text = firstDifference(expected: pair.0, actual: pair.1, link: link) {
      return "frame \(index): \(text)"
    }
  }
  return expected.count == actual.count
    ? nil : "expected \(expected.count) frames, got \(actual.count)"
}

/// The dotted name of the field that octet `index` of a frame lies in.
public func fieldName(_ frame: [UInt8], _ index: Int, link: LinkKind = .ethernet) -> String {
  let layers = dissect(frame, link: link).layers
  let networks = layers.indices.filter { layers[$0].kind == .ipv4 || layers[$0].kind == .ipv6 }
  var tags = 0
  for (number, layer) in layers.enumerated() {
    if layer.kind == .ethernet { tags = 0 }
    if layer.kind == .vlan { tags += 1 }
    guard layer.start..<layer.end ~= index else { continue }
    // Headers belong to the IP header above them, but an inner link header to the one below.
    let isLink = layer.kind == .ethernet || layer.kind == .vlan
    let isInner =
      networks.count > 1 && number > networks[0]
      && (isLink || layer.network != networks[0])
    let place = networks.count < 2 ? "" : isInner ? "inner." : "outer."
    let name = layer.kind == .vlan ? "vlan\(tags)" : layer.kind.rawValue
    let at = index - layer.start
    guard let field = fields[layer.kind]?.first(where: { at < $0.end }) else {
      return "\(place)\(name)+\(at)"
    }
    return "\(place)\(name).\(field.name)"
  }
  return "trailer+\(index - (layers.last?.end ?? 0))"
}

private func hexOctet(_ value: UInt8) -> String {
  (value < 16 ? "0" : "") + String(value, radix: 16)
}

/// The fields of each header in order, each with the offset at which it ends.
private let fields: [Layer.Kind: [(end: Int, name: String)]] = [
  .ethernet: [(6, "destination"), (12, "source"), (14, "type")],
  .cooked1: [
    (2, "packetType"), (4, "hardwareType"), (6, "addressLength"), (14, "address"), (16, "protocol"),
  ],
  .cooked2: [
    (2, "protocol"), (4, "reserved"), (8, "interface"), (10, "hardwareType"), (11, "packetType"),
    (12, "addressLength"), (20, "address"),
  ],
  .loopback: [(4, "family")],
  .vlan: [(2, "controlInformation"), (4, "type")],
  .ipv4: [
    (1, "versionAndHeaderLength"), (2, "typeOfService"), (4, "totalLength"),
    (6, "identification"), (8, "flagsAndFragmentOffset"), (9, "timeToLive"), (10, "protocol"),
    (12, "headerChecksum"), (16, "source"), (20, "destination"), (60, "options"),
  ],
  .ipv6: [
    (4, "versionClassFlow"), (6, "payloadLength"), (7, "nextHeader"), (8, "hopLimit"),
    (24, "source"), (40, "destination"),
  ],
  .hopByHop: [(1, "nextHeader"), (2, "length")],
  .routing: [(1, "nextHeader"), (2, "length"), (3, "type"), (4, "segmentsLeft")],
  .destinationOptions: [(1, "nextHeader"), (2, "length")],
  .fragmentHeader: [
    (1, "nextHeader"), (2, "reserved"), (4, "fragmentOffset"), (8, "identification"),
  ],
  .tcp: [
    (2, "sourcePort"), (4, "destinationPort"), (8, "sequenceNumber"), (12, "acknowledgement"),
    (13, "dataOffsetAndReserved"), (14, "flags"), (16, "window"), (18, "checksum"),
    (20, "urgentPointer"), (60, "options"),
  ],
  .udp: [(2, "sourcePort"), (4, "destinationPort"), (6, "length"), (8, "checksum")],
  .vxlan: [(4, "flags"), (7, "network"), (8, "reserved")],
  .geneve: [(2, "flags"), (4, "protocol"), (7, "network"), (8, "reserved"), (260, "options")],
  .gre: [(2, "flags"), (4, "protocol"), (16, "checksumKeySequence")],
]
