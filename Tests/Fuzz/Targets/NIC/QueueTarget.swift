import GsoEngine
import NetAdapterCore
import VirtualNIC

/// Queues with the emulated hardware behind them: completions come in order, each says what is on
/// the wire, what is there is what `transmit` sends, and all frames come back.
func attackQueues(_ input: [UInt8]) throws {
  var choices = Choices(input)
  guard let pair = try? NICPair(&choices) else { return }
  if choices.bool() { pair.declareAll() }
  try? pair.hardware.start()
  let ring = (1 << (choices.small() % 8), 1 << (choices.small() % 9))
  let capacity = choices.pick([2_048, 128, 600, 64, 1, 9_000, 17, 256])
  let mode = choices.octet()
  let frameCount = choices.pick([1, 2, 3, 7, 64, 0, -1])
  let perAdvance = choices.pick([.max, 1, 3, 0, -1])
  guard ring.1 * capacity <= 8_000_000 else { return }
  let transmit: TransmitFrameQueue
  do throws(AdapterViolation) {
    transmit = try pair.hardware.makeTransmitQueue(
      ringSize: ring.0, fragmentRingSize: mode & 8 != 0 ? nil : ring.1, bufferCapacity: capacity,
      frameCount: frameCount, packetsPerAdvance: perAdvance, isVerified: mode & 1 != 0)
  } catch { return try require(!error.description.isEmpty, "an error without a text") }
  let receive = try? pair.hardware.makeReceiveQueue(
    ringSize: ring.0, fragmentRingSize: ring.1, bufferCapacity: capacity, isVerified: mode & 2 != 0)
  let attack = QueueAttack(pair, transmit, receive)
  var steps = 0
  while !choices.isEmpty, steps < 80 {
    steps += 1
    try attack.step(&choices)
  }
  if perAdvance >= 1 { try attack.drain() }
}

/// Queues, and the frames under way in them.
private final class QueueAttack {
  private struct PostedFrame {
    let tag: Int
    let octets: [UInt8]
    let request: TransmitRequest
  }

  private let pair: NICPair
  private let transmit: TransmitFrameQueue
  private let receive: ReceiveFrameQueue?
  private let freeAtFirst: Int
  private var posted: [PostedFrame] = []
  private var wire: [[UInt8]] = []
  private var nextTag = 0
  private var lastError = "none"

  init(_ pair: NICPair, _ transmit: TransmitFrameQueue, _ receive: ReceiveFrameQueue?) {
    (self.pair, self.transmit, self.receive) = (pair, transmit, receive)
    freeAtFirst = transmit.freeFrameCount
  }

  func step(_ choices: inout Choices) throws {
    let call = choices.octet()
    switch call {
    case 0..<80: post(&choices)
    case 80..<160: try advance()
    case 160..<175: try pair.control(call &- 160, &choices)
    case 175..<195: pair.hardware.receive(pair.frame(&choices).octets)
    case 195..<230: try takeReceived()
    case 230..<240: _ = (transmit.counters, transmit.freeFrameCount, receive?.overflowCount)
    default:
      // Another queue, which is refused or goes again.
      let (size, fragments) = (choices.small(), choices.bool() ? nil : choices.small())
      let number = choices.pick([0, -1, 1, .max, 2_048, 64])
      _ = try? pair.hardware.makeTransmitQueue(
        ringSize: size, fragmentRingSize: fragments, bufferCapacity: number)
      _ = try? pair.hardware.makeTransmitQueue(ringSize: size, frameCount: number)
      _ = try? pair.hardware.makeReceiveQueue(ringSize: size, frameCount: number)
    }
  }

  private func post(_ choices: inout Choices) {
    let (frame, request) = (pair.frame(&choices), choices.transmitRequest())
    if request.segmentSize > 0, frame.count / request.segmentSize > 500 { return }
    nextTag += 1
    guard transmit.post(frame.octets, request, tag: nextTag) else { return }
    posted.append(PostedFrame(tag: nextTag, octets: frame.array, request: request))
  }

  private func advance() throws {
    do throws(QueueError) { try transmit.advance() } catch {
      lastError = error.description
      try require(!error.description.isEmpty, "an error without a text")
    }
    wire += pair.hardwareWire.takeAll().map(\.octets)
    while let done = transmit.takeCompleted() { try check(done) }
  }

  private func check(_ done: TransmitFrameQueue.Completion) throws {
    guard !posted.isEmpty else { throw Finding("a completion of nothing") }
    let frame = posted.removeFirst()
    try require(frame.tag == done.tag, "completion \(done.tag) before \(frame.tag)")
    let count: Int
    switch done.report.outcome {
    case .sent(let frames): count = frames
    case .dropped(.cancelled(let frames)): count = frames
    case .dropped(let reason):
      return try require(!reason.description.isEmpty, "a reason without a text")
    }
    try require(
      wire.count >= count, "\(count) frames reported, \(wire.count) sent: \(done.report)")
    guard pair.isComparable(frame.octets, frame.request) else {
      return wire.removeFirst(count)
    }
    let sent = wire.prefix(count)
    let plain = pair.software.transmit(frame.octets, frame.request)
    let expected = pair.softwareWire.takeAll().map(\.octets)
    guard case .sent = plain.outcome else {
      throw Finding("a queue sends what `transmit` drops: \(plain.outcome)")
    }
    if case .sent = done.report.outcome {
      try require(expected.count == count, "a queue sends \(count) frames, not \(expected.count)")
    }
    for (octets, expected) in zip(sent, expected) {
      try requireEqual(octets, expected, "a queue sends other octets: \(frame.request)")
    }
    wire.removeFirst(count)
  }

  private func takeReceived() throws {
    var finding: Finding?
    _ = try? receive?.advance { packet in
      let target = OctetBlock(count: 100)
      var octets = target.mutableOctets
      let copied = packet.copyOctets(into: &octets)
      let sum = (0..<packet.fragmentCount).reduce(0) {
        $0 + packet.octets(ofFragment: $1).byteCount
      }
      if sum != packet.byteCount || packet.array().count != sum || copied != min(100, sum) {
        finding = Finding("octets of a received packet: \(sum), \(packet.byteCount), \(copied)")
      }
    }
    if let finding { throw finding }
  }

  /// All frames come back, and all that is on the wire was reported.
  func drain() throws {
    var idle = 0
    while transmit.freeFrameCount < freeAtFirst, idle < 40 {
      let before = (transmit.freeFrameCount, wire.count)
      try advance()
      idle = before == (transmit.freeFrameCount, wire.count) ? idle + 1 : 0
    }
    try require(
      transmit.freeFrameCount == freeAtFirst,
      """
      \(freeAtFirst - transmit.freeFrameCount) frames stay in a queue, which is \
      \(transmit.packetQueue.state), of an adapter, which is \(pair.hardware.adapter.state); \
      the last error is \(lastError)
      """)
    try require(posted.isEmpty && wire.isEmpty, "\(wire.count) frames sent and not reported")
  }
}
