import PacketCapture
import WireFormats

/// The kinds of capture that can be written.
enum OutputFormat: String, CaseIterable {
  case pcap
  case pcapng

  /// The kind that the name of a file asks for; nil if it asks for none.
  init?(extensionOf path: String) {
    switch path.split(separator: ".").last {
    case "pcap": self = .pcap
    case "pcapng": self = .pcapng
    default: return nil
    }
  }

  /// The kind that the arguments ask for; nil if they leave it to the input.
  ///
  /// - Parameters:
  ///   - arguments: With `--format`, or without.
  ///   - outputPath: What the name of the output ends in counts without `--format`.
  ///   - hasComments: Whether frames get comments, for which pcap has no place.
  /// - Throws: ``Failure`` for another word, and for comments in pcap.
  init?(
    _ arguments: ParsedArguments, outputPath: String, hasComments: Bool = false
  ) throws(Failure) {
    let format: OutputFormat? = try arguments.choice("--format")
    if hasComments, format == .pcap {
      throw Failure(usage: "`--comments` need `--format pcapng`: pcap has no place for them")
    }
    let choice = hasComments ? .pcapng : format ?? OutputFormat(extensionOf: outputPath)
    guard let choice else { return nil }
    self = choice
  }
}

/// A capture that is written item by item as another one is read, in bounded memory.
///
/// pcapng that becomes pcapng is copied block by block, so that all that is not changed stays. For
/// everything else frames are written anew, and ``omissions`` says what has no place in the format.
struct CaptureOutput: ~Copyable {
  private static let flushByteCount = 262_144

  /// What the output leaves out of the input.
  var omissions = Omissions()
  let file: OutputFile
  private let format: OutputFormat
  /// Whether blocks are copied: both sides are pcapng.
  private let copiesBlocks: Bool
  let inputIsPcapng: Bool
  var pcap: PcapWriter?
  private var pcapng: PcapngWriter?
  /// The interface of the input that describes an output without frames.
  private var firstInterface: CaptureInterface?
  /// Whether an interface described so far counts ticks shorter than a microsecond.
  var hasFineTime = false
  /// Octets of frame check sequence of every frame of a pcap file.
  var sequenceLength = 0
  private var pendingByteCount = 0

  init(_ file: OutputFile, format: OutputFormat, inputIsPcapng: Bool) {
    (self.file, self.format) = (file, format)
    self.inputIsPcapng = inputIsPcapng
    copiesBlocks = inputIsPcapng && format == .pcapng
    if format == .pcapng {
      pcapng = PcapngWriter(
        startsSection: !copiesBlocks, minimumSnapLength: file.leastSnapLength)
    }
  }

  /// Takes an item that is no frame.
  mutating func copy(_ item: CaptureItem) throws {
    if let interface = item.interface {
      if firstInterface == nil { firstInterface = interface }
      if interface.resolution.ticksPerSecond > 1_000_000 { hasFineTime = true }
      if format == .pcapng { omissions.noteFileHeader(interface) }
    }
    if !copiesBlocks || item.isPassedOver { return omissions.note(item) }
    try pcapng?.copy(item)
    try note(item.octets.byteCount)
  }

  /// Writes a frame that stays one.
  ///
  /// - Parameters:
  ///   - record: The frame.
  ///   - edit: Changes octets of the frame on its way, without its frame check sequence, and
  ///     returns whether it did; the sequence is then renewed.
  /// - Throws: ``CaptureWriteError`` if the format has no place for the frame, else ``Failure``.
  mutating func write(
    _ record: CaptureRecord, edit: (inout MutableRawSpan) -> Bool = { _ in false }
  ) throws {
    switch format {
    case .pcapng where copiesBlocks:
      let frameByteCount = record.frame.byteCount
      try pcapng?.copy(record) { Self.edit(&$0, frameByteCount, edit) }
    case .pcapng:
      let frameByteCount = record.frame.byteCount
      let index = try index(of: record)
      try pcapng?.write(
        record.octets, interface: index, at: record.time,
        originalLength: Int(record.originalLength)
      ) { _ = Self.edit(&$0, frameByteCount, edit) }
    case .pcap:
      try startPcap(for: record)
      noteForPcap(record)
      try writeToPcap(record, edit)
    }
    try note(record.capturedLength)
  }

