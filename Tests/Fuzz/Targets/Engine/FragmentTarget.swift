import GsoEngine
import WireFormats

/// IP fragments of any frame: what a receiver reassembles is the packet, with the checksums that
/// the reference completes, and what the reference refuses is refused.
func attackFragmentation(_ input: [UInt8]) throws {
  var choices = Choices(input)
  let (link, tunnels) = (choices.link(), choices.tunnels())
  let kind = choices.octet()
  var request = FragmentationRequest(mtu: choices.size(kind), identification: choices.double())
  if case .mtu(let size) = request.size, kind & 1 != 0 {
    let payload = kind & 2 != 0 ? size & ~7 : size
    request.size =
      kind & 4 != 0 ? .payloadWithinMTU(payload: payload, mtu: 1_500) : .payload(payload)
  }
  request.rules = kind & 8 != 0 ? .linux : .standard
  let choice = choices.octet()
  request.rules.options = choice & 1 != 0 ? .all : .copiedFlag
  request.rules.zeroUDPChecksum = choice & 2 != 0 ? .copied : .computeAnyway
  let sums: [FragmentationRules.Checksum] = [.completePartial, .compute, .copy, .completePartial]
  request.rules.checksum = sums[Int(choice >> 2 & 3)]
  request.rules.dontFragment = choice & 16 != 0 ? .cleared : .refused
  request.rules.fragments = choice & 32 != 0 ? .fragmentedAgain : .refused
  useKernel(choice)
  let frame = choices.frame()
  let (span, octets) = (frame.octets, frame.array)
  let plan = outcome { () throws(SegmentationError) in
    try FragmentationPlan(of: span, link: link, tunnels: tunnels, request: request)
  }
  let array = outcome { () throws(SegmentationError) in
    try FragmentationPlan(of: octets, link: link, tunnels: tunnels, request: request)
  }
  try require(plan == array, "an array is planned differently: \(plan), \(array)")
  let packets = ReferencePackets(octets, link, tunnels)
  let reference = packets.flatMap { ReferenceFragments($0, request) }
  switch plan {
  case .failure(let error):
    try require(!error.description.isEmpty, "an error without a text")
    try require(reference == nil, "refused, and the reference grants it: \(error)")
  case .success(let plan):
    guard let reference else {
      throw Finding("planned, and the reference refuses it: \(plan.layout)")
    }
    // Of very many fragments only some.
    let all = 0..<min(plan.count, max(3, 100_000 / max(1, plan[0].frameLength)))
    let byteCount = plan.outputRange(of: all.upperBound - 1).upperBound
    let output = OctetBlock(count: byteCount, shift: Int(choice) & 7)
    var target = output.mutableOctets
    let written = try plan.render(span, segments: all, into: &target)
    try require(written == byteCount, "octets of fragments")
    var short = OctetBlock(count: byteCount - 1).mutableOctets
    let tooLittle = outcome { () throws(SegmentationError) in
      try plan.render(span, segments: all, into: &short)
    }
    try require(
      tooLittle == .failure(.outputTooSmall(needed: byteCount, available: byteCount - 1)),
      "too little room for fragments: \(tooLittle)")
    let frames = all.map { output.array(plan.outputRange(of: $0)) }
    try require(plan.map(\.frameLength).prefix(all.count) == frames.map(\.count)[...], "lengths")
    try reference.check(frames, of: plan)
    if all.count == plan.count {
      var arena = try SegmentArena(byteCount: byteCount, slotCount: all.count)
      try plan.render(octets, into: &arena)
      try require(arena.count == all.count, "\(arena.count) fragments in an arena")
    }
    var arena = try SegmentArena(byteCount: byteCount, slotCount: all.count)
    let some = (all.count / 3)..<(all.count / 3 + (all.count + 1) / 2)
    try plan.render(span, segments: some, into: &arena)
    for (position, index) in some.enumerated() {
      try requireEqual(arena.frame(position), frames[index], "fragment \(index) in an arena")
    }
  }
}
