import PacketCapture

/// Captures in chunks of any size: the same frames and the same error as in one piece, and what is
/// written from them is read again.
func attackCaptures(_ input: [UInt8]) throws {
  var choices = Choices(input)
  let (seed, mode) = (choices.octet(), choices.octet())
  let capture = choices.rest()
  let whole = ReadCapture(whole: capture)
  let chunks = try ReadCapture(chunks: capture, seed)
  try require(
    whole.error == chunks.error,
    "in chunks: \(String(describing: chunks.error)), whole: \(String(describing: whole.error))")
  try require(whole.frames == chunks.frames, "other frames in chunks")
  try require(whole.error?.description.isEmpty != true, "an error without a text")
  try require(
    (try? CaptureReader.frames(in: capture)) == (whole.error == nil ? whole.frames : nil),
    "other frames at once")
  let size = [-1, .min, .max, 0, 1 << 40][Int(mode) % 5]
  do throws(CaptureError) { _ = try CaptureReader(bufferByteCount: size) } catch {
    try require(size != 0 && !error.description.isEmpty, "a buffer of \(size) octets")
  }
  try compareItems(capture, seed)
  try readItems(capture)
  var derived = DerivedFrames(mode)
  try derived.check(capture)
  try writePcapng(capture, mode)
  if let first = whole.frames.first { try writePcap(capture, first.interface, mode) }
}

/// The three ways to read items give the same frames, and the same error.
private func compareItems(_ capture: [UInt8], _ seed: UInt8) throws {
  let whole = try ReadItems(capture, .whole, seed)
  for way in [ReadItems.Way.items, .frames] {
    let found = try ReadItems(capture, way, seed)
    try require(found.error == whole.error, "\(way): \(String(describing: found.error))")
    try require(found.frames == whole.frames, "other frames, read as \(way)")
    try require(found.blockCount == whole.blockCount, "\(found.blockCount) blocks as \(way)")
  }
}

/// Copies all items of a capture, blocks that are not understood too: the frames stay.
private func readItems(_ capture: [UInt8]) throws {
  var reader = CaptureReader()
  var writer = PcapngWriter(startsSection: false)
  var frames: [CapturedFrame] = []
  reader.append(capture)
  reader.finish()
  let isPcapng = capture.starts(with: [0x0A, 0x0D, 0x0D, 0x0A])
  while !reader.isAtEnd {
    guard let item = try? reader.nextItem() else { break }
    if let record = item.record {
      frames.append(CapturedFrame(record))
      try checkPlace(frames[frames.count - 1].octets, in: item, isPcapng: isPcapng)
    }
    _ = item.optionCodes
    do throws(CaptureWriteError) { try writer.copy(item) } catch {
      try require(!error.description.isEmpty, "an error without a text")
      return
    }
  }
  guard isPcapng else { return }
  let copy = ReadCapture(whole: writer.takeOctets())
  try require(
    copy.frames.map(\.octets) == frames.map(\.octets), "copied items have other frames")
}

/// A frame lies after the fixed fields of its record or block, and before the length at the end.
private func checkPlace(
  _ frame: [UInt8], in item: borrowing CaptureItem, isPcapng: Bool
) throws {
  let octets = item.copyOctets()
  let (start, trailer): (Int, Int)
  if isPcapng {
    let type = item.byteOrder == .bigEndian ? octets[3] : octets[0]
    (start, trailer) = (type == 3 ? 12 : 28, 4)
  } else {
    (start, trailer) = (16, 0)
  }
  let end = start + frame.count
  try require(end + trailer <= octets.count, "a frame ends at \(end) of \(octets.count) octets")
  try requireEqual(frame, Array(octets[start..<end]), "place of a frame")
}

/// Writes each frame as pcapng, and reads them again.
private func writePcapng(_ capture: [UInt8], _ mode: UInt8) throws {
  var writer = PcapngWriter(byteOrder: mode & 1 != 0 ? .bigEndian : .littleEndian)
  var written: [CapturedFrame] = []
  try? CaptureReader.forEachRecord(in: capture) { record in
    do throws(CaptureWriteError) {
      try writer.write(record, interface: try writer.index(of: record.interface))
      written.append(CapturedFrame(record))
    } catch { try require(!error.description.isEmpty, "an error without a text") }
  }
  let back = ReadCapture(whole: writer.takeOctets())
  try require(
    back.error == nil, "what was written cannot be read: \(String(describing: back.error))")
  try require(back.frames.count == written.count, "\(back.frames.count) of \(written.count) frames")
  for (found, expected) in zip(back.frames, written) {
    try requireEqual(found.octets, expected.octets, "a frame of pcapng")
    try require(found.originalLength == expected.originalLength, "original length")
    try require(found.comments == expected.comments, "comments \(found.comments)")
    if let time = expected.timestamp { try require(found.timestamp == time, "time \(time)") }
    // pcapng has no fields for two numbers of a pcap header.
    var interface = expected.interface
    (interface.timeZoneCorrection, interface.timestampAccuracy) = (0, 0)
    try require(found.interface == interface, "\(found.interface), expected \(interface)")
  }
}

/// Writes each frame as pcap, and reads them again.
private func writePcap(
  _ capture: [UInt8], _ interface: CaptureInterface, _ mode: UInt8
) throws {
  let order: ByteOrder = mode & 4 != 0 ? .bigEndian : .littleEndian
  guard var writer = try? PcapWriter(interface, byteOrder: order) else { return }
  var written: [CapturedFrame] = []
  try? CaptureReader.forEachRecord(in: capture) { record in
    do throws(CaptureWriteError) {
      try writer.write(record)
      written.append(CapturedFrame(record))
    } catch { try require(!error.description.isEmpty, "an error without a text") }
  }
  let back = ReadCapture(whole: writer.takeOctets())
  try require(back.error == nil, "the pcap cannot be read: \(String(describing: back.error))")
  try require(back.frames.count == written.count, "\(back.frames.count) of \(written.count) frames")
  for (found, expected) in zip(back.frames, written) {
    try requireEqual(found.octets, expected.octets, "a frame of pcap")
    try require(found.originalLength == expected.originalLength, "original length")
    try require(found.interface.linkType == expected.interface.linkType, "link type")
  }
}