  /// Writes a frame that was made of a record.
  ///
  /// - Parameters:
  ///   - octets: The frame, without a frame check sequence: it gets one if the record has one.
  ///   - record: Where interface, time stamp and all else come from.
  ///   - isFirst: Whether it is the first that is made of the record.
  ///   - originalLength: Octets that the frame had on the wire; nil for all that are there.
  ///   - comment: One more comment.
  ///   - edit: Changes octets of the frame on its way.
  /// - Throws: ``CaptureWriteError`` if the format has no place for the frame, else ``Failure``.
  mutating func write(
    _ octets: RawSpan, madeOf record: CaptureRecord, isFirst: Bool, originalLength: Int? = nil,
    comment: String? = nil, edit: (inout MutableRawSpan) -> Void = { _ in }
  ) throws {
    let count = octets.byteCount
    let isWhole = originalLength ?? count <= count
    let hasSequence = record.frameCheckSequenceLength == EthernetFrameCheckSequence.byteCount
    var trailer = isWhole && hasSequence ? EthernetFrameCheckSequence.byteCount : 0
    let original = originalLength.map { $0 + trailer }
    switch format {
    case .pcapng where copiesBlocks:
      try pcapng?.write(
        octets, madeOf: record, isFirst ? .first : .further, originalLength: original,
        comment: comment, trailerByteCount: trailer
      ) { Self.change(&$0, count, edit) }
    case .pcapng:
      let index = try index(of: record)
      try pcapng?.write(
        octets, interface: index, at: record.time, originalLength: original, comment: comment,
        trailerByteCount: trailer
      ) { Self.change(&$0, count, edit) }
    case .pcap:
      try startPcap(for: record)
      if isFirst { noteForPcap(record) }
      trailer = isWhole ? sequenceLength : 0
      try pcap?.write(
        octets, at: record.time, originalLength: originalLength.map { $0 + trailer },
        linkType: record.linkType, trailerByteCount: trailer
      ) { Self.change(&$0, count, edit) }
    }
    try note(count)
  }

  /// Writes what is pending, corrects headers, and gives the file its name.
  mutating func finish() throws {
    if format == .pcap, pcap == nil {
      pcap = try PcapWriter(described(firstInterface ?? CaptureInterface(linkType: .ethernet)))
    }
    if let firstInterface, !copiesBlocks, pcapng?.interfaces.isEmpty == true {
      _ = try pcapng?.addInterface(firstInterface)
    }
    try drain()
    let updates = (pcapng?.snapLengthUpdates ?? []) + [pcap?.snapLengthUpdate].compactMap { $0 }
    for update in updates { try file.update(update.octets, at: update.byteOffset) }
    let removed = pcapng?.removedOptions ?? [:]
    for code in removed.keys.sorted() { omissions.noteChanged(code, removed[code] ?? 0) }
    try file.finish()
  }

  /// The output's interface for a frame of pcap, which has one.
  private mutating func index(of record: CaptureRecord) throws -> Int {
    if pcapng?.interfaces.isEmpty == true { _ = try pcapng?.addInterface(record.interface) }
    return 0
  }

  private mutating func note(_ byteCount: Int) throws {
    pendingByteCount += byteCount
    if pendingByteCount > Self.flushByteCount { try drain() }
  }

  private mutating func drain() throws {
    let file = file
    pendingByteCount = 0
    try pcap?.drain { (octets) throws(Failure) in try file.write(octets) }
    try pcapng?.drain { (octets) throws(Failure) in try file.write(octets) }
  }

  /// Changes the frame at the start of `octets`, and computes the frame check sequence after it.
  private static func change(
    _ octets: inout MutableRawSpan, _ frameByteCount: Int, _ edit: (inout MutableRawSpan) -> Void
  ) {
    _ = Self.edit(&octets, frameByteCount) { frame in
      edit(&frame)
      return true
    }
  }

  /// Changes the frame at the start of `octets`, and renews the frame check sequence after it.
  static func edit(
    _ octets: inout MutableRawSpan, _ frameByteCount: Int, _ edit: (inout MutableRawSpan) -> Bool
  ) -> Bool {
    if octets.byteCount == frameByteCount { return edit(&octets) }
    var isChanged = false
    do {
      var frame = octets.part(0..<frameByteCount)
      isChanged = edit(&frame)
    }
    guard isChanged, octets.byteCount - frameByteCount == EthernetFrameCheckSequence.byteCount
    else { return isChanged }
    let value = EthernetFrameCheckSequence.value(of: octets.bytes.extracting(0..<frameByteCount))
    octets.setLittleEndian(value, at: frameByteCount)
    return true
  }
}

extension CaptureItem {
  /// Whether the reader has passed over its octets.
  fileprivate var isPassedOver: Bool {
    if case .skippedBlock = kind { true } else { false }
  }
}
