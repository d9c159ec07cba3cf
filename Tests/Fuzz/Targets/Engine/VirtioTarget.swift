import GsoEngine
import WireFormats

/// virtio-net headers of all forms before any frame: check, action and hand-off agree with
/// each other and with the reference.
func attackVirtioNetHeaders(_ input: [UInt8]) throws {
  var choices = Choices(input)
  let form = choices.pick(VirtioNetHeader.Form.allCases)
  let link = choices.link()
  let checksum = choices.pick([
    SegmentationRequest.Checksum.complete, .complete, .pseudoHeader, .copied,
  ])
  let (rules, choice, selector) = (choices.rules(), choices.octet(), choices.word())
  let octets = OctetBlock(choices.take(24))
  let header: VirtioNetHeader
  do throws(WireError) {
    header = try VirtioNetHeader(parsing: octets.octets, form: form)
  } catch {
    try require(octets.count < form.byteCount, "a header of \(octets.count) octets is refused")
    return
  }
  try require(octets.count >= form.byteCount, "a header of \(octets.count) octets is read")
  try checkOctets(header, form)
  useKernel(choice)
  var request = SegmentationRequest(
    segmentSize: Int(header.gsoSize), checksum: checksum, rules: rules)
  if header.flags.contains(.udpTunnelChecksum) { request.outerChecksum = .complete }
  try VirtioAttack(
    header: header, link: link, request: request, identification: UInt32(selector),
    frame: choices.frame()
  ).run()
}

/// The octets of a header are read back as the same header, and too little room is refused.
private func checkOctets(_ header: VirtioNetHeader, _ form: VirtioNetHeader.Form) throws {
  let written = try VirtioNetHeader(parsing: header.octets(form: form), form: form)
  try require(written == header, "another header is read back")
  let small = OctetBlock(count: form.byteCount - 1)
  var target = small.mutableOctets
  let isWritten = (try? header.write(to: &target, form: form)) != nil
  try require(!isWritten, "a header is written into too little room")
}

/// A header, and the frame after it.
private struct VirtioAttack {
  let header: VirtioNetHeader
  let link: LinkLayer
  let request: SegmentationRequest
  let identification: UInt32
  let frame: OctetBlock

  func run() throws {
    let (span, octets) = (frame.octets, frame.array)
    let action = outcome { () throws(SegmentationError) in
      try OffloadAction(
        on: span, describedBy: header, link: link, checksum: request.checksum,
        rules: request.rules, fragmentIdentification: identification)
    }
    let check = OffloadAction.check(span, describedBy: header, link: link, rules: request.rules)
    let array = OffloadAction.check(octets, describedBy: header, link: link, rules: request.rules)
    try require(check == array, "an array is checked differently: \(check), \(array)")
    switch (action, check) {
    case (.failure(let one), .failure(let other)):
      try require(one == other, "another error: \(one), \(other)")
      try require(!one.description.isEmpty, "an error without a text")
      try checkRefusal(one, octets)
    case (.success(let action), .success(let count)):
      try require(action.frameCount == count, "another number of frames")
      try perform(action, octets)
    default:
      throw Finding("the check says \(check), the action is \(action)")
    }
  }

  private var isTunnel: Bool { header.gsoType.isTunnel }

  private func reference(_ octets: [UInt8]) -> ReferenceFrame? {
    ReferenceFrame(
      octets, link, TunnelRecognition(linkHeaders: false),
      innerOffset: isTunnel ? Int(header.innerNetworkOffset) : nil,
      isDescribed: true)
  }

  /// Segmentation that the reference grants is refused only for what the header says.
  private func checkRefusal(_ error: SegmentationError, _ octets: [UInt8]) throws {
    if case .metadata = error { return }
    let isSegmentation = header.gsoType.base != .none && header.gsoType.base != .udp
    let isGranted = reference(octets).map { !$0.isRefused(request) } ?? false
    try require(!isSegmentation || !isGranted, "refused, and the reference grants it: \(error)")
  }

