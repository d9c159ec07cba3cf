internal import WireFormats

extension NICCounters {
  /// Every counter but those by reason; their places in a state stay the same for ever.
  private static var numbers: [WritableKeyPath<NICCounters, Int>] {
    [
      \.sourceFrames, \.wireFrames, \.wireOctets, \.sentWhole, \.hardwareFrames,
      \.hardwareChecksums, \.tcpSuccess, \.tcpFailure, \.udpSuccess, \.udpFailure, \.dropped,
      \.receivedFrames, \.receivedWhileStopped, \.receivedTooDeeply, \.receivedWhileDisconnected,
      \.receivedTooShort, \.receivedTooLong, \.receivedFiltered, \.coalescedFrames,
      \.coalescedSegments,
    ]
  }

  internal func write(to writer: inout StateWriter) {
    writer.write(each: Self.numbers) { $0.write(self[keyPath: $1]) }
    for counts in [softwareFrames, softwareChecksums] {
      writer.write(each: SoftwareReason.Kind.allCases) { $0.write(counts[$1]) }
    }
  }

  /// Reads counters.
  internal static func read(_ reader: inout StateReader) throws(StateError) -> NICCounters {
    var counters = NICCounters()
    let count = numbers.count
    _ = try reader.read("number of counters", in: count...count)
    for number in numbers { counters[keyPath: number] = try reader.readCounter() }
    try counters.softwareFrames.read(&reader)
    try counters.softwareChecksums.read(&reader)
    return counters
  }
}

extension ReasonCounts {
  /// Reads counts, and adds them.
  fileprivate mutating func read(_ reader: inout StateReader) throws(StateError) {
    let count = try reader.readCount(
      "number of reasons", ofAtLeast: 8, upTo: SoftwareReason.Kind.allCases.count)
    for kind in SoftwareReason.Kind.allCases.prefix(count) { add(kind, try reader.readCounter()) }
  }
}

extension StateReader {
  /// Reads a counter, which has room to grow: at most 2^62.
  internal mutating func readCounter(
    _ name: String = "counter"
  ) throws(StateError) -> Int {
    try read(name, in: 0...1 << 62)
  }

  /// Reads a time.
  internal mutating func readTime() throws(StateError) -> VirtualTime {
    VirtualTime(nanoseconds: try read())
  }
}
