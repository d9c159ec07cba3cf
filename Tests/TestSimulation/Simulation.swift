import FrameRecipes
import GsoEngine
import NetAdapterCore
public import VirtualNIC
import VirtualNICTesting
import WireFormats

/// Two NICs with wires that lose, reorder and delay frames, as a simulator would have them.
///
/// ```
///   left ── forth (impaired) ──▶ right, with a receive queue in some runs
///   left ◀── tap ◀── back (impaired) ── right
/// ```
///
/// Everything that happens follows from the seed and the number of the step, so a simulation that
/// was saved and restored between two steps has to give the same events as one that was not.
public final class Simulation {
  let seed: UInt64
  /// The number of the next step.
  public private(set) var step: Int
  private var time: UInt64
  /// The NIC with the transmit queue.
  public let left: VirtualNIC
  let right: VirtualNIC
  let forth: ImpairedLink
  let back: ImpairedLink
  let tap: CapturingLink
  let transmit: TransmitFrameQueue?
  let receive: ReceiveFrameQueue?
  private let log: EventLog

  /// Starts a simulation.
  public init(seed: UInt64) throws {
    self.seed = seed
    var choices = SimulationChoices(seed: seed)
    (step, time, log) = (0, 0, EventLog())
    left = try choices.makeNIC(MACAddress(0x02_00_00_00_00_01))
    right = try choices.makeNIC(MACAddress(0x02_00_00_00_00_02))
    forth = ImpairedLink(try choices.impairments(), seed: seed, next: NICLink(to: right))
    tap = CapturingLink(next: NICLink(to: left), log.tapped)
    back = ImpairedLink(try choices.impairments(), seed: seed ^ 1, next: tap)
    (left.link, right.link) = (forth, back)
    transmit =
      choices.hasTransmitQueue
      ? try left.makeTransmitQueue(
        ringSize: 8, fragmentRingSize: 32, bufferCapacity: 1_024, frameCount: 6,
        packetsPerAdvance: choices.packetsPerAdvance, isVerified: choices.isVerified) : nil
    receive =
      choices.hasReceiveQueue
      ? try right.makeReceiveQueue(
        ringSize: 4, fragmentRingSize: 16, bufferCapacity: 1_024, frameCount: 8,
        isVerified: choices.isVerified) : nil
    connect()
  }

  /// Goes on with a simulation that was saved.
  public init(restoring saved: SavedSimulation) throws {
    (seed, step, time, log) = (saved.seed, saved.step, saved.time, EventLog())
    let choices = SimulationChoices(seed: seed)
    left = try VirtualNIC(restoring: saved.left, capabilities: choices.capabilities)
    right = try VirtualNIC(restoring: saved.right, capabilities: choices.capabilities)
    forth = try ImpairedLink(restoring: saved.forth, next: NICLink(to: right))
    tap = try CapturingLink(restoring: saved.tap, next: NICLink(to: left), log.tapped)
    back = try ImpairedLink(restoring: saved.back, next: tap)
    (left.link, right.link) = (forth, back)
    transmit = try saved.transmit.map { [left] in try left.restoreTransmitQueue($0) }
    receive = try saved.receive.map { [right] in try right.restoreReceiveQueue($0) }
    connect()
  }

  deinit {
    // The NICs retain each other by their links.
    (left.link, right.link) = (QueueLink(), QueueLink())
  }

  private func connect() {
    let log = log
    left.onReceive = { log.received("left", $0, $1, $2) }
    right.onReceive = { log.received("right", $0, $1, $2) }
  }

  /// Whether a NIC holds frames that it coalesces.
  public var isHoldingFrames: Bool {
    left.nextReceiveDeadline != nil || right.nextReceiveDeadline != nil
  }

  /// Saves the simulation between two steps.
  public func save() throws -> SavedSimulation {
    SavedSimulation(
      seed: seed, step: step, time: time, left: try left.save(), right: try right.save(),
      forth: try forth.save(), back: try back.save(), tap: try tap.save(),
      transmit: try transmit?.save(), receive: try receive?.save())
  }

  /// Makes one step, and returns what happened in it, counters included.
  public func advance() -> [Event] {
    var choices = SimulationChoices(seed: seed, step: step)
    step += 1
    log.attempt { try perform(&choices) }
    log.events.append(.counters([left.counters, right.counters, transmit?.counters ?? .init()]))
    log.events.append(.links([forth.counters, back.counters], next: left.link.nextArrival))
    log.events.append(.deadlines([left.nextReceiveDeadline, right.nextReceiveDeadline]))
    log.events.append(
      .adapter(left.adapter.activeOffloads, left.adapter.stackOffloads, left.adapter.keywords))
    return log.takeAll()
  }

