import GsoEngine
import WireFormats

/// NDIS records: one that fits the frame gives the plan of the same request, any other is refused.
func attackNdisRecords(_ input: [UInt8]) throws {
  var choices = Choices(input)
  let (request, choice, selector) = (choices.request(), choices.octet(), choices.word())
  let frame = choices.frame()
  let span = frame.octets
  guard case .payload(let size) = request.size else { return }
  let reference = ReferenceFrame(frame.array, .ethernet, .wellKnown)
  let version: NetworkLayout.Version = choice & 1 != 0 ? .ipv4 : .ipv6
  let kinds: [NdisOffloadRecord.Kind] = [
    .largeSendV1, .largeSendV2(version), .udpSegmentation(version),
  ]
  let offset = choice & 0x80 != 0 ? Int(selector & 0x3FF) : reference?.givenTransportOffset ?? 0
  let kind = kinds[Int(choice >> 1) % 3]
  let record = NdisOffloadRecord(kind, maximumSegmentSize: size, headerOffset: offset)
  let described = outcome { () throws(SegmentationError) in
    try SegmentationPlan(
      of: span, describedBy: record, checksum: request.checksum, rules: request.rules)
  }
  let plain = outcome { () throws(SegmentationError) in
    try SegmentationPlan(
      of: span,
      request: SegmentationRequest(
        segmentSize: size, checksum: request.checksum, rules: request.rules))
  }
  let fits = reference.map { record.fits($0) } ?? false
  switch (described, plain) {
  case (.success(let described), .success(let plain)):
    try require(fits, "a record that does not fit the frame is accepted: \(record)")
    try require(described == plain, "a record changes the plan")
    if request.checksum != .copied, plain.totalFrameLength < 200_000 {
      for lengths in NdisHandOff.Lengths.allCases { try handOff(plain, frame, lengths) }
    }
  case (.failure(.metadata(let error)), .success):
    try require(!fits, "a record that fits the frame is refused: \(error)")
    try require(!error.description.isEmpty, "an error without a text")
  case (.failure(let one), .failure(let other)):
    try require(one == other, "another error: \(one), \(other)")
  default:
    throw Finding("a record is \(described), the request is \(plain)")
  }
}

/// A miniport that gets the frame with its record makes the same segments.
private func handOff(
  _ plan: SegmentationPlan, _ frame: OctetBlock, _ lengths: NdisHandOff.Lengths
) throws {
  let longer = try? NdisHandOff(frame.array + [0], segmentedAs: plan, lengths: lengths)
  try require(longer == nil, "a longer frame is handed off")
  let handed: NdisHandOff
  do throws(SegmentationError) {
    handed = try NdisHandOff(frame.array, segmentedAs: plan, lengths: lengths)
  } catch {
    let isDescribable = plan.layout.tunnel == nil && plan.payloadRange.lowerBound < 1_000
    return try require(!isDescribable, "a frame is not handed off: \(error)")
  }
  let other = try SegmentationPlan(
    of: handed.frame, describedBy: handed.record, checksum: plan.checksum, rules: plan.rules)
  try require(other.count == plan.count, "a hand-off gives \(other.count) segments")
  let mine = OctetBlock(count: plan.totalFrameLength)
  let theirs = OctetBlock(count: other.totalFrameLength)
  var target = mine.mutableOctets
  try plan.render(frame.octets, into: &target)
  var otherTarget = theirs.mutableOctets
  try other.render(handed.frame.octets, into: &otherTarget)
  try requireEqual(theirs.array, mine.array, "segments of a hand-off, lengths \(lengths)")
}

extension NdisOffloadRecord {
  /// True if the record has the protocol and the offset of a frame.
  fileprivate func fits(_ frame: ReferenceFrame) -> Bool {
    let version: NetworkLayout.Version = frame.inner.version == 4 ? .ipv4 : .ipv6
    guard headerOffset == frame.givenTransportOffset else { return false }
    switch kind {
    case .largeSendV1: return frame.isTCP && version == .ipv4
    case .largeSendV2(let wanted): return frame.isTCP && version == wanted
    case .udpSegmentation(let wanted): return !frame.isTCP && version == wanted
    }
  }
}
