import GsoEngine
import WireFormats

/// Layout, plan and render of any frame and request: every octet of every segment equals that of
/// the reference, and what the reference refuses is refused.
func attackSegmentation(_ input: [UInt8]) throws {
  var choices = Choices(input)
  let attack = SegmentationAttack(&choices)
  try attack.readLayouts()
  try attack.plan()
}

/// One frame, and what is asked for.
struct SegmentationAttack {
  let link: LinkLayer
  let tunnels: TunnelRecognition
  let request: SegmentationRequest
  let choice: UInt8
  let selector: UInt16
  let block: OctetBlock
  let octets: [UInt8]

  init(_ choices: inout Choices) {
    (link, tunnels, request) = (choices.link(), choices.tunnels(), choices.request())
    (choice, selector) = (choices.octet(), choices.word())
    block = choices.frame()
    octets = block.array
    useKernel(choice)
  }

  /// Plans the frame in each way, and renders it if the reference agrees.
  func plan() throws {
    let span = block.octets
    let plan = outcome { () throws(SegmentationError) in
      try SegmentationPlan(of: span, link: link, tunnels: tunnels, request: request)
    }
    let scattered = ScatteredInput(octets, seed: choice)
    let frame = try scattered.frame
    var headers = try LinearHeaders(byteCount: Int(choice & 3) * 64)
    let other = outcome { () throws(SegmentationError) in
      try SegmentationPlan(
        of: frame, headers: &headers, link: link, tunnels: tunnels, request: request)
    }
    try require(plan == other, "the scattered frame is planned differently: \(plan), \(other)")
    if let layout = try? PacketLayout(parsing: span, link: link, tunnels: tunnels) {
      let third = outcome { () throws(SegmentationError) in
        try SegmentationPlan(of: span, layout: layout, request: request)
      }
      try require(plan == third, "the layout is planned differently: \(plan), \(third)")
      let headerEnd = layout.headerLength ?? layout.network?.upperOffset ?? 0
      let front = OctetBlock(Array(octets.prefix(headerEnd)))
      let fourth = outcome { () throws(SegmentationError) in
        try SegmentationPlan(ofFront: front.octets, layout: layout, request: request)
      }
      try require(plan == fourth, "the front is planned differently: \(plan), \(fourth)")
    }
    let array = outcome { () throws(SegmentationError) in
      try SegmentationPlan(of: octets, link: link, tunnels: tunnels, request: request)
    }
    try require(plan == array, "an array is planned differently: \(plan), \(array)")
    let rules = request.rules
    try require(
      rules.difference(from: .linux).isEmpty == (rules == .linux), "difference of rules")
    let reference = ReferenceFrame(octets, link, tunnels)
    switch plan {
    case .failure(let error):
      try require(!error.description.isEmpty, "an error without a text")
      let isGranted = reference.map { !$0.isRefused(request) } ?? false
      try require(!isGranted, "refused, and the reference grants it: \(error)")
      try checkCause(error)
    case .success(let plan):
      guard let reference, !reference.isRefused(request) else {
        throw Finding("planned, and the reference refuses it: \(plan.layout)")
      }
      try checkPlan(plan, reference)
      try SegmentRendering(plan, reference, self).check(frame, headers)
    }
    try segmentAtOnce()
  }

  /// The numbers of a plan and of its segments.
  private func checkPlan(_ plan: SegmentationPlan, _ reference: ReferenceFrame) throws {
    let (size, payload) = (reference.segmentSize(request.size) ?? 0, reference.payload)
    let count = max(1, (payload.count + size - 1) / max(1, size))
    try require(plan.count == count && plan.segmentSize == size, "count or size of a plan")
    try require(
      plan.payloadRange.lowerBound == payload.lowerBound + reference.omittedLength
        && plan.payloadRange.count == payload.count && plan.headerLength == payload.lowerBound,
      "payload of a plan")
    try require(
      plan.totalFrameLength == count * plan.headerLength + payload.count, "length of all segments")
    if count < 1_000 {
      let sum = plan.reduce(0) { $0 + $1.frameLength }
      try require(sum == plan.totalFrameLength, "segments of \(sum) octets together")
    }
    // Of very many segments only some.
    for index in stride(from: 0, to: count, by: max(1, count / 1_000)) {
      let segment = plan[index]
      let start = plan.payloadRange.lowerBound + index * size
      let end = min(start + size, plan.payloadRange.upperBound)
      try require(segment.payloadRange == start..<end, "segment \(index)")
      try require(
        plan.outputRange(of: index).lowerBound == index * plan.fullFrameLength
          && plan.outputRange(of: index).count == segment.frameLength, "place of segment \(index)")
      try require(
        segment.index == index && segment.isFirst == (index == 0)
          && segment.isLast == (index == count - 1), "position of segment \(index)")
    }
  }

  /// What lies in the frame is refused whatever is asked for.
  private func checkCause(_ error: SegmentationError) throws {
    guard error.cause == .frame else { return }
    let other = try? SegmentationPlan(
      of: block.octets, link: link, tunnels: tunnels,
      request: SegmentationRequest(segmentSize: 1_000))
    try require(other == nil, "\(error) is the frame's fault, and another request is granted")
  }

  /// The simplest call, on frames of a moderate size: no packet exceeds the MTU.
  private func segmentAtOnce() throws {
    guard octets.count < 20_000, case .mtu(let mtu) = request.size else { return }
    let size = choice & 1 != 0 ? Int(selector) : nil
    let frames = try? segment(
      octets, mtu: mtu, segmentSize: size, link: link, tunnels: tunnels, rules: request.rules,
      guessesDatagramSize: request.guessesDatagramSize)
    guard let frames else { return }
    for frame in frames {
      let outermost = TunnelRecognition(linkHeaders: tunnels.linkHeaders)
      let layout = try PacketLayout(parsing: frame, link: link, tunnels: outermost)
      let end = layout.outerNetwork?.end ?? frame.count
      try require(end - layout.linkHeaderLength <= mtu, "segment(_:mtu:) exceeds the MTU")
    }
  }
}
