import GsoEngine
import WireFormats

/// What a coalescer may do with frames, whatever it holds and for how long.
struct CoalescerModel {
  let request: CoalescingRequest
  /// The tunnels that its rules let it see.
  let recognition: TunnelRecognition
  private var received: [CoalescedFrame] = []
  private var delivered: [DeliveredUnit] = []
  /// How many of `delivered` were checked.
  private var checkedCount = 0
  private var isDelivered: [Bool] = []
  private var now: UInt64 = 0
  private(set) var octetCount = 0
  private var order = CoalescedOrder()
  /// The frames of each unit that is held, by number.
  private var held: [[Int]] = []

  init(_ request: CoalescingRequest) {
    self.request = request
    recognition = request.rules.tunnels == .opaque ? .none : request.recognition
  }

  mutating func advance(to time: UInt64) { now = max(now, time) }

  mutating func receive(_ octets: [UInt8], at time: UInt64, isPartial: Bool) {
    advance(to: time)
    received.append(
      CoalescedFrame(octets, request.link, recognition, arrival: now, isPartial: isPartial))
    isDelivered.append(false)
    octetCount += octets.count
  }

  /// What its sender says of the last frame.
  mutating func describe(_ header: VirtioNetHeader) {
    received[received.count - 1].isPartial = header.flags.contains(.needsChecksum)
    received[received.count - 1].isSuperFrame = header.gsoType != .none
  }

  /// Keeps a unit; a closure that gets units cannot throw.
  mutating func deliver(_ unit: CoalescedUnit) { delivered.append(DeliveredUnit(unit)) }

  func requireNothingHeld() throws {
    let left = isDelivered.firstIndex(of: false)
    try require(left == nil, "frame \(left ?? 0) is held after all were asked for")
  }

  /// The simplest call delivers what a coalescer does that is not asked in between.
  func checkAtOnce() throws {
    let frames = received.map(\.octets)
    let merged = try coalesce(frames, request: request)
    var coalescer = try Coalescer(request)
    var expected: [[UInt8]] = []
    for frame in frames { coalescer.receive(frame) { expected.append($0.frame.array()) } }
    coalescer.flush { expected.append($0.frame.array()) }
    try require(merged == expected, "coalesce(_:) delivers other frames than a coalescer")
  }

  /// Checks a decision on the last frame, and what was delivered with it.
  mutating func check(_ coalescer: borrowing Coalescer, after decision: CoalescingDecision) throws {
    let number = received.count - 1
    let identity = received[number].identity
    // A unit whose time was over is no longer held when the frame is looked at.
    let late = delivered[checkedCount...].filter { $0.metadata.end.isWindow }.flatMap(\.inputs)
    let unit = held.firstIndex {
      received[$0[0]].identity == identity && !late.contains($0[0])
    }
    if let unit, received[number].isPlain(request.rules) {
      let frames = (held[unit] + [number]).map { received[$0] }
      let isUnit = (try? UnitFrames(frames: frames, rules: request.rules).check()) != nil
      try require(
        !isUnit || decision == .merged(segmentCount: frames.count),
        "frame \(number) is not merged with \(held[unit]): \(decision)")
    }
    switch decision {
    case .merged(let count):
      guard let unit else { throw Finding("frame \(number) is merged with nothing") }
      held[unit].append(number)
      try require(count == held[unit].count, "\(count) segments of \(held[unit])")
    case .held(let refusal):
      try require(refusal?.description.isEmpty != true, "a refusal without a text")
      held.append([number])
    case .delivered(let refusal):
      try require(!refusal.description.isEmpty, "a refusal without a text")
      try require(delivered.last?.inputs == [number], "frame \(number) is not delivered alone")
      received[number].isHeld = false
    }
    try check(coalescer)
  }

  /// Checks what was delivered since the last call, and what is said of the rest.
  mutating func check(_ coalescer: borrowing Coalescer) throws {
    for unit in delivered[checkedCount...] { try check(unit) }
    checkedCount = delivered.count
    held.removeAll { isDelivered[$0[0]] }
    try require(
      coalescer.heldUnitCount == held.count, "\(coalescer.heldUnitCount) units, not \(held.count)")
    try require(
      coalescer.frameCount == received.count && coalescer.now == now,
      "\(coalescer.frameCount) frames at \(coalescer.now), not \(received.count) at \(now)")
    let oldest = isDelivered.firstIndex(of: false)
    let held = isDelivered.count { !$0 }
    try require(
      (coalescer.heldUnitCount == 0) == (oldest == nil) && coalescer.heldUnitCount <= held
        && coalescer.heldUnitCount <= request.flowCapacity,
      "\(coalescer.heldUnitCount) units are held of \(held) frames")
    var deadline: UInt64?
    if let oldest, let window = request.window {
      let (sum, isTooLate) = received[oldest].arrival.addingReportingOverflow(window)
      deadline = isTooLate ? .max : sum
    }
    try require(
      coalescer.nextDeadline == deadline,
      "the deadline is \(String(describing: coalescer.nextDeadline)), not "
        + String(describing: deadline))
  }

  private mutating func check(_ unit: DeliveredUnit) throws {
    for input in unit.inputs {
      try require(received.indices.contains(input), "frame \(input) of \(received.count)")
      try require(!isDelivered[input], "frame \(input) is delivered twice")
      isDelivered[input] = true
    }
    let frames = unit.inputs.map { received[$0] }
    guard let first = frames.first, let last = frames.last else {
      throw Finding("a unit of no frames")
    }
    let metadata = unit.metadata
    try require(metadata.segmentCount == frames.count, "\(metadata.segmentCount) segments")
    try require(
      metadata.firstArrival == first.arrival && metadata.lastArrival == last.arrival,
      "frames \(unit.inputs) from \(metadata.firstArrival) to \(metadata.lastArrival)")
    if frames.count == 1 {
      try requireEqual(unit.octets, first.octets, "frame \(unit.inputs[0]), delivered alone")
    } else {
      try unit.check(frames, request, recognition)
    }
    try order.check(unit.inputs, frames, request.rules)
  }
}

extension CoalescedUnit.End {
  fileprivate var isWindow: Bool { if case .window = self { true } else { false } }
}
