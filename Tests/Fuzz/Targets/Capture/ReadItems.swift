import PacketCapture

/// The frames and blocks of a capture, read item by item in one of three ways.
struct ReadItems {
  /// How a reader is asked for the next item.
  enum Way: CaseIterable { case whole, items, frames }

  private(set) var frames: [CapturedFrame] = []
  /// Items that are no frames.
  private(set) var blockCount = 0
  private(set) var error: CaptureError?

  init(_ capture: [UInt8], _ way: Way, _ seed: UInt8) throws {
    var reader = CaptureReader()
    do {
      switch way {
      case .whole: try readWhole(capture, &reader)
      case .items: try readItems(Chunks(capture, seed), &reader)
      case .frames: try readFrames(Chunks(capture, seed), &reader)
      }
    } catch let error as CaptureError { self.error = error }
    try checkFormat(reader.format, capture)
  }

  private mutating func readWhole(_ capture: [UInt8], _ reader: inout CaptureReader) throws {
    reader.append(capture)
    reader.finish()
    while !reader.isAtEnd {
      guard let item = try reader.nextItem() else { return }
      try take(item)
    }
  }

  private mutating func readItems(_ input: Chunks, _ reader: inout CaptureReader) throws {
    var chunks = input
    while let item = try reader.nextItem(filling: { chunks.fill(&$0) }) { try take(item) }
  }

  private mutating func readFrames(_ input: Chunks, _ reader: inout CaptureReader) throws {
    var (chunks, count) = (input, 0)
    defer { blockCount = count }
    while let record = try reader.next(
      filling: { chunks.fill(&$0) }, blocks: { _ in count += 1 })
    {
      frames.append(CapturedFrame(record))
      try check(record)
    }
  }

  private mutating func take(_ item: CaptureItem) throws {
    guard let record = item.record else {
      blockCount += 1
      return
    }
    frames.append(CapturedFrame(record))
    try check(record)
  }

  /// A frame without its frame check sequence, and the sequence.
  private func check(_ record: CaptureRecord) throws {
    let octets = record.copyOctets()
    try requireEqual(
      record.frame.copied() + record.frameCheckSequence.copied(), octets, "frame and sequence")
    try require(record.octetSpan.count == octets.count, "octets as a span")
    try require(
      record.frameLength <= max(Int(record.originalLength), octets.count)
        && record.frameCheckSequenceLength >= 0, "length of a frame: \(record.frameLength)")
    try require(record.comment == record.comments.first, "the first comment")
    if !record.comments.isEmpty { try require(record.optionCodes.contains(1), "codes of options") }
  }

  /// A format that is known is the one that the first octets say.
  private func checkFormat(_ format: CaptureFormat?, _ capture: [UInt8]) throws {
    switch format {
    case nil: try require(frames.isEmpty, "frames of an unknown format")
    case .pcap(_, let order):
      let isBig = order == .bigEndian
      try require(capture.first == 0xA1 && isBig || capture[3] == 0xA1 && !isBig, "byte order")
    case .pcapng: try require(capture.starts(with: [10, 13, 13, 10]), "a pcapng file")
    }
  }
}

/// A capture in chunks of changing sizes.
struct Chunks {
  private let octets: [UInt8]
  private let largest: Int
  private var random: Sequence32
  private var position = 0

  init(_ octets: [UInt8], _ seed: UInt8) {
    self.octets = octets
    largest = [1, 2, 3, 5, 16, 24, 300, 5_000][Int(seed & 7)]
    random = Sequence32(UInt32(seed))
  }

  /// The next chunk; empty at the end.
  mutating func next() -> ArraySlice<UInt8> {
    let end = min(octets.count, position + 1 + random.next(below: largest))
    defer { position = end }
    return octets[position..<end]
  }

  mutating func fill(_ output: inout OutputRawSpan) {
    // SAFETY: every octet is a value of its own.
    for octet in next() { unsafe output.append(octet, as: UInt8.self) }
  }
}
