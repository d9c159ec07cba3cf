import GsoEngine
import WireFormats

/// A coalescer with frames of any kind, at any times: each frame comes out once, alone and
/// unmodified or in a unit that has its payload, in order, and headers that the rules permit.
func attackCoalescers(_ input: [UInt8]) throws {
  var choices = Choices(input)
  useKernel(choices.octet())
  var request = CoalescingRequest(rules: choices.coalescingRules())
  (request.link, request.recognition) = (choices.link(), choices.tunnels())
  let kind = choices.octet()
  request.checksum = [.complete, .complete, .pseudoHeader, .zero][Int(kind & 3)]
  if kind & 4 != 0 { request.window = kind & 8 != 0 ? choices.quad() : UInt64(choices.word()) }
  // A flow has 64 KB, and each attack sets all of it.
  request.flowCapacity = [16, 1, 2, 3][Int(kind >> 4 & 3)]
  if kind & 0xC0 == 0xC0 { request.flowCapacity = choices.pick([0, -1, 65_537, .max, .min, 100]) }
  let attack: CoalescerAttack
  do throws(CoalescingError) { attack = try CoalescerAttack(request, &choices) } catch {
    try require(
      !CoalescingRequest.flowCapacityRange.contains(request.flowCapacity),
      "\(request.flowCapacity) flows are refused")
    return try require(!error.description.isEmpty, "an error without a text")
  }
  let rules = request.rules
  try require(
    rules.difference(from: .ndis).isEmpty == (rules == .ndis), "difference of rules")
  var steps = 0
  while !choices.isEmpty, steps < 150, attack.model.octetCount < 400_000 {
    steps += 1
    try attack.step(&choices)
  }
  try attack.end()
}

/// A coalescer, and what it has to deliver.
private final class CoalescerAttack {
  private var coalescer: Coalescer
  private var templates: [FrameTemplate] = []
  private(set) var model: CoalescerModel

  init(_ request: CoalescingRequest, _ choices: inout Choices) throws(CoalescingError) {
    coalescer = try Coalescer(request)
    model = CoalescerModel(request)
    for _ in 0...(choices.small() & 3) {
      let (count, payload) = (Int(choices.word()) % 1_024, Int(choices.word()) % 4_096)
      templates.append(
        FrameTemplate(
          choices.take(count), payloadCount: payload, link: request.link,
          tunnels: model.recognition))
    }
  }

  func step(_ choices: inout Choices) throws {
    let call = choices.octet()
    switch call {
    case 0..<216: return try receive(Int(call) % templates.count, &choices)
    case 216..<222: coalescer.flush { self.model.deliver($0) }
    case 222..<230: coalescer.endBatch { self.model.deliver($0) }
    case 230..<238:
      let index = choices.small() % templates.count
      var template = templates[index]
      let block = OctetBlock(template.next(.init(payloadCount: choices.small() & 1)))
      coalescer.flush(flowOf: block.octets) { self.model.deliver($0) }
    case 238..<246:
      let time = choices.time(after: coalescer.now)
      model.advance(to: time)
      coalescer.advance(to: time) { self.model.deliver($0) }
    default:
      guard let deadline = coalescer.nextDeadline else { return }
      let time = deadline &- UInt64(call & 1)
      model.advance(to: time)
      coalescer.advance(to: time) { self.model.deliver($0) }
    }
    try model.check(coalescer)
    if 216..<230 ~= call { try model.requireNothingHeld() }
  }

