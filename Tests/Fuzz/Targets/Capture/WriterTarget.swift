import PacketCapture

/// Captures that a program makes of any values: what a writer accepts a reader reads, unchanged.
func attackCaptureWriters(_ input: [UInt8]) throws {
  var choices = Choices(input)
  if choices.bool() {
    try writePcapng(&choices)
  } else {
    try writePcap(&choices)
  }
}

/// A frame that a writer accepted.
private struct WrittenFrame {
  var octets: [UInt8]
  var originalLength: UInt32
  var interface: CaptureInterface
  var time: CaptureTimestamp
  var comments: [String] = []
}

private func writePcapng(_ choices: inout Choices) throws {
  var writer = PcapngWriter(
    byteOrder: choices.bool() ? .bigEndian : .littleEndian,
    minimumSnapLength: choices.bool() ? choices.double() : 0)
  var written: [WrittenFrame] = []
  var drained: [UInt8] = []
  while !choices.isEmpty, written.count < 50 {
    let index = choices.small() % 4
    do {
      switch choices.octet() % 8 {
      case 0: _ = try writer.addInterface(choices.interface())
      case 1: _ = try writer.index(of: choices.interface())
      case 2: drained += writer.takeOctets()
      default:
        let (frame, time) = (choices.take(choices.small()), try choices.time())
        let original = choices.originalLength()
        let trailer = choices.pick([0, 0, 0, 4, -1, 9, .max, CaptureLimits.recordByteCount])
        let comment = choices.text()
        if trailer == 0, frame.count % 2 == 1 {
          try writer.write(
            frame, interface: index, at: time, originalLength: original, comment: comment)
        } else {
          try writer.write(
            OctetBlock(frame).octets, interface: index, at: time, originalLength: original,
            comment: comment, trailerByteCount: trailer)
        }
        let octets = frame + [UInt8](repeating: 0, count: max(0, trailer))
        let length = UInt32(exactly: original ?? octets.count) ?? 0
        written.append(
          WrittenFrame(
            octets: octets, originalLength: length, interface: writer.interfaces[index],
            time: time, comments: comment.map { [$0] } ?? []))
      }
    } catch let error as CaptureWriteError {
      try require(!error.description.isEmpty, "an error without a text")
    }
  }
  try check(ReadCapture(whole: drained + writer.takeOctets()), written, isPcapng: true)
}

private func writePcap(_ choices: inout Choices) throws {
  let interface = choices.interface()
  let order: ByteOrder = choices.bool() ? .bigEndian : .littleEndian
  var made = try? PcapWriter(interface, byteOrder: order)
  if choices.bool() {
    let resolution = choices.pick(PcapResolution.allCases)
    made = PcapWriter(
      linkType: interface.linkType, resolution: resolution, snapLength: interface.snapLength,
      byteOrder: order)
  }
  guard var writer = made else { return }
  var written: [WrittenFrame] = []
  while !choices.isEmpty, written.count < 50 {
    let (frame, time) = (choices.take(choices.small()), try choices.time())
    let original = choices.originalLength()
    let linkType = choices.pick([nil, interface.linkType, .ethernet])
    do throws(CaptureWriteError) {
      if frame.count % 2 == 1 {
        try writer.write(frame, at: time, originalLength: original, linkType: linkType)
      } else {
        try writer.write(
          OctetBlock(frame).octets, at: time, originalLength: original, linkType: linkType)
      }
      let length = UInt32(exactly: original ?? frame.count) ?? 0
      written.append(
        WrittenFrame(octets: frame, originalLength: length, interface: interface, time: time))
    } catch { try require(!error.description.isEmpty, "an error without a text") }
  }
  var octets: [UInt8] = []
  let count = writer.pendingByteCount
  writer.drain { octets = $0.copied() }
  try require(octets.count == count && writer.pendingByteCount == 0, "octets that are drained")
  if let update = writer.snapLengthUpdate {
    try require(update.octets.count == 4 && update.byteOffset == 16, "\(update)")
    octets.replaceSubrange(16..<20, with: update.octets)
  }
  try check(ReadCapture(whole: octets), written, isPcapng: false)
}

private func check(_ back: ReadCapture, _ written: [WrittenFrame], isPcapng: Bool) throws {
  try require(
    back.error == nil, "what was written cannot be read: \(String(describing: back.error))")
  try require(back.frames.count == written.count, "\(back.frames.count) of \(written.count) frames")
  for (found, expected) in zip(back.frames, written) {
    try requireEqual(found.octets, expected.octets, "a frame")
    try require(found.originalLength == expected.originalLength, "original length")
    try require(found.comments == expected.comments, "comments \(found.comments)")
    if isPcapng {
      try require(found.interface.name == expected.interface.name, "name of an interface")
      try require(found.interface.linkType == expected.interface.linkType, "link type")
    }
    try checkTime(found.timestamp, expected.time)
  }
}

/// A file has times of its own resolution, rounded down.
private func checkTime(_ found: CaptureTimestamp?, _ expected: CaptureTimestamp) throws {
  guard let found else { throw Finding("a frame without a time") }
  try require(found.seconds == expected.seconds, "second \(found), written \(expected)")
  try require(
    found.nanoseconds <= expected.nanoseconds, "time \(found) after \(expected)")
  if found.resolution == expected.resolution {
    try require(found.fraction == expected.fraction, "fraction \(found), written \(expected)")
  }
}

extension Choices {
  fileprivate mutating func interface() -> CaptureInterface {
    let linkTypes: [LinkType] = [.ethernet, .raw, .null, .linuxSLL2, .init(rawValue: 0xFFFF)]
    var interface = CaptureInterface(linkType: pick(linkTypes))
    interface.snapLength = pick([0, 262_144, 1, 65_535, .max])
    interface.resolution = TimestampResolution(rawValue: octet()) ?? .nanoseconds
    interface.timestampOffset = pick([0, 0, 0, 1, -1, .max, .min, 1_700_000_000])
    interface.name = text()
    interface.frameCheckSequenceByteCount = pick([nil, nil, 4, 0, -1, 15, 255, 256, 30])
    return interface
  }

  /// A time of any kind; one that was made of nanoseconds has as many.
  fileprivate mutating func time() throws(Finding) -> CaptureTimestamp {
    switch octet() % 4 {
    case 0:
      let count = Int64(bitPattern: quad())
      let time = CaptureTimestamp(nanoseconds: count)
      try require(time.nanoseconds == count, "\(count) ns are \(time.nanoseconds)")
      return time
    case 1: return CaptureTimestamp(microseconds: Int64(bitPattern: quad()))
    case 2:
      return TimestampResolution(rawValue: octet())
        .flatMap { CaptureTimestamp(ticks: quad(), resolution: $0) }
        ?? CaptureTimestamp(nanoseconds: 0)
    default: return CaptureTimestamp(nanoseconds: Int64(double()))
    }
  }

  fileprivate mutating func originalLength() -> Int? {
    pick([nil, nil, nil, 0, -1, 70_000, Int(UInt32.max), .max])
  }

  /// Text of any kind, long texts too.
  fileprivate mutating func text() -> String? {
    switch octet() % 8 {
    case 0...3: nil
    case 4: ""
    case 5: String(decoding: take(small()), as: UTF8.self)
    case 6: String(repeating: pick(["a", "\n", "\u{e9}", "\u{0}"]), count: Int(word()))
    default: String(repeating: "x", count: 65_530 + small() % 10)
    }
  }
}
