import VirtualNIC

/// What happened to all frames of a capture; `--json` prints it unmodified.
struct TransmitSummary {
  /// Frames with the same fate for the same reason.
  struct Row: Encodable {
    let decision: Path
    let reason: String?
    let category: String?
    let remedy: String?
    var frames = 0
    var wireFrames = 0
    let firstFrame: UInt64
  }

  /// What the NIC and the code before it counted.
  struct Counters: Encodable {
    struct Reason: Encodable {
      let reason: String
      let frames: Int
    }

    /// Frames of the capture.
    let framesRead: Int
    /// Frames that the NIC got.
    let sourceFrames: Int
    let hardwareFrames: Int
    let softwareFrames: Int
    let softwareReasons: [Reason]
    let sentWhole: Int
    let dropped: Int
    /// Frames that went to the wire.
    let wireFrames: Int
    let wireOctets: Int
    let tcpSuccess: Int
    let tcpFailure: Int
    let udpSuccess: Int
    let udpFailure: Int
    /// Frames on the wire whose checksums the hardware computed.
    let hardwareChecksums: Int
    /// Frames on the wire whose checksums software computed.
    let softwareChecksums: Int
    /// Frames that were not segmented and whose checksums the NIC finished.
    let checksumsCompleted: Int
    /// Frames that were not segmented and have a wrong checksum.
    let checksumsWrong: Int
    /// UDP frames whose datagrams are as long as others of their flow.
    let udpFramesFromFlow: Int
    /// UDP frames that were segmented to what fits because nothing said how long their datagrams were.
    let guessedUdpFrames: Int
    /// Frames of the output.
    let framesWritten: Int
  }

  /// What a wire with faults counted.
  struct LinkCounters: Encodable {
    let seed: UInt64
    let sent: Int
    let lost: Int
    let duplicated: Int
    let corrupted: Int
    let heldBack: Int
    let delivered: Int

    init(_ counters: ImpairmentCounters, seed: UInt64) {
      self.seed = seed
      (sent, lost, duplicated) = (counters.sent, counters.lost, counters.duplicated)
      (corrupted, heldBack) = (counters.corrupted, counters.heldBack)
      delivered = counters.delivered
    }
  }

  /// In the order of ``Path``, the most frequent first.
  let decisions: [Row]
  let counters: Counters
  /// Nil for a perfect wire.
  let link: LinkCounters?
  /// Where the input is damaged.
  let damage: [DamageReport.Place]
  /// What the input knows and the output does not have.
  let omissions: Omissions
}
