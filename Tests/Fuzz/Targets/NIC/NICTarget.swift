import GsoEngine
import NetAdapterCore
import VirtualNIC
import WireFormats

/// A NIC in any state with any hardware: what it sends is what a NIC without hardware sends, and
/// what the reference makes.
func attackNIC(_ input: [UInt8]) throws {
  var choices = Choices(input)
  let pair: NICPair
  do { pair = try NICPair(&choices) } catch let violation as AdapterViolation {
    return try require(!violation.description.isEmpty, "an error without a text")
  }
  var steps = 0
  while !choices.isEmpty, steps < 60 {
    steps += 1
    let call = choices.octet()
    switch call {
    case 0..<110: try pair.control(call, &choices)
    case 110..<130: try receive(pair.frame(&choices), pair.hardware)
    case 130..<136:
      let mtu = choices.pick([1_500, 576, 1_280, 9_000, 65_535, 70, 0, -5, .max])
      for nic in [pair.hardware, pair.software] { try? nic.adapter.setLinkLayerMtuSize(mtu) }
    case 136..<140:
      let rules = choices.rules()
      for nic in [pair.hardware, pair.software] { nic.rules = rules }
    default:
      let (frame, request) = (pair.frame(&choices), choices.transmitRequest())
      let seed = call & 1 != 0 ? choices.octet() : nil
      try transmit(frame, request, scatteredBy: seed, pair)
    }
  }
  _ = pair.hardware.counters
}

/// The receiver gets the frame, and a right opinion of its checksum.
private func receive(_ frame: OctetBlock, _ nic: VirtualNIC) throws {
  var received: [([UInt8], ReceivedMetadata)] = []
  nic.onReceive = { octets, checksums, _ in received.append((octets.copied(), checksums)) }
  nic.receive(frame.octets)
  nic.onReceive = nil
  for (octets, checksums) in received {
    try requireEqual(octets, frame.array, "a received frame")
    guard checksums.layer4 != .notChecked else { continue }
    let layout = try PacketLayout(parsing: frame.octets, tunnels: .none)
    let isValid = layout.transportChecksum(of: frame.octets) == .valid
    try require(isValid == (checksums.layer4 == .valid), "a received checksum: \(checksums)")
  }
}

private func transmit(
  _ frame: OctetBlock, _ request: TransmitRequest, scatteredBy seed: UInt8?, _ pair: NICPair
) throws {
  if request.segmentSize > 0, frame.count / request.segmentSize > 60 { return }
  let (hardware, software) = (pair.hardware, pair.software)
  let report: TransmitReport
  if let seed {
    let scattered = ScatteredInput(frame.array, seed: seed)
    report = hardware.transmit(try scattered.frame, request)
  } else {
    report = hardware.transmit(frame.octets, request)
  }
  let plain = software.transmit(frame.octets, request)
  let sent = pair.hardwareWire.takeAll().map(\.octets)
  let expected = pair.softwareWire.takeAll().map(\.octets)
  if case .dropped(let reason) = report.outcome {
    try require(!reason.description.isEmpty, "a reason without a text")
    try require(sent.isEmpty, "a dropped frame is sent")
  }
  guard [.started, .paused].contains(hardware.adapter.state) else {
    return try require(
      report.outcome == .dropped(.notStarted), "\(report.outcome) by a NIC that is not started")
  }
  if case .dropped(.exceedsFragmentLimit) = report.outcome {
    // The framework of 21H2 looks at the length before it knows what else is wrong.
    return try require(pair.is21H2, "a limit that only 21H2 has")
  }
  guard hardware.adapter.linkLayerMtuSize == software.adapter.linkLayerMtuSize,
    pair.isComparable(frame.array, request)
  else { return }
  try require(
    report.outcome == plain.outcome && report.plan == plain.plan,
    "hardware: \(report.outcome), software: \(plain.outcome)")
  if case .sent(let count) = report.outcome {
    try require(sent.count == count, "\(sent.count) frames are sent, \(count) reported")
  }
  for (index, octets) in sent.enumerated() {
    try requireEqual(
      octets, expected[index], "hardware sends other octets than software: \(request), \(report)")
  }
  try check(sent, of: frame.array, request, software)
}

/// What left a NIC, against the reference.
private func check(
  _ sent: [[UInt8]], of frame: [UInt8], _ request: TransmitRequest, _ nic: VirtualNIC
) throws {
  guard !sent.isEmpty else { return }
  guard request.segmentSize != 0 else {
    if request.checksums.isEmpty { try requireEqual(sent[0], frame, "an unmodified frame") }
    return
  }
  guard let reference = ReferenceFrame(frame, .ethernet, .wellKnown) else {
    throw Finding("a frame is segmented that the reference refuses")
  }
  let segmentation = SegmentationRequest(segmentSize: request.segmentSize, rules: nic.rules)
  for (index, segment) in sent.enumerated() {
    let (length, mtu) = (segment.count - reference.linkLength, nic.adapter.linkLayerMtuSize)
    try require(length <= mtu ?? .max, "a packet of \(length) octets exceeds the MTU")
    let expected = reference.segment(
      index, of: sent.count, size: request.segmentSize, segmentation)
    try requireEqual(segment, expected, "segment \(index) of \(sent.count)")
  }
}
