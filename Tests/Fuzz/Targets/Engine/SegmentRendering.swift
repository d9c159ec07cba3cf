import GsoEngine
import WireFormats

/// The segments of a plan, written in each way that there is.
struct SegmentRendering {
  private let plan: SegmentationPlan
  private let reference: ReferenceFrame
  private let attack: SegmentationAttack
  /// The segments that are looked at: of very many only some.
  private let all: Range<Int>
  private let needed: Int

  init(_ plan: SegmentationPlan, _ reference: ReferenceFrame, _ attack: SegmentationAttack) {
    (self.plan, self.reference, self.attack) = (plan, reference, attack)
    all = plan.someSegments(attack.selector, octetLimit: 100_000)
    needed = plan.byteCount(of: all)
  }

  private func range(_ index: Int) -> Range<Int> {
    let start = plan.outputRange(of: all.lowerBound).lowerBound
    let range = plan.outputRange(of: index)
    return (range.lowerBound - start)..<(range.upperBound - start)
  }

  func check(_ frame: ScatteredFrame, _ headers: borrowing LinearHeaders) throws {
    let span = attack.block.octets
    // Into exactly as much memory as it takes.
    let output = OctetBlock(count: needed, shift: Int(attack.selector) & 7)
    var target = output.mutableOctets
    let written = try plan.render(span, segments: all, into: &target)
    try require(written == needed, "\(written) octets written, \(needed) needed")
    for index in all {
      let expected = reference.segment(
        index, of: plan.count, size: plan.segmentSize, attack.request)
      try requireEqual(
        output.array(range(index)), expected, "segment \(index) of \(plan.count)")
      try checkDescription(plan[index], expected)
    }

    let headerBlock = OctetBlock(
      count: all.count * plan.headerLength, shift: Int(attack.choice) & 7)
    var headerTarget = headerBlock.mutableOctets
    try plan.renderHeaders(span, segments: all, into: &headerTarget)
    for index in all {
      let at = (index - all.lowerBound) * plan.headerLength
      let expected = output.array(range(index)).prefix(plan.headerLength)
      try requireEqual(
        headerBlock.array(at..<(at + plan.headerLength)), Array(expected), "headers of \(index)")
    }

    try renderFront(headerBlock.array)
    try renderTooLittle(frame, headers)
    let scatteredOutput = OctetBlock(count: needed)
    var scatteredTarget = scatteredOutput.mutableOctets
    try plan.render(frame, headers: headers, segments: all, into: &scatteredTarget)
    try requireEqual(scatteredOutput.array, output.array, "the scattered frame")
    try fillArena(frame, headers, output)
  }

  /// Headers need no payload, unless a checksum covers it.
  private func renderFront(_ expected: [UInt8]) throws {
    let front = OctetBlock(Array(attack.octets.prefix(plan.payloadRange.lowerBound)))
    let output = OctetBlock(count: expected.count)
    var target = output.mutableOctets
    let written = outcome { () throws(SegmentationError) in
      try plan.renderHeaders(front: front.octets, segments: all, into: &target)
    }
    guard plan.checksum != .complete || front.count == attack.octets.count else {
      let error = SegmentationError.frameLengthChanged(
        planned: attack.octets.count, given: front.count)
      return try require(written == .failure(error), "headers without payload: \(written)")
    }
    // A checksum of a tunnel covers the payload as well.
    guard reference.tunnel == nil else { return }
    var short = OctetBlock(count: expected.count - 1).mutableOctets
    let tooLittle = outcome { () throws(SegmentationError) in
      try plan.renderHeaders(front: front.octets, segments: all, into: &short)
    }
    try require(
      tooLittle
        == .failure(.outputTooSmall(needed: expected.count, available: expected.count - 1)),
      "too little room for headers of a front: \(tooLittle)")
    try require(written == .success(expected.count), "headers of a front: \(written)")
    try requireEqual(output.array, expected, "headers of a front")
  }

