import GsoEngine
import WireFormats

/// Octets that change between plan and render, as memory that is shared with a guest may: nothing
/// is read or written outside of the frame and the output, and the lengths are those of the plan.
func attackChangingFrames(_ input: [UInt8]) throws {
  var choices = Choices(input)
  let (link, tunnels, request) = (choices.link(), choices.tunnels(), choices.request())
  let (choice, selector) = (choices.octet(), choices.word())
  let edits = choices.take(16)
  let frame = choices.frame()
  guard frame.count > 0 else { return }
  useKernel(choice)
  let span = frame.octets
  let memory = ScatteredInput(frame.array, seed: choice)
  let scattered = try memory.frame
  try refuseSizes(selector, frame.count)
  var headers = try LinearHeaders(byteCount: 0)
  let plan = try? SegmentationPlan(
    of: scattered, headers: &headers, link: link, tunnels: tunnels, request: request)
  let checksums = try? ChecksumPlan(
    of: span, link: link, tunnels: tunnels, fields: .init(rawValue: choice & 7),
    rules: request.rules)
  var fragments = FragmentationRequest(mtu: 0, rules: choice & 8 != 0 ? .linux : .standard)
  fragments.size = request.size
  fragments.rules.options = choice & 16 != 0 ? .all : .copiedFlag
  let fragmentation = try? FragmentationPlan(
    of: span, link: link, tunnels: tunnels, request: fragments)
  guard plan != nil || checksums != nil || fragmentation != nil else { return }

  change(frame, memory, edits, fill: choice & 0x40 != 0 ? UInt8(selector & 0xFF) : nil)
  if let plan {
    let write = ChangedSegments(plan: plan, link: link, request: request, selector: selector)
    if plan.payloadRange.lowerBound == plan.headerLength {
      try write.render(frame)
      try write.render(scattered, headers, frameLength: frame.count)
    } else {
      // A jumbo payload option is left out, and headers that changed may be none.
      do throws(SegmentationError) { try write.renderAny(frame.octets) } catch {
        try require(!error.description.isEmpty, "an error without a text")
      }
    }
    // The layout of one frame for another one of the same length.
    _ = try? SegmentationPlan(of: span, layout: plan.layout, request: request)
    _ = try? FragmentationPlan(of: span, layout: plan.layout, request: fragments)
    _ = plan.layout.transportChecksum(of: span)
    if frame.count < 3_000 { _ = try? VirtioHandOff(frame.array, segmentedAs: plan) }
  }
  if let checksums {
    var target = OctetBlock(frame.array).mutableOctets
    try checksums.apply(to: &target)
    let other = LinearHeaders(reading: scattered, link)
    _ = try? checksums.findings(in: scattered, headers: other)
    var arena = try SegmentArena(byteCount: frame.count, slotCount: 1)
    try checksums.render(scattered, into: &arena)
  }
  if let fragmentation, fragmentation.count < 2_000 {
    let output = OctetBlock(count: fragmentation.totalFrameLength)
    var target = output.mutableOctets
    let written = try fragmentation.render(span, into: &target)
    try require(written == output.count, "octets of changed fragments")
    let longer = OctetBlock(count: frame.count + 1)
    let error = SegmentationError.frameLengthChanged(planned: frame.count, given: longer.count)
    let other = outcome { () throws(SegmentationError) in
      try fragmentation.render(longer.octets, into: &target)
    }
    try require(other == .failure(error), "fragments of a longer frame: \(other)")
    let again = outcome { () throws(SegmentationError) in
      try FragmentationPlan(of: longer.octets, layout: fragmentation.layout, request: fragments)
    }
    try require(again == .failure(error), "a layout of a shorter frame: \(again)")
  }
}

/// Sizes that no memory has, and buffers outside of it.
private func refuseSizes(_ selector: UInt16, _ count: Int) throws {
  let size = [-1, .max, .min, 1_073_741_825, 16_777_217, 0][Int(selector) % 6]
  let arena = outcome { () throws(SegmentationError) in
    _ = try SegmentArena(byteCount: size, slotCount: size)
  }
  if case .success = arena { throw Finding("an arena of \(size) octets and slots") }
  let bytes = outcome { () throws(SegmentationError) in
    _ = try SegmentArena(byteCount: 8, slotCount: size)
  }
  try require(
    bytes.isSuccess == SegmentArena.slotCountRange.contains(size), "an arena of \(size) slots")
  let headers = outcome { () throws(SegmentationError) in _ = try LinearHeaders(byteCount: size) }
  try require(
    headers.isSuccess == LinearHeaders.byteCountRange.contains(size), "\(size) octets of headers")
  let memory = OctetBlock(count: min(count, 100))
  let low = Int(selector & 0xFF) - 20
  let buffers = [0..<memory.count, low..<(low + Int(selector >> 8))]
  let isInside = buffers[1].lowerBound >= 0 && buffers[1].upperBound <= memory.count
  let isTaken = (try? ScatteredFrame(memory: memory.octets, buffers: buffers.span)) != nil
  try require(isTaken == isInside, "the buffer \(buffers[1]) of \(memory.count) octets")
}

