import NetAdapterCore
import VirtualNIC

/// Packet queues and frame queues whose driver stores anything in the rings and calls back: each
/// call returns, with a result or a typed error.
func attackWithHostileDriver(_ input: [UInt8]) throws {
  var choices = Choices(input)
  guard let pair = try? NICPair(&choices) else { return }
  if choices.bool() { pair.declareAll() }
  try? pair.hardware.start()
  let ring = (1 << (choices.small() % 8), 1 << (choices.small() % 9))
  let capacity = choices.pick([2_048, 128, 600, 64, 1, 9_000, 17, 256])
  let (mode, script) = (choices.octet(), choices.take(choices.remainingCount / 2))
  guard ring.1 * capacity <= 8_000_000 else { return }
  let driver = HostileDriver(script, pair.frame(&choices))
  let nic = pair.hardware
  let isVerified = mode & 1 != 0
  var queues = DriverQueues()
  if mode & 2 != 0 {
    queues.transmit = try? nic.adapter.makeTransmitQueue(
      ringSize: ring.0, fragmentRingSize: ring.1, bufferCapacity: capacity,
      isVerified: isVerified, servedBy: driver.callbacks)
    queues.receive = try? nic.adapter.makeReceiveQueue(
      ringSize: ring.0, fragmentRingSize: ring.1, bufferCapacity: capacity,
      isVerified: isVerified, servedBy: driver.callbacks)
  } else {
    queues.frames = try? nic.makeTransmitQueue(
      ringSize: ring.0, fragmentRingSize: ring.1, bufferCapacity: capacity, frameCount: 3,
      isVerified: isVerified, servedBy: driver.callbacks)
    queues.received = try? nic.makeReceiveQueue(
      ringSize: ring.0, fragmentRingSize: ring.1, bufferCapacity: capacity,
      isVerified: isVerified, servedBy: driver.callbacks)
  }
  // From inside its callbacks the driver makes the same calls.
  driver.reenter = { [queues] script in try? queues.step(&script, pair) }
  var steps = 0
  while !choices.isEmpty, steps < 80 {
    steps += 1
    try queues.step(&choices, pair)
    if let finding = driver.finding { throw finding }
  }
  driver.reenter = nil
}

/// The queues that a hostile driver serves.
private struct DriverQueues {
  var transmit: TransmitQueue?
  var receive: ReceiveQueue?
  var frames: TransmitFrameQueue?
  var received: ReceiveFrameQueue?

  func step(_ choices: inout Choices, _ pair: NICPair) throws {
    let call = choices.octet() % 24
    do throws(QueueError) {
      switch call {
      case 0...2:
        let (frame, request) = (pair.frame(&choices), choices.transmitRequest())
        _ = frames?.post(frame.octets, request, tag: choices.small())
        try transmit?.post(frame.octets, choices.metadata(), tag: Int(request.segmentSize))
      case 3: try transmit?.postIgnored(tag: choices.small())
      case 4:
        try transmit?.post(byteCount: Int(choices.word()), tag: -1) { _, octets in
          if octets.byteCount > 0 {
            octets.storeBytes(of: 0x45, toByteOffset: 0, as: UInt8.self)
          }
        }
      case 5...8:
        try frames?.advance()
        try transmit?.advance()
        while frames?.takeCompleted() != nil {}
      case 9: while transmit?.takeCompleted() != nil {}
      case 10: try transmit?.cancel()
      case 11: try transmit?.stop()
      case 12: try transmit?.start()
      case 13: try transmit?.setNotificationEnabled(choices.bool())
      case 14:
        _ = try receive?.replenish(
          packets: choices.pick([.max, 0, 1, -1, .min]), fragments: choices.pick([.max, 0, 1, -5]))
      case 15: try receive?.advance()
      case 16: while try receive?.takeReceived({ $0.array().count }) != nil {}
      case 17: try receive?.cancel()
      case 18: try receive?.stop()
      case 19: try receive?.start()
      case 20: _ = try received?.advance { _ = $0.array() }
      case 21: pair.hardware.receive(pair.frame(&choices).octets)
      case 22: try receive?.setNotificationEnabled(choices.bool())
      default: break
      }
    } catch { try require(!error.description.isEmpty, "an error without a text") }
    if call == 23 { try pair.control(choices.octet(), &choices) }
  }
}

extension Choices {
  fileprivate mutating func metadata() -> TransmitMetadata {
    var metadata = TransmitMetadata()
    if bool() { metadata.gso.mss = Int(word()) }
    if bool() { metadata.checksum = NetPacketChecksum(layer3: .required, layer4: .required) }
    return metadata
  }
}