  private func perform(_ action: OffloadAction, _ octets: [UInt8]) throws {
    switch action {
    case .unmodified:
      try require(try action.frames(of: octets) == [octets], "an unmodified frame is modified")
    case .checksum(let completion):
      try checkCompletion(completion, octets, try action.frames(of: octets))
    case .segmentation(let plan):
      guard plan.totalFrameLength < 200_000 else { return }
      try checkSegments(plan, octets, try action.frames(of: octets))
    case .fragmentation(let plan):
      guard plan.count < 1_000 else { return }
      let fragments = FragmentationRequest(
        fragmentSize: Int(header.gsoSize), identification: identification, rules: .linux)
      let packets = ReferencePackets(octets, link, TunnelRecognition(linkHeaders: false))
      guard let reference = packets.flatMap({ ReferenceFragments($0, fragments) }) else {
        throw Finding("fragmented, and the reference refuses it")
      }
      try reference.check(try action.frames(of: octets), of: plan)
    }
  }

  /// Sums all octets from the start to the end of the frame, and never stores 0.
  private func checkCompletion(
    _ completion: ChecksumCompletion, _ octets: [UInt8], _ frames: [[UInt8]]
  ) throws {
    try require(header.flags.contains(.needsChecksum), "a checksum that was not asked for")
    let (start, offset) = (Int(header.checksumStart), Int(header.checksumOffset))
    try require(completion.start == start && completion.offset == offset, "place of a checksum")
    var expected = octets
    let checksum = ~octets.onesSum(start..<octets.count) & 0xFFFF
    expected.setWord(checksum == 0 ? 0xFFFF : checksum, at: start + offset)
    try requireEqual(frames[0], expected, "a completed checksum")
    let longer = OctetBlock(octets + [0])
    var target = longer.mutableOctets
    do throws(SegmentationError) { try completion.apply(to: &target) } catch {
      return try require(
        error == .frameLengthChanged(planned: octets.count, given: longer.count),
        "a longer frame: \(error)")
    }
    throw Finding("a checksum of a longer frame is completed")
  }

  private func checkSegments(
    _ plan: SegmentationPlan, _ octets: [UInt8], _ frames: [[UInt8]]
  ) throws {
    guard let reference = reference(octets), !reference.isRefused(request) else {
      throw Finding("planned, and the reference refuses it: \(plan.layout)")
    }
    try require(frames.count == plan.count, "number of segments")
    for (index, frame) in frames.enumerated() {
      let expected = reference.segment(
        index, of: plan.count, size: plan.segmentSize, request, isDescribed: true)
      try requireEqual(frame, expected, "segment \(index) of \(plan.count)")
    }
    if header.flags.contains(.needsChecksum) {
      try require(
        Int(header.checksumStart) == reference.givenTransportOffset, "a wrong start is accepted")
    }
    let base = header.gsoType.base
    let tcp: VirtioNetHeader.GsoType = reference.inner.version == 4 ? .tcpv4 : .tcpv6
    try require(base == (reference.isTCP ? tcp : .udpL4), "a wrong type is accepted")
    try handOff(plan, octets, frames)
  }

  /// Another receiver that takes the frame with its header makes the same segments.
  private func handOff(
    _ plan: SegmentationPlan, _ octets: [UInt8], _ frames: [[UInt8]]
  ) throws {
    guard request.rules == .linux, request.checksum == .complete,
      let handed = try? VirtioHandOff(octets, segmentedAs: plan)
    else { return }
    let longer = try? VirtioHandOff(octets + [0], segmentedAs: plan)
    try require(longer == nil, "a longer frame is handed off")
    let header = try VirtioNetHeader(
      parsing: handed.header.octets(form: .udpTunnel), form: .udpTunnel)
    let action = try OffloadAction(on: handed.frame, describedBy: header, link: link)
    let again = try action.frames(of: handed.frame)
    try require(again.count == frames.count, "a hand-off gives \(again.count) segments")
    for (index, frame) in again.enumerated() {
      try requireEqual(frame, frames[index], "segment \(index) of a hand-off")
    }
  }
}