  private func perform(_ choices: inout SimulationChoices) throws {
    let now = VirtualTime(nanoseconds: time)
    switch choices.random.below(17) {
    case 0, 1, 2:
      let (frame, request) = choices.frame()
      log.events.append(.report(left.transmit(frame, request, at: now)))
    case 3:
      let (frame, request) = choices.frame()
      log.events.append(.report(right.transmit(frame, request, at: now)))
    case 4, 5, 6: try useQueue(&choices, at: now)
    case 7:
      time += UInt64(choices.random.below(90_000))
      forth.advance(to: VirtualTime(nanoseconds: time))
      back.advance(to: VirtualTime(nanoseconds: time))
    case 8: try (step % 2 == 0 ? left : right).adapter.setOffloadParameters(choices.request())
    case 9:
      if left.adapter.state == .paused {
        try left.adapter.resumeOffloadCapabilities()
      } else {
        try left.adapter.pauseOffloadCapabilities()
      }
    case 10:
      let value = choices.random.pick(["0", "1", "3", " 0x1", ""])
      left.adapter.setKeyword(choices.random.pick(Keyword.allCases), to: .string(value))
      left.adapter.setKeyword(name: "Own", to: .integer(UInt32(step)))
    case 11:
      if left.adapter.state == .stopped { try left.start() } else { try left.stop() }
    case 12: try choices.changeLink(of: step % 4 == 0 ? left : right)
    case 13, 14, 15: try receiveSegments(&choices, at: now)
    default: forth.impairments = try choices.impairments()
    }
    try takeFromQueues()
  }

  /// Gives the next segments of a flow to the right NIC: it holds them, and goes on with them in
  /// the next such step.
  private func receiveSegments(_ choices: inout SimulationChoices, at now: VirtualTime) throws {
    let frame = FrameRecipe(
      transport: .tcp(), payload: FrameRecipe.Payload.random(seed: seed, count: 3_200))
    let octets = try frame.octets
    let plan = try SegmentationPlan(of: octets, request: SegmentationRequest(segmentSize: 100))
    let segments = try plan.frames(of: octets)
    let first = right.counters.receivedFrames % (segments.count - 3)
    for segment in segments[first..<first + choices.random.within(1...3)] {
      right.receive(segment, at: now)
    }
  }

  private func useQueue(_ choices: inout SimulationChoices, at now: VirtualTime) throws {
    guard let transmit else { return }
    for _ in 0..<choices.random.within(0...3) {
      let (frame, request) = choices.frame()
      let isPosted = transmit.post(frame, request, tag: step)
      log.events.append(.posted(isPosted, free: transmit.freeFrameCount))
    }
    if choices.random.oneIn(3) { transmit.decide() }
    if choices.random.oneIn(3) { transmit.handOffLengths = choices.random.pick([.exact, .zero]) }
    if !choices.random.oneIn(3) { try transmit.advance(at: now) }
    log.events.append(
      .rings(
        outstanding: transmit.packetQueue.outstandingPacketCount,
        fragments: transmit.packetQueue.freeFragmentCount))
    while choices.random.oneIn(2), let done = transmit.takeCompleted() {
      log.events.append(.completed(tag: done.tag, done.report))
    }
  }

  private func takeFromQueues() throws {
    guard let receive, step % 3 == 0 else { return }
    let log = log
    try receive.advance { packet in
      log.events.append(.packet(packet.array(), packet.checksum, packet.rsc))
    }
    log.events.append(.posted(true, free: receive.overflowCount))
  }
}

/// The states of a simulation.
public struct SavedSimulation: Codable, Sendable {
  /// The seed of the run.
  public var seed: UInt64
  /// The number of the next step.
  public var step: Int
  /// The time of the next step, in nanoseconds.
  public var time: UInt64
  /// The NIC with the transmit queue.
  public var left: [UInt8]
  /// The NIC with the receive queue.
  public var right: [UInt8]
  /// The wire from left to right.
  public var forth: [UInt8]
  /// The wire from right to left.
  public var back: [UInt8]
  /// The tap on it.
  public var tap: [UInt8]
  /// The transmit queue.
  public var transmit: [UInt8]?
  /// The receive queue.
  public var receive: [UInt8]?
}