extension Result {
  fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }
}

/// Changes the front of a frame, in one piece and scattered.
private func change(
  _ frame: OctetBlock, _ memory: ScatteredInput, _ edits: [UInt8], fill: UInt8?
) {
  let front = min(frame.count, 200)
  if let fill { for at in 0..<front { frame.store(fill, at: at) } }
  var at = 0
  for pair in stride(from: 0, to: edits.count - 1, by: 2) {
    at = (at + Int(edits[pair])) % front
    frame.store(edits[pair + 1], at: at)
    memory.store(edits[pair + 1], at: at)
  }
}

/// Segments of a plan whose frame has changed since.
private struct ChangedSegments {
  let plan: SegmentationPlan
  let link: LinkLayer
  let request: SegmentationRequest
  let selector: UInt16

  func render(_ frame: OctetBlock) throws {
    let some = plan.someSegments(selector, octetLimit: 60_000)
    let output = OctetBlock(count: plan.byteCount(of: some), shift: Int(selector) & 7)
    var target = output.mutableOctets
    let written = try plan.render(frame.octets, segments: some, into: &target)
    try require(written == output.count, "octets of changed segments")
    var headers = OctetBlock(count: some.count * plan.headerLength).mutableOctets
    try plan.renderHeaders(frame.octets, segments: some, into: &headers)
    let shorter = OctetBlock(Array(frame.array.dropLast()))
    let layout = outcome { () throws(SegmentationError) in
      try SegmentationPlan(of: shorter.octets, layout: plan.layout, request: request)
    }
    let error = outcome { () throws(SegmentationError) in
      try plan.render(shorter.octets, segments: some, into: &target)
    }
    let expected = SegmentationError.frameLengthChanged(
      planned: frame.count, given: shorter.count)
    try require(error == .failure(expected), "a frame of another length: \(error)")
    try require(layout == .failure(expected), "a layout of another length: \(layout)")
    let front = OctetBlock(Array(frame.array.prefix(plan.payloadRange.lowerBound - 1)))
    let tooShort = SegmentationError.frameLengthChanged(
      planned: plan.payloadRange.lowerBound, given: front.count)
    let planned = outcome { () throws(SegmentationError) in
      try SegmentationPlan(ofFront: front.octets, layout: plan.layout, request: request)
    }
    let rendered = outcome { () throws(SegmentationError) in
      try plan.renderHeaders(front: front.octets, into: &headers)
    }
    try require(
      planned == .failure(tooShort) && rendered == .failure(tooShort),
      "headers that end too early: \(planned), \(rendered)")
  }

  /// Into enough room, whatever comes of it.
  func renderAny(_ frame: RawSpan) throws(SegmentationError) {
    let some = plan.someSegments(selector, octetLimit: 60_000)
    var target = OctetBlock(count: plan.byteCount(of: some)).mutableOctets
    try plan.render(frame, segments: some, into: &target)
    try plan.renderHeaders(frame, segments: some, into: &target)
  }

  /// With the headers that were planned, and with those of another reading of the frame.
  func render(
    _ frame: ScatteredFrame, _ headers: borrowing LinearHeaders, frameLength: Int
  ) throws {
    let some = plan.someSegments(selector, octetLimit: 60_000)
    var target = OctetBlock(count: plan.byteCount(of: some)).mutableOctets
    try plan.render(frame, headers: headers, segments: some, into: &target)
    let other = LinearHeaders(reading: frame, link)
    _ = try? plan.render(frame, headers: other, segments: some, into: &target)
    let short = ScatteredInput([UInt8](repeating: 0x45, count: Int(selector) % 64), seed: 0)
    let shorter = LinearHeaders(reading: try short.frame, link)
    let isWritten = outcome { () throws(SegmentationError) in
      try plan.render(frame, headers: shorter, segments: some, into: &target)
    }
    let count = Int(selector) % 64
    guard count < plan.headerLength else { return }
    try require(
      isWritten == .failure(.frameLengthChanged(planned: plan.headerLength, given: count)),
      "headers of \(count) octets are enough for \(plan.headerLength)")
  }
}

extension LinearHeaders {
  /// Whatever headers a frame has now; none if they cannot be read.
  fileprivate init(reading frame: ScatteredFrame, _ link: LinkLayer) {
    self.init()
    _ = try? layout(of: frame, link: link, tunnels: .wellKnown)
  }
}
