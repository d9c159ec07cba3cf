import GsoEngine
import WireFormats

/// Announced segment sizes of any frames: what is remembered is what the last SYN of the other end
/// said, and no more ends are remembered than there may be.
func attackAnnouncedSegmentSizes(_ input: [UInt8]) throws {
  var choices = Choices(input)
  let (link, tunnels) = (choices.link(), choices.tunnels())
  let capacity = choices.pick([262_144, 262_144, 2, 4, 1, 0, -1, .min, .max])
  var attack = HandshakeAttack(capacity: capacity)
  var frame: [UInt8] = []
  var steps = 0
  while !choices.isEmpty, steps < 200 {
    steps += 1
    let call = choices.octet()
    if call & 1 == 0 || frame.isEmpty {
      frame = choices.take(choices.small())
    } else if !frame.isEmpty {
      frame[choices.small() % frame.count] ^= choices.octet()
    }
    let block = OctetBlock(frame)
    guard let layout = try? PacketLayout(parsing: block.octets, link: link, tunnels: tunnels)
    else { continue }
    if call & 2 == 0 { try attack.learn(block, layout) }
    try attack.ask(block, layout)
  }
}

/// What was learned, and a dictionary of the same.
private struct HandshakeAttack {
  private var sizes: AnnouncedSegmentSizes
  /// What each end of a connection said with its last SYN, by addresses and ports.
  private var model: [[UInt8]: (size: Int, isDefault: Bool, sequence: UInt32)] = [:]
  /// What the model forgot because a connection followed on the same ports.
  ///
  /// Where few ends fit, the SYN of the connection before may be forgotten, and then nothing says
  /// that this one is new.
  private var superseded: [[UInt8]: (size: Int, isDefault: Bool, sequence: UInt32)] = [:]
  private let capacity: Int
  private var hasRoomForAll: Bool { capacity > 1_000 }

  init(capacity: Int) {
    sizes = AnnouncedSegmentSizes(capacity: capacity)
    self.capacity = capacity
  }

  private func ends(_ octets: [UInt8], _ layout: PacketLayout) -> (mine: [UInt8], other: [UInt8])? {
    guard let network = layout.network, let transport = layout.transport, transport.kind == .tcp
    else { return nil }
    let (start, count) = network.version == .ipv4 ? (12, 4) : (8, 16)
    let at = network.offset + start
    let (source, destination) = (octets[at..<at + count], octets[at + count..<at + 2 * count])
    let ports = octets[transport.offset..<transport.offset + 4]
    return (
      Array(source + ports.prefix(2) + destination + ports.suffix(2)),
      Array(destination + ports.suffix(2) + source + ports.prefix(2))
    )
  }

  mutating func learn(_ block: OctetBlock, _ layout: PacketLayout) throws {
    let octets = block.array
    let before = sizes.count
    sizes.learn(from: block.octets, layout)
    guard let ends = ends(octets, layout), let transport = layout.transport,
      octets[transport.offset + 13] & 2 != 0
    else { return try require(sizes.count == before, "learned from a frame without SYN") }
    let sequence = octets.double(transport.offset + 4)
    let isRequest = octets[transport.offset + 13] & 0x10 == 0
    if isRequest, let known = model[ends.mine], known.sequence != sequence {
      if let said = model.removeValue(forKey: ends.other) { superseded[ends.other] = said }
    }
    let options = octets[(transport.offset + 20)..<transport.payloadOffset]
    let found = announced(Array(options))
    let byDefault = layout.network?.version == .ipv4 ? 536 : 1_220
    model[ends.mine] = (found ?? byDefault, found == nil, sequence)
    if hasRoomForAll {
      try require(sizes.count == model.count, "\(sizes.count) ends, not \(model.count)")
    } else {
      try require(sizes.count <= 2 * max(1, capacity / 2), "\(sizes.count) ends are remembered")
    }
  }

  /// The maximum segment size of RFC 9293; nil without one.
  private func announced(_ options: [UInt8]) -> Int? {
    var at = 0
    while at < options.count, options[at] != 0 {
      if options[at] == 1 {
        at += 1
        continue
      }
      guard at + 1 < options.count, options[at + 1] >= 2 else { return nil }
      let end = at + Int(options[at + 1])
      guard end <= options.count else { return nil }
      if options[at] == 2, end - at == 4 {
        let size = options.word(at + 2)
        return size == 0 ? nil : size
      }
      at = end
    }
    return nil
  }

  mutating func ask(_ block: OctetBlock, _ layout: PacketLayout) throws {
    let found = sizes.announcement(toSenderOf: block.octets, layout)
    let limit = sizes.maximumPayload(of: block.octets, layout)
    let isExceeded = sizes.isExceeded(by: block.octets, layout)
    let payload = layout.payloadRange?.count ?? 0
    if let limit {
      try require(isExceeded == (payload > limit), "\(payload) octets, \(limit) are announced")
    } else {
      try require(!isExceeded, "\(payload) octets exceed what was not announced")
    }
    guard let ends = ends(block.array, layout) else {
      return try require(found == nil && limit == nil, "a size for what is no TCP")
    }
    let expected = model[ends.other] ?? (hasRoomForAll ? nil : superseded[ends.other])
    if let found {
      try require(
        found.size == expected?.size && found.isDefault == expected?.isDefault,
        "\(found) is remembered, \(String(describing: expected)) was said")
    } else {
      try require(expected == nil || !hasRoomForAll, "what was said is forgotten")
    }
  }
}
