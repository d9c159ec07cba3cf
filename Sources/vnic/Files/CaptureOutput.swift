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

  private static let flushByteCount = 65_536

  private let file: OutputFile
  private let format: OutputFormat
  private var pcap: PcapWriter?
  private var pcapng: PcapngWriter?
  private var indices: [Source: Int] = [:]
  private var lastSection = 0
  private var pcapResolution: PcapResolution?
  private var pendingByteCount = 0

  init(_ file: OutputFile, format: OutputFormat) {
    (self.file, self.format) = (file, format)
    if format == .pcapng { pcapng = PcapngWriter() }
  }

  /// Writes a frame that stands for all or a part of a record.
  ///
  /// - Parameters:
  ///   - octets: The frame.
  ///   - record: Where interface, time stamp and comments come from.
  ///   - originalLength: Octets that the frame had on the wire; nil for all that are there.
  ///   - comment: One more comment.
  /// - Throws: ``CaptureWriteError`` if the format has no place for the frame, else ``Failure``.
  mutating func write(
    _ octets: RawSpan, from record: CaptureRecord, originalLength: Int? = nil,
    comment: String? = nil
  ) throws {
    let interface = try index(of: record)
    let start = CaptureTimestamp(
      ticks: 0, resolution: record.interface.resolution, offset: record.interface.timestampOffset)
    let time = record.timestamp ?? start ?? CaptureTimestamp(nanoseconds: 0)
    switch format {
    case .pcap:
      try pcap?.write(
        octets, at: time, originalLength: originalLength, linkType: record.linkType)
    case .pcapng:
      let comments = record.comments + (comment.map { [$0] } ?? [])
      try pcapng?.write(
        octets, interface: interface, at: time, originalLength: originalLength,
        comment: comments.isEmpty ? nil : comments.joined(separator: "\n"))
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
      let source = Source(section: lastSection, index: index)
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

  private mutating func index(of record: CaptureRecord) throws -> Int {
    let source = Source(section: record.sectionIndex, index: record.interfaceIndex)
    lastSection = source.section
    if let index = indices[source] { return index }
    return try add(record.interface, source)
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
