import PacketCapture

/// What a capture has and the output has no place for, counted by kind.
struct Omissions: Encodable {
  struct Kind: Encodable {
    let what: String
    var count = 0
  }

  /// In the order in which they were met first.
  private(set) var kinds: [Kind] = []

  func encode(to encoder: any Encoder) throws { try kinds.encode(to: encoder) }

  /// Notes an item other than a frame that is not written.
  mutating func note(_ item: CaptureItem) {
    switch item.kind {
    case .section:
      for code in item.optionCodes { add(code == 1 ? "comments" : "section options") }
    case .interface:
      // Resolution, offset and frame check sequence of an interface are in its frames.
      for code in item.optionCodes where ![9, 13, 14].contains(code) {
        add(code == 1 ? "comments" : "interface options")
      }
    case .block(let type): add(Self.name(ofBlock: type))
    case .skippedBlock: add("blocks of more than \(CaptureLimits.blockByteCount) octets")
    case .damage: add("damaged blocks")
    case .record: break
    }
  }

  /// Notes what is known of a frame and not written.
  mutating func note(_ record: CaptureRecord) {
    for code in record.optionCodes {
      switch code {
      case 1: add("comments")
      // All that it says about checksums and frame check sequence is in the frame.
      case 2 where (record.flags?.rawValue ?? 1) & ~0xFE0 == 0: break
      case 2: add("packet flags")
      default: add("packet options")
      }
    }
  }

  /// Notes options that are not true of a changed frame.
  mutating func noteChanged(_ code: UInt16, _ count: Int) {
    let what =
      switch code {
      case 3: "hashes of changed frames"
      case 7: "verdicts on changed frames"
      default: "custom options of changed frames"
      }
    add(what, count)
  }

  /// Notes a time stamp that is rounded down to the resolution of a pcap file.
  mutating func noteFineTime(_ resolution: PcapResolution) {
    add(resolution == .nanoseconds ? "fractions of a nanosecond" : "fractions of a microsecond")
  }

  /// Notes the two fields of a pcap file header that pcapng has no place for.
  mutating func noteFileHeader(_ interface: CaptureInterface) {
    if interface.timeZoneCorrection != 0 { add("time zone") }
    if interface.timestampAccuracy != 0 { add("accuracy of time stamps") }
  }

  /// Notes a frame check sequence that is not written.
  mutating func noteFrameCheckSequence() { add("frame check sequences") }

  private mutating func add(_ what: String, _ count: Int = 1) {
    let known = kinds.firstIndex { $0.what == what }
    if known == nil { kinds.append(Kind(what: what)) }
    kinds[known ?? kinds.count - 1].count += count
  }

  private static func name(ofBlock type: UInt32) -> String {
    switch type {
    case 4: "name resolution blocks"
    case 5: "interface statistics"
    case 10: "decryption secrets"
    case 0xBAD, 0x4000_0BAD: "custom blocks"
    default: "blocks of other types"
    }
  }

  /// In words, such as `comments (2), packet flags (1)`; nil if nothing is left out.
  var text: String? {
    if kinds.isEmpty { return nil }
    return kinds.map { "\($0.what) (\($0.count))" }.joined(separator: ", ")
  }
}
