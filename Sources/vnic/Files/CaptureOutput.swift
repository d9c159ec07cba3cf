import PacketCapture

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
}

/// A capture that is being written, in bounded memory.
struct CaptureOutput: ~Copyable {
  /// An interface of the input.
  private struct Source: Hashable {
    let section: Int
    let index: Int
  }

  /// What is the same for all frames of an interface.
  private struct Place {
    let source: Source
    let index: Int
    let hasFrameCheckSequence: Bool
    /// The time of frames that have none.
    let start: CaptureTimestamp
  }

  private static let flushByteCount = 262_144

  private let file: OutputFile
  private let format: OutputFormat
  private var pcap: PcapWriter?
  private var pcapng: PcapngWriter?
  private var indices: [Source: Int] = [:]
  /// That of the latest frame, which nearly always is that of the next one.
  private var latest: Place?
  private var pcapResolution: PcapResolution?
  private var pendingByteCount = 0

  init(_ file: OutputFile, format: OutputFormat) {
    (self.file, self.format) = (file, format)
    if format == .pcapng { pcapng = PcapngWriter() }
  }

  /// What the frames that come from a record have in common.
  ///
  /// - Throws: ``CaptureWriteError`` or ``Failure`` if the format has no place for the record's
  ///   interface.
  mutating func origin(of record: CaptureRecord) throws -> FrameOrigin {
    let source = Source(section: record.sectionIndex, index: record.interfaceIndex)
    let place =
      if let latest, latest.source == source { latest } else { try place(of: record, source) }
    return FrameOrigin(
      interface: place.index, hasFrameCheckSequence: place.hasFrameCheckSequence,
      linkType: record.linkType, time: record.timestamp ?? place.start, comments: record.comments)
  }

  /// Writes a frame that stands for all or a part of a record.
  ///
  /// - Parameters:
  ///   - octets: The frame.
  ///   - origin: Where interface, time stamp and comments come from.
  ///   - originalLength: Octets that the frame had on the wire; nil for all that are there.
  ///   - comment: One more comment.
  ///   - edit: Changes octets of the frame on its way.
  /// - Throws: ``CaptureWriteError`` if the format has no place for the frame, else ``Failure``.
  mutating func write(
    _ octets: RawSpan, _ origin: FrameOrigin, originalLength: Int? = nil, comment: String? = nil,
    edit: (inout MutableRawSpan) -> Void = { _ in }
  ) throws {
    switch format {
    case .pcap:
      try pcap?.write(
        octets, at: origin.time, originalLength: originalLength, linkType: origin.linkType,
        edit: edit)
    case .pcapng:
      try pcapng?.write(
        octets, interface: origin.interface, at: origin.time, originalLength: originalLength,
        comment: origin.comment(and: comment), edit: edit)
    }
    pendingByteCount += octets.byteCount
    if pendingByteCount > Self.flushByteCount { try drain() }
  }

  /// Writes what is left, and puts the file in its place.
  ///
  /// - Parameter interfaces: Those of the last section of the input; what no frame belongs to is
  ///   kept as well.
  /// - Throws: As ``write(_:from:originalLength:comment:)``.
  mutating func finish(_ interfaces: [CaptureInterface]) throws {
    for (index, interface) in interfaces.enumerated() {
      let source = Source(section: latest?.source.section ?? 0, index: index)
      if indices[source] == nil, format == .pcapng || pcapResolution == nil {
        try add(interface, source)
      }
    }
    if format == .pcap, pcapResolution == nil { pcap = PcapWriter(linkType: .ethernet) }
    try drain()
    try file.finish()
  }

  private mutating func drain() throws {
    let file = file
    pendingByteCount = 0
    try pcap?.drain { (octets) throws(Failure) in try file.write(octets) }
    try pcapng?.drain { (octets) throws(Failure) in try file.write(octets) }
  }

  private mutating func place(of record: CaptureRecord, _ source: Source) throws -> Place {
    let interface = record.interface
    let index = if let known = indices[source] { known } else { try add(interface, source) }
    let start = CaptureTimestamp(
      ticks: 0, resolution: interface.resolution, offset: interface.timestampOffset)
    let place = Place(
      source: source, index: index,
      hasFrameCheckSequence: (interface.frameCheckSequenceByteCount ?? 0) > 0,
      start: start ?? CaptureTimestamp(nanoseconds: 0))
    latest = place
    return place
  }

  @discardableResult
  private mutating func add(_ interface: CaptureInterface, _ source: Source) throws -> Int {
    var interface = interface
    // Some programs state 65,535 whatever the length of their frames.
    if interface.snapLength >= 65_535 {
      interface.snapLength = UInt32(CaptureLimits.recordByteCount)
    }
    let index: Int
    switch format {
    case .pcapng: index = try pcapng?.addInterface(interface) ?? 0
    case .pcap:
      index = 0
      try addToPcap(interface)
    }
    indices[source] = index
    return index
  }

  private mutating func addToPcap(_ interface: CaptureInterface) throws {
    guard let resolution = pcapResolution else {
      let writer = try PcapWriter(interface)
      pcapResolution = writer.resolution
      pcap = consume writer
      return
    }
    guard
      interface.resolution.ticksPerSecond <= resolution.timestampResolution.ticksPerSecond
    else {
      throw Failure(
        "\(file.name): time stamps of \(interface.resolution) follow such of "
          + "\(resolution.timestampResolution), and a pcap file has one kind; write pcapng")
    }
  }
}
