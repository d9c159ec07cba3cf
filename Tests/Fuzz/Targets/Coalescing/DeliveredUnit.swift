import GsoEngine
import WireFormats

/// A unit that was delivered.
struct DeliveredUnit {
  let octets: [UInt8]
  let inputs: [Int]
  let metadata: CoalescedUnit.Metadata

  init(_ unit: CoalescedUnit) {
    octets = unit.frame.copied()
    inputs = unit.inputs.indices.map { unit.inputs[$0] }
    metadata = unit.metadata
  }
}

// What it has, of the frames that went in.
extension DeliveredUnit {
  /// Checks a unit of several frames.
  func check(
    _ frames: [CoalescedFrame], _ request: CoalescingRequest, _ tunnels: TunnelRecognition
  ) throws {
    try require(zip(inputs, inputs.dropFirst()).allSatisfy(<), "frames \(inputs) out of order")
    let unit = UnitFrames(frames: frames, rules: request.rules)
    try unit.check()
    let lengths = frames.map(\.payload.count)
    try require(
      metadata.segmentSize == lengths.max(), "segment size \(metadata.segmentSize) of \(lengths)")
    var expected = unit.header + frames.flatMap(\.payload)
    // What is no tunnel in a frame is none in a unit, also where the payloads together look like
    // one.
    let isTunnelled = frames[0].packets?.tunnel != nil
    guard let packets = ReferencePackets(expected, request.link, isTunnelled ? tunnels : .none)
    else {
      throw Finding("the headers of a unit cannot be read: \(hexadecimal(expected))")
    }
    switch request.checksum {
    case .complete:
      var sums = SegmentationRules.linux
      sums.zeroUDPChecksum = .copied
      let fields: ChecksumPlan.Fields = [.ipv4Header, .transport]
      expected = ReferenceCompletion(packets, fields, sums).octets
      try requireEqual(octets, expected, "a unit of frames \(inputs)")
    case .pseudoHeader, .zero:
      // The same but for the checksums.
      var found = octets
      try checkTransport(packets, request.checksum)
      for field in packets.checksumFields where field + 2 <= found.count {
        found.setWord(0, at: field)
        expected.setWord(0, at: field)
      }
      try requireEqual(found, expected, "a unit of frames \(inputs) without its checksums")
    }
  }

  private func checkTransport(
    _ packets: ReferencePackets, _ kind: CoalescingRequest.Checksum
  ) throws {
    guard let inner = packets.inner else { return }
    let field = inner.upperOffset + (inner.upperProtocol == 17 ? 6 : 16)
    let length = octets.count - inner.upperOffset
    let pseudo = folded(octets.pseudoSum(inner, Int(inner.upperProtocol)) + length)
    let isUnused = inner.upperProtocol == 17 && packets.octets.word(field) == 0
    let expected = kind == .zero || isUnused ? 0 : pseudo
    try require(
      octets.word(field) == expected, "checksum \(octets.word(field)), expected \(expected)")
    let start = octets.word(inner.offset + 10)
    guard inner.version == 4 else { return }
    let isValid = octets.onesSum(inner.offset..<inner.upperOffset) == 0xFFFF
    try require(kind == .zero ? start == 0 : isValid, "IPv4 header checksum \(start)")
  }
}

extension ReferencePackets {
  /// Where checksums lie.
  fileprivate var checksumFields: [Int] {
    guard let outermost, let inner else { return [] }
    var fields = [inner.upperOffset + (inner.upperProtocol == 17 ? 6 : 16)]
    for packet in [outermost, inner] where packet.version == 4 { fields.append(packet.offset + 10) }
    if tunnel?.isOverUDP == true { fields.append(outermost.upperOffset + 6) }
    if tunnel == .gre, octets[outermost.upperOffset] & 0x80 != 0 {
      fields.append(outermost.upperOffset + 4)
    }
    return fields
  }
}
