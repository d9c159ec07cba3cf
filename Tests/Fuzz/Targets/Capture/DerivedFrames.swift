import PacketCapture

/// Frames that are written as made of those of a pcapng file: what is read back is their octets,
/// with interface, time and comments of their origin.
struct DerivedFrames: ~Copyable {
  private struct Expected {
    var octets: [UInt8]
    var origin: CapturedFrame
    var comments: [String]
  }

  private let mode: UInt8
  private var writer = PcapngWriter(startsSection: false)
  private var expected: [Expected] = []

  init(_ mode: UInt8) { self.mode = mode }

  mutating func check(_ capture: [UInt8]) throws {
    var reader = CaptureReader()
    reader.append(capture)
    reader.finish()
    while !reader.isAtEnd {
      guard let item = try? reader.nextItem() else { break }
      do throws(CaptureWriteError) {
        if let record = item.record { try write(record) } else { try writer.copy(item) }
      } catch {
        try require(!error.description.isEmpty, "an error without a text")
        return
      }
    }
    let octets = try takeOctets()
    let back = ReadCapture(whole: octets)
    try require(
      back.frames.count == expected.count, "\(back.frames.count) of \(expected.count) frames")
    for (found, expected) in zip(back.frames, expected) {
      try requireEqual(found.octets, expected.octets, "a frame made of another one")
      try require(found.comments == expected.comments, "comments \(found.comments)")
      if let time = expected.origin.timestamp, found.timestamp != time {
        throw Finding("time \(String(describing: found.timestamp)), its origin's is \(time)")
      }
      try require(found.interfaceIndex == expected.origin.interfaceIndex, "another interface")
    }
    for update in writer.snapLengthUpdates {
      try require(update.octets.count == 4 && update.byteOffset < octets.count, "\(update)")
    }
  }

  /// One frame changed in place, or two made of it.
  private mutating func write(_ record: CaptureRecord) throws(CaptureWriteError) {
    let (origin, octets) = (CapturedFrame(record), record.copyOctets())
    if mode & 0x10 != 0 {
      let mask: UInt8 = mode & 0x20 != 0 ? 0xFF : 0
      try writer.copy(record) { span in
        guard span.byteCount > 0, mask != 0 else { return false }
        span.storeBytes(of: octets[0] ^ mask, toByteOffset: 0, as: UInt8.self)
        return true
      }
      let changed = octets.first.map { [$0 ^ mask] + octets.dropFirst() } ?? []
      return expected.append(Expected(octets: changed, origin: origin, comments: origin.comments))
    }
    let (middle, trailer) = (octets.count / 2, mode & 0x40 != 0 ? 4 : 0)
    var comment: String? = mode & 0x80 != 0 ? "one more" : nil
    if mode & 0xC3 == 0xC3 { comment = String(repeating: "long", count: 20_000) }
    let original = mode & 4 == 0 ? nil : mode & 0x22 == 0x22 ? Int.max : 3_000
    let parts = [Array(octets[..<middle]), Array(octets[middle...])]
    for (part, derivation) in zip(parts, [PcapngWriter.Derivation.first, .further]) {
      try writer.write(
        OctetBlock(part).octets, madeOf: record, derivation,
        originalLength: original, comment: comment, trailerByteCount: trailer)
      let comments = (derivation == .first ? origin.comments : []) + (comment.map { [$0] } ?? [])
      expected.append(
        Expected(
          octets: part + [UInt8](repeating: 0, count: trailer), origin: origin, comments: comments))
    }
  }

  /// All octets, by one of two ways.
  private mutating func takeOctets() throws -> [UInt8] {
    guard mode & 8 != 0 else { return writer.takeOctets() }
    var octets: [UInt8] = []
    let count = writer.pendingByteCount
    writer.drain { octets = $0.copied() }
    try require(octets.count == count && writer.pendingByteCount == 0, "octets that are drained")
    return octets
  }
}
