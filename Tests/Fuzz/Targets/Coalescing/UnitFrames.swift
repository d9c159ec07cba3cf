import GsoEngine
import WireFormats

/// Frames that are merged, in order: what they must have in common, and the headers of their unit.
struct UnitFrames {
  let frames: [CoalescedFrame]
  let rules: CoalescingRules

  private var first: CoalescedFrame { frames[0] }

  /// Throws if the rules do not let these frames be merged.
  func check() throws {
    for frame in frames {
      guard let packets = frame.packets, frame.inner != nil, !packets.isNested else {
        throw Finding("a frame is merged that has no headers which can be")
      }
      try require(!frame.isSuperFrame, "a super-frame is merged")
      try frame.checkSound(rules)
      try require(frame.identity == first.identity, "frames with other headers are merged")
    }
    try checkLengths()
    try checkNumbers()
  }

  private func checkLengths() throws {
    guard let inner = first.inner, let outer = first.packets?.outermost else { return }
    let (lengths, isTCP) = (frames.map(\.payload.count), inner.upperProtocol == 6)
    let limit = isTCP ? rules.maximumTCPSegmentCount : rules.maximumUDPSegmentCount
    try require(lengths.count <= limit ?? .max, "\(lengths.count) segments in a unit")
    try require(lengths.allSatisfy { $0 > 0 }, "a segment without payload is merged")
    if !isTCP || rules.tcpSegmentLength == .equalExceptLast {
      let isEven = lengths.dropLast().allSatisfy { $0 == lengths[0] }
      try require(isEven && lengths[lengths.count - 1] <= lengths[0], "segments of \(lengths)")
    }
    let length = first.headerLength - outer.offset + lengths.reduce(0, +)
    try require(length <= min(65_535, rules.maximumPacketLength), "a packet of \(length) octets")
  }

  /// Sequence numbers, acknowledgement numbers, identifications and flags.
  private func checkNumbers() throws {
    for (before, frame) in zip(frames, frames.dropFirst()) {
      try require(
        frame.identifications.count == before.identifications.count, "other IP versions")
      guard let mine = frame.tcp, let other = before.tcp else { continue }
      try require(
        mine.sequence == other.sequence &+ UInt32(before.payload.count),
        "sequence number \(mine.sequence) after \(other.sequence)")
      let step = mine.acknowledgment &- other.acknowledgment
      try require(
        rules.acknowledgment == .equal ? step == 0 : step < 1 << 31,
        "acknowledgement number \(mine.acknowledgment) after \(other.acknowledgment)")
      try require(rules.window == .latest || mine.window == other.window, "another window")
      let isSame = mine.options == other.options
      try require(rules.tcpOptions == .timestamps || isSame, "other TCP options")
      try require(rules.tcpOptions != .none || mine.options.isEmpty, "TCP options")
    }
    if rules.identification == .incrementingOrFixed {
      for column in frames[0].identifications.indices {
        let numbers = frames.map { $0.identifications[column] }
        let step = (numbers[1] - numbers[0]) & 0xFFFF
        let isEven = zip(numbers, numbers.dropFirst()).allSatisfy { ($1 - $0) & 0xFFFF == step }
        try require(isEven && step <= 1, "identifications \(numbers)")
      }
    }
    let hopLimit = frames[0].tcp == nil ? rules.udpHopLimit : rules.tcpHopLimit
    try require(
      hopLimit == .minimum || frames.allSatisfy { $0.hopLimits == frames[0].hopLimits },
      "hop limits \(frames.map(\.hopLimits))")
    for (index, frame) in frames.enumerated() {
      guard let tcp = frame.tcp, let first = frames[0].tcp else { continue }
      try require(
        tcp.flags.isDisjoint(with: rules.refusedTCPFlags)
          && (index == frames.count - 1 || tcp.flags.isDisjoint(with: rules.endingTCPFlags))
          && (index == 0 || tcp.flags.isDisjoint(with: rules.startingTCPFlags))
          && tcp.flags.symmetricDifference(first.flags).isSubset(of: rules.mergedTCPFlags),
        "segment \(index) with the flags \(tcp.flags)")
    }
  }

  /// The headers of the unit, with the checksums of the first frame.
  var header: [UInt8] {
    guard let inner = first.inner, let last = frames.last else { return [] }
    var header = Array(first.octets[..<first.headerLength])
    let count = first.headerLength + frames.reduce(0) { $0 + $1.payload.count }
    let isTCP = inner.upperProtocol == 6
    for (place, packet) in first.all.enumerated() {
      let (at, isIPv4) = (packet.offset, packet.version == 4)
      header.setWord(count - at - (isIPv4 ? 0 : 40), at: at + (isIPv4 ? 2 : 4))
      if packet.upperProtocol == 17 {
        header.setWord(count - packet.upperOffset, at: packet.upperOffset + 4)
      }
      guard (isTCP ? rules.tcpHopLimit : rules.udpHopLimit) == .minimum else { continue }
      let limit = isIPv4 ? 8 : 7
      header[at + limit] =
        frames.map { $0.octets[$0.all[place].offset + limit] }.min() ?? header[at + limit]
    }
    guard isTCP, let tcp = last.tcp else { return header }
    let at = inner.upperOffset
    let flags = frames.compactMap(\.tcp?.flags).reduce(TCPFlags()) { $0.union($1) }
    header.setWord(header.word(at + 12) & 0xF000 | Int(flags.rawValue), at: at + 12)
    if rules.acknowledgment == .latest { header.setDouble(tcp.acknowledgment, at: at + 8) }
    if rules.window == .latest { header.setWord(tcp.window, at: at + 14) }
    if rules.tcpOptions == .timestamps {
      header.replaceSubrange((at + 20)..., with: last.octets[(at + 20)..<last.headerLength])
    }
    return header
  }
}