  private func receive(_ index: Int, _ choices: inout Choices) throws {
    let how = choices.octet()
    var progress = FrameTemplate.Progress(payloadCount: templates[index].payloadCount)
    if how & 1 != 0 { progress.sequenceStep = UInt32(choices.word()) &- 0x4000 }
    if how & 2 != 0 { progress.identificationStep = choices.pick([0, 0, 2, 0xFFFF, 1]) }
    if how & 4 != 0 { progress.payloadCount = Int(choices.word()) & 0x3FFF }
    if how & 8 != 0 { progress.edit = (Int(choices.octet()), choices.octet()) }
    let more = how & 0x10 != 0 ? choices.octet() : 0
    progress.fixesLengths = more & 1 == 0
    progress.completesChecksums = more & 2 == 0
    let isPartial = more & 4 != 0
    let time = how & 0x20 != 0 ? choices.time(after: coalescer.now) : coalescer.now
    let block = OctetBlock(templates[index].next(progress), shift: Int(how >> 6))
    model.receive(block.array, at: time, isPartial: isPartial)
    let decision: CoalescingDecision
    if more & 0x18 == 0x18 {
      let header = choices.virtioNetHeader()
      model.describe(header)
      decision = coalescer.receive(block.octets, describedBy: header, at: time) {
        self.model.deliver($0)
      }
    } else {
      decision = coalescer.receive(block.octets, at: time, hasPartialChecksum: isPartial) {
        self.model.deliver($0)
      }
    }
    try model.check(coalescer, after: decision)
  }

  func end() throws {
    coalescer.endBatch { self.model.deliver($0) }
    try model.check(coalescer)
    try model.requireNothingHeld()
    try model.checkAtOnce()
  }
}

extension Choices {
  /// Five octets: a preset, or each rule by its bits.
  fileprivate mutating func coalescingRules() -> CoalescingRules {
    let (choice, bits) = (small(), double())
    let presets = CoalescingRules.presets
    var rules = presets[choice % presets.count].rules
    guard choice >= 128 else { return rules }
    func has(_ bit: UInt32) -> Bool { bits >> bit & 1 == 1 }
    rules.support = has(0) ? .all : CoalescingRules.Support(rawValue: UInt8(bits >> 1 & 15))
    rules.flows = has(5) ? .headers : .addressesAndPorts
    rules.tunnels = [.coalesced, .overUDP, .notCoalesced, .opaque][Int(bits >> 6 & 3)]
    rules.extensionHeaders = has(8) ? .identical : .notCoalesced
    rules.identification = has(9) ? .incrementingOrFixed : .any
    rules.tcpHopLimit = has(10) ? .equal : .minimum
    rules.udpHopLimit = has(11) ? .equal : .minimum
    rules.tcpSegmentLength = has(12) ? .equalExceptLast : .any
    rules.acknowledgment = has(13) ? .equal : .latest
    rules.window = has(14) ? .equal : .latest
    rules.tcpOptions = [.identical, .timestamps, .none, .identical][Int(bits >> 15 & 3)]
    rules.zeroUDPChecksum = has(17) ? .notCoalesced : .coalesced
    rules.trailers = has(18) ? .notCoalesced : .removed
    rules.unusableFrames = has(19) ? .overtake : .endUnit
    if has(20) { rules.mergedTCPFlags = TCPFlags(rawValue: UInt16(bits >> 24)) }
    if has(21) { rules.endingTCPFlags = TCPFlags(rawValue: UInt16(bits >> 22 & 0xFF)) }
    if has(22) { rules.refusedTCPFlags = TCPFlags(rawValue: UInt16(bits >> 26)) }
    if has(23) { rules.startingTCPFlags = TCPFlags(rawValue: UInt16(bits >> 25)) }
    rules.maximumTCPSegmentCount = pick([nil, nil, 1, 2, 3, 0, -1, .max, .min])
    rules.maximumUDPSegmentCount = pick([64, nil, 1, 2, 3, 0, -1, .max, .min])
    rules.maximumPacketLength = pick([65_535, 65_535, 1_500, 3_000, 0, -1, .max, .min, 40])
    return rules
  }

  /// A time that is later by a little, by much, earlier, or at the end of all times.
  fileprivate mutating func time(after now: UInt64) -> UInt64 {
    let kind = octet()
    switch kind >> 6 {
    case 0: return now &+ UInt64(kind & 0x3F)
    case 1: return now &- UInt64(word())
    case 2: return now &+ UInt64(double())
    default: return kind & 1 == 0 ? now &+ UInt64(word()) : quad()
    }
  }

  fileprivate mutating func virtioNetHeader() -> VirtioNetHeader {
    var header = VirtioNetHeader()
    header.flags = .init(rawValue: octet())
    header.gsoType = .init(rawValue: octet())
    header.gsoSize = word()
    return header
  }
}
