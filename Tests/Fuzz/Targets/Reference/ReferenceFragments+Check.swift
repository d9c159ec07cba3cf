import GsoEngine

// What a receiver checks of fragments, and what it reassembles.
extension ReferenceFragments {
  /// Checks the first fragments of a plan, or all.
  func check(_ frames: [[UInt8]], of plan: FragmentationPlan) throws {
    try require(plan.count == count && plan.fragmentSize == fragmentSize, "number of fragments")
    var reassembled: [UInt8] = []
    for (index, frame) in frames.enumerated() {
      let head = packet.version == 4 ? try checkIPv4(frame, index) : try checkIPv6(frame, index)
      let start = packet.offset + head
      let fragment = plan[index]
      try require(
        fragment.frameLength == frame.count && fragment.headerLength == start
          && fragment.fragmentOffset == base + reassembled.count
          && fragment.moreFragments == (index < count - 1 || isFollowed),
        "description of fragment \(index)")
      var link = Array(octets[0..<packet.offset])
      if let pppoeOffset { link.setWord(frame.count - pppoeOffset - 6, at: pppoeOffset + 4) }
      try require(frame.starts(with: link), "link header of \(index)")
      try checkSize(frame.count - start, frame.count - packet.offset, isLast: index == count - 1)
      reassembled += frame[start...]
    }
    let expected = frames.count == count ? payload : Array(payload.prefix(reassembled.count))
    try requireEqual(reassembled, expected, "the reassembled packet")
  }

  private func checkSize(_ payload: Int, _ packetLength: Int, isLast: Bool) throws {
    try require(payload <= fragmentSize, "a fragment of \(payload) octets, \(fragmentSize) asked")
    try require(isLast || payload == fragmentSize && payload % 8 == 0, "a short fragment")
    switch request.size {
    case .mtu(let mtu), .payloadWithinMTU(_, let mtu):
      try require(packetLength <= mtu, "a packet of \(packetLength) octets, the MTU is \(mtu)")
    case .payload: break
    }
  }

  /// Checks an IPv4 header and returns its length.
  private func checkIPv4(_ frame: [UInt8], _ index: Int) throws -> Int {
    let at = packet.offset
    let length = Int(frame[at] & 15) * 4
    var expected = Array(octets[at..<(at + 20)])
    let options = Array(octets[(at + 20)..<packet.upperOffset])
    let isFirst = index == 0 || request.rules.options == .all
    expected += isFirst ? options : Self.copied(options)
    expected[0] = 0x40 | UInt8(expected.count / 4)
    expected.setWord(frame.count - at, at: 2)
    if count > 1 {
      let more = index < count - 1 || isFollowed ? 0x2000 : 0
      expected.setWord((base + index * fragmentSize) / 8 | more, at: 6)
    }
    expected.setWord(0, at: 10)
    expected.setWord(~expected.onesSum(0..<expected.count) & 0xFFFF, at: 10)
    try requireEqual(Array(frame[at..<(at + length)]), expected, "IPv4 header of fragment \(index)")
    return length
  }

  /// Checks the IPv6 headers that each fragment repeats and returns their length.
  private func checkIPv6(_ frame: [UInt8], _ index: Int) throws -> Int {
    let (at, front) = (packet.offset, packet.perFragmentLength)
    var expected = Array(octets[at..<(at + front)])
    expected.setWord(frame.count - at - 40, at: 4)
    if count > 1 {
      let next = nextHeaderOffset
      let first = expected[next]
      expected[next] = 44
      expected += [first, 0, 0, 0, 0, 0, 0, 0]
      expected.setWord(index * fragmentSize | (index < count - 1 ? 1 : 0), at: front + 2)
      expected.setDouble(request.identification, at: front + 4)
    }
    try requireEqual(
      Array(frame[at..<(at + expected.count)]), expected, "IPv6 headers of fragment \(index)")
    return expected.count
  }

  /// Where the last repeated header names the next one, from the start of the packet.
  private var nextHeaderOffset: Int {
    var (field, at) = (6, 40)
    while at < packet.perFragmentLength {
      field = at
      at += 8 + Int(octets[packet.offset + at + 1]) * 8
    }
    return field
  }

  /// The options with the copied flag, padded to four octets.
  private static func copied(_ options: [UInt8]) -> [UInt8] {
    var (at, copied): (Int, [UInt8]) = (0, [])
    while at < options.count, options[at] != 0 {
      if options[at] == 1 {
        at += 1
        continue
      }
      guard at + 1 < options.count, options[at + 1] >= 2 else { break }
      let end = at + Int(options[at + 1])
      guard end <= options.count else { break }
      if options[at] & 0x80 != 0 { copied += options[at..<end] }
      at = end
    }
    while copied.count % 4 != 0 { copied.append(0) }
    return copied
  }
}
