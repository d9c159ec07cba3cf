import GsoEngine
import WireFormats

/// Checksums of frames that are not segmented: every octet, and what is said of them, equals the
/// reference, in place, in an arena and from scattered memory.
func attackChecksums(_ input: [UInt8]) throws {
  var choices = Choices(input)
  let (link, tunnels, rules) = (choices.link(), choices.tunnels(), choices.rules())
  let (fields, choice) = (ChecksumPlan.Fields(rawValue: choices.octet() & 7), choices.octet())
  let frame = choices.frame()
  let (span, octets) = (frame.octets, frame.array)
  useKernel(choice)
  let plan = outcome { () throws(SegmentationError) in
    try ChecksumPlan(of: span, link: link, tunnels: tunnels, fields: fields, rules: rules)
  }
  try checkSequence(octets)
  let memory = ScatteredInput(octets, seed: choice)
  let scattered = try memory.frame
  var headers = try LinearHeaders(byteCount: 0)
  let other = outcome { () throws(SegmentationError) in
    try ChecksumPlan(
      of: scattered, headers: &headers, link: link, tunnels: tunnels, fields: fields, rules: rules)
  }
  try require(plan == other, "the scattered frame is planned differently: \(plan), \(other)")
  let packets = ReferencePackets(octets, link, tunnels)
  switch plan {
  case .failure(let error):
    try require(!error.description.isEmpty, "an error without a text")
    let isGranted = packets?.refuses(fields) == false
    try require(!isGranted, "refused, and the reference grants it: \(error)")
  case .success(let plan):
    guard let packets, !packets.refuses(fields) else {
      throw Finding("planned, and the reference refuses it: \(plan.layout)")
    }
    let expected = ReferenceCompletion(packets, fields, rules)
    try check(try plan.findings(in: span), expected, octets)
    try check(try plan.findings(in: scattered, headers: headers), expected, octets)
    let copy = OctetBlock(octets, shift: Int(choice) & 7)
    var target = copy.mutableOctets
    try check(try plan.apply(to: &target), expected, octets)
    try requireEqual(copy.array, expected.octets, "checksums \(fields.rawValue)")
    var array = octets
    let arrayPlan = try ChecksumPlan(
      of: octets, link: link, tunnels: tunnels, fields: fields, rules: rules)
    try check(try arrayPlan.apply(to: &array), expected, octets)
    try requireEqual(array, expected.octets, "checksums in an array")
    try requireChanged(plan, octets)
    var arena = try SegmentArena(byteCount: 2 * octets.count, slotCount: 2)
    try plan.render(span, into: &arena)
    try plan.render(scattered, into: &arena)
    try requireEqual(arena.frame(0), expected.octets, "checksums in an arena")
    try requireEqual(arena.frame(1), expected.octets, "checksums of a scattered frame")
    try checkPartial(plan, expected: ReferenceCompletion(packets, .partial, .linux), frame)
  }
}

private func check(
  _ found: ChecksumFindings, _ expected: ReferenceCompletion, _ frame: [UInt8]
) throws {
  try require(
    found.partial == expected.partial && found.wrong == expected.wrong
      && found.completesLength == expected.completesLength
      && found.changesFrame == (expected.octets != frame),
    "\(found), expected \(expected.partial), \(expected.wrong), \(expected.completesLength)")
}

/// The frame check sequence of Ethernet, bit by bit (IEEE 802.3, clause 3.2.9).
private func checkSequence(_ octets: [UInt8]) throws {
  let octets = Array(octets.prefix(1_000))
  var remainder = UInt32.max
  for octet in octets {
    remainder ^= UInt32(octet)
    for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
  let found = EthernetFrameCheckSequence.value(of: OctetBlock(octets).octets)
  try require(found == ~remainder, "sequence \(found), expected \(~remainder)")
  let sequence = (0..<4).map { UInt8(truncatingIfNeeded: ~remainder >> (8 * UInt32($0))) }
  let isRight = EthernetFrameCheckSequence.isValid(OctetBlock(octets + sequence).octets)
  let isWrong = EthernetFrameCheckSequence.isValid(OctetBlock(octets + sequence.reversed()).octets)
  try require(isRight && isWrong == (sequence == sequence.reversed()), "validity of a sequence")
}

/// A frame of another length is not the one that was planned.
private func requireChanged(_ plan: ChecksumPlan, _ octets: [UInt8]) throws {
  let longer = OctetBlock(octets + [0])
  var target = longer.mutableOctets
  let error = SegmentationError.frameLengthChanged(planned: octets.count, given: longer.count)
  let again = outcome { () throws(SegmentationError) in
    try ChecksumPlan(of: longer.octets, layout: plan.layout, fields: .transport)
  }
  try require(again == .failure(error), "a layout of a shorter frame: \(again)")
  let findings = outcome { () throws(SegmentationError) in try plan.findings(in: longer.octets) }
  let applied = outcome { () throws(SegmentationError) in try plan.apply(to: &target) }
  try require(
    findings == .failure(error) && applied == .failure(error), "a longer frame: \(findings)")
}

/// The same without a plan, by a layout.
private func checkPartial(
  _ plan: ChecksumPlan, expected: ReferenceCompletion, _ frame: OctetBlock
) throws {
  try check(plan.layout.checksumFindings(of: frame.octets), expected, frame.array)
  let copy = OctetBlock(frame.array)
  var target = copy.mutableOctets
  _ = plan.layout.completePartialChecksums(in: &target)
  try requireEqual(copy.array, expected.octets, "partial checksums")
}

extension ReferencePackets {
  /// True if a checksum is to be computed that the frame does not have.
  fileprivate func refuses(_ fields: ChecksumPlan.Fields) -> Bool {
    guard fields != .partial else { return false }
    guard let inner, let outermost else { return true }
    guard fields.contains(.transport) else { return false }
    for packet in [outermost, inner] {
      if packet.isMissing || packet.isFragment || packet.hasJumboOption { return true }
      if packet.hasExcessSegments { return true }
    }
    guard hasTransport, !isNested else { return true }
    if inner.upperProtocol == 17 {
      let declared = octets.word(inner.upperOffset + 4)
      let available = inner.end - inner.upperOffset
      let isSound = declared == 0 || declared >= 8 && declared <= available
      if !isSound, available <= 65_535 { return true }
    }
    return outermost.end - outermost.offset > 65_535 + (outermost.version == 6 ? 40 : 0)
  }
}
