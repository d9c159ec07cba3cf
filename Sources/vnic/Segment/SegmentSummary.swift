import WireFormats

/// What happened to the frames of a capture, as `--json` prints it.
struct SegmentSummary: Encodable {
  /// Frames that were skipped for one reason.
  struct Skipped: Encodable {
    struct Frame: Encodable {
      let number: UInt64
      let detail: String
    }

    let reason: String
    /// The options with which they would not be skipped.
    let remedy: String?
    var count = 0
    /// The first of them.
    var frames: [Frame] = []
  }

  struct Checksums: Encodable {
    /// Frames that fit, with a checksum that their sender had left to the NIC.
    var completedInFittingFrames = 0
    /// Frames that were segmented and whose checksum was left to the NIC.
    var completedInSegmentedFrames = 0
    /// Frames that fit, with a wrong checksum, which is copied unless it is fixed.
    var wrongInFittingFrames = 0
    /// Frames among them whose checksums were computed, because `--fix-checksums` asks for it.
    var fixed = 0
    /// Frames with a wrong checksum that were segmented; the segments have right ones.
    var wrongInSegmentedFrames = 0
  }

  /// Most frames that are named for one reason; further ones are only counted.
  private static let namedFrameLimit = 1_000

  /// The version of the form.
  let version = 2
  let input: String
  let output: String
  let format: String
  let rules: String
  let mtu: Int?
  let mss: Int?
  var framesRead = 0
  var framesWritten = 0
  var framesSegmented = 0
  /// Frames among them that were captured in part: their segments are headers.
  var framesSegmentedInPart = 0
  /// Segments that frames became, without IP fragments.
  var segments = 0
  /// Frames that became IP fragments.
  var datagramsFragmented = 0
  /// IP fragments that they became.
  var fragments = 0
  /// Frames that were small enough.
  var framesFitting = 0
  /// Frames among them that were not captured to their end.
  var framesFittingInPart = 0
  /// Frames of links that are not supported; they are unmodified.
  var foreign = ForeignFrames()
  /// Where the input is damaged.
  var damage: [DamageReport.Place] = []
  /// What the input has and the output leaves out.
  var omissions = Omissions()
  /// Frames that were too large and could not be segmented; they are written whole.
  var framesSkipped = 0
  var skipped: [Skipped] = []
  var checksums = Checksums()
  /// Frames that fit, with a length of IP or UDP that their sender had left at 0.
  var lengthsCompleted = 0
  /// TCP frames whose segments are shorter than what fits, because their receiver announced less.
  var tcpFramesByAnnouncedMss = 0
  /// UDP frames whose datagrams are as long as others of their flow.
  var udpFramesFromFlow = 0
  /// UDP frames that were segmented to what fits because nothing said how long their datagrams
  /// were.
  var guessedUdpFrames = 0
  /// The largest IP packet that was written, in octets.
  var largestPacket = 0
  /// Octets of the input file.
  var octetsRead: UInt64 = 0
  /// Octets of the output file.
  var octetsWritten: UInt64 = 0
  /// How long it took, without the start of the program.
  var seconds = 0.0
  /// The most memory that the program had at one time, in octets; nil where the system does not
  /// tell.
  var peakMemory: UInt64?

  init(input: String, output: String, format: OutputFormat, limit: SizeLimit) {
    (self.input, self.output, self.format) = (input, output, format.rawValue)
    (rules, mtu, mss) = (limit.preset.name, limit.mtu, limit.mss)
  }

  mutating func addSkipped(_ number: UInt64, _ reason: SkipReason) {
    framesSkipped += 1
    let known = skipped.firstIndex { $0.reason == reason.category }
    let index = known ?? skipped.count
    if known == nil { skipped.append(Skipped(reason: reason.category, remedy: reason.remedy)) }
    skipped[index].count += 1
    if skipped[index].frames.count < Self.namedFrameLimit {
      skipped[index].frames.append(Skipped.Frame(number: number, detail: reason.detail))
    }
  }
}