  /// One octet less than it takes.
  private func renderTooLittle(
    _ frame: ScatteredFrame, _ headers: borrowing LinearHeaders
  ) throws {
    let span = attack.block.octets
    let short = OctetBlock(count: needed - 1)
    var target = short.mutableOctets
    let error = SegmentationError.outputTooSmall(needed: needed, available: needed - 1)
    let whole = outcome { () throws(SegmentationError) in
      try plan.render(span, segments: all, into: &target)
    }
    let scattered = outcome { () throws(SegmentationError) in
      try plan.render(frame, headers: headers, segments: all, into: &target)
    }
    try require(whole == .failure(error), "too little room for a frame: \(whole)")
    try require(scattered == .failure(error), "too little room, scattered: \(scattered)")
    let room = all.count * plan.headerLength - 1
    var headerTarget = OctetBlock(count: room).mutableOctets
    let tooFew = outcome { () throws(SegmentationError) in
      try plan.renderHeaders(span, segments: all, into: &headerTarget)
    }
    try require(
      tooFew == .failure(.outputTooSmall(needed: room + 1, available: room)),
      "too little room for headers: \(tooFew)")
    let beyond = plan.count..<(plan.count + 1)
    let outside = outcome { () throws(SegmentationError) in
      try plan.render(span, segments: beyond, into: &target)
    }
    try require(
      outside == .failure(.segmentsOutOfRange(beyond, count: plan.count)),
      "segments that are not there: \(outside)")
  }

  /// What a segment says of itself.
  private func checkDescription(_ segment: Segment, _ expected: [UInt8]) throws {
    let inner = reference.inner
    let identification = inner.version == 4 ? expected.word(inner.offset + 4) : nil
    try require(segment.identification.map { Int($0) } == identification, "identification")
    if let outer = reference.outer {
      let identification = outer.version == 4 ? expected.word(outer.offset + 4) : nil
      try require(
        segment.outerIdentification.map { Int($0) } == identification, "outer identification")
    }
    if reference.isTCP {
      let at = reference.transportOffset
      try require(segment.sequenceNumber == expected.double(at + 4), "sequence number")
      try require(
        Int(segment.tcpFlags.rawValue) & 0x1FF == expected.word(at + 12) & 0x1FF, "TCP flags")
    }
    try require(segment.frameLength == expected.count, "length of a segment")
  }

  /// Some of the segments, into an arena that has a frame already, or too little room.
  private func fillArena(
    _ frame: ScatteredFrame, _ headers: borrowing LinearHeaders, _ output: OctetBlock
  ) throws {
    let (choice, selector) = (attack.choice, Int(attack.selector))
    let low = all.lowerBound + (selector >> 8) % (all.count + 1)
    let some = low..<(low + Int(choice) % (all.upperBound - low + 1))
    let room = selector & 0x1F == 7 ? needed / 2 : needed
    var arena = try SegmentArena(
      byteCount: room + 5, slotCount: choice & 0x11 == 0x11 ? 3 : all.count + 1)
    let mark: [UInt8] = [1, 2, 3, 4, 5]
    try arena.append(OctetBlock(mark).octets)
    let before = (arena.freeSlotCount, arena.usedByteCount)
    do throws(SegmentationError) {
      switch selector & 3 {
      case 0: try plan.render(attack.block.octets, segments: some, into: &arena)
      case 1: try plan.render(frame, headers: headers, segments: some, into: &arena)
      case 2: try plan.renderHeaders(attack.block.octets, segments: some, into: &arena)
      default: try anyPlan(plan, attack.block.octets, some, &arena)
      }
    } catch {
      try require(
        room < needed || choice & 0x11 == 0x11, "an arena with enough room refuses: \(error)")
      try require(
        arena.count == 1 && (arena.freeSlotCount, arena.usedByteCount) == before,
        "half a result in an arena")
      return
    }
    try require(arena.count == some.count + 1, "frames of an arena")
    for (position, index) in some.enumerated() {
      let whole = output.array(range(index))
      let expected = selector & 3 == 2 ? Array(whole.prefix(plan.headerLength)) : whole
      try requireEqual(arena.frame(position + 1), expected, "segment \(index) in an arena")
    }
    try requireEqual(arena.frame(0), mark, "the frame before it")
  }
}

/// A plan as code without knowledge of its kind writes it.
private func anyPlan(
  _ plan: some FramePlan, _ frame: RawSpan, _ segments: Range<Int>, _ arena: inout SegmentArena
) throws(SegmentationError) {
  try plan.render(frame, segments: segments, into: &arena)
}

extension SegmentationPlan {
  /// As many segments as fill `octetLimit` octets, three at least, from one that a number chooses.
  func someSegments(_ selector: UInt16, octetLimit: Int) -> Range<Int> {
    let limit = Swift.max(3, octetLimit / Swift.max(1, fullFrameLength))
    let first = count > limit ? Int(selector) % (count - limit + 1) : 0
    return first..<Swift.min(count, first + limit)
  }

  /// The octets of consecutive segments, one at least.
  func byteCount(of segments: Range<Int>) -> Int {
    outputRange(of: segments.upperBound - 1).upperBound
      - outputRange(of: segments.lowerBound).lowerBound
  }
}
