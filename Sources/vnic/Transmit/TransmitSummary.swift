import NetAdapterCore
import VirtualNIC
import VirtualNICTesting

/// What happened to all frames of a capture, as `--json` prints it.
struct TransmitSummary {
  /// Frames with the same decision for the same reason.
  struct Row: Encodable {
    let decision: FramePath
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
    /// Frames that were not segmented and have a checksum that the NIC completed.
    let checksumsCompleted: Int
    /// Frames that were not segmented and have a length that the NIC completed.
    let lengthsCompleted: Int
    /// Frames that were not segmented and have a wrong checksum.
    let checksumsWrong: Int
    /// UDP frames whose datagrams are as long as others of their flow.
    let udpFramesFromFlow: Int
    /// UDP frames that were segmented to what fits because nothing said how long their datagrams
    /// were.
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

  /// What the NIC at the far end counted.
  struct ReceiverCounters: Encodable {
    let framesReceived: Int
    /// Frames that it delivered, each made of several.
    let framesCoalesced: Int
    /// Frames that they were made of.
    let segmentsCoalesced: Int

    init(_ counters: NICCounters) {
      framesReceived = counters.receivedFrames
      (framesCoalesced, segmentsCoalesced) = (counters.coalescedFrames, counters.coalescedSegments)
    }
  }

  /// A bug that was asked for.
  struct Fault: Encodable {
    let name: String
    let framesChanged: Int
  }

  /// In the order of ``FramePath``, the most frequent first.
  let decisions: [Row]
  let counters: Counters
  /// Nil for a perfect wire.
  let link: LinkCounters?
  /// Nil without a NIC at the far end.
  let receiver: ReceiverCounters?
  /// Nil for a card that is right.
  let fault: Fault?
  /// Where the input is damaged.
  let damage: [DamageReport.Place]
  /// What the input knows and the output does not have.
  let omissions: Omissions
}

extension TransmitSummary {
  /// What happened so far.
  init(
    of sender: FrameSender, _ counters: NICCounters, framesWritten: Int, link: LinkCounters?,
    receiver: ReceiverCounters?
  ) {
    decisions = FramePath.allCases.flatMap { path in
      sender.rows.values.filter { $0.decision == path }
        .sorted { ($1.frames, $0.firstFrame) < ($0.frames, $1.firstFrame) }
    }
    self.counters = Counters(of: sender, counters, framesWritten: framesWritten)
    (self.link, self.receiver) = (link, receiver)
    fault = sender.faulty.map { Fault(name: $0.bug.name, framesChanged: $0.changedCount) }
    (damage, omissions) = (sender.damage.places, sender.omissions)
  }
}

extension TransmitSummary.Counters {
  init(of sender: FrameSender, _ counters: NICCounters, framesWritten: Int) {
    framesRead = sender.framesRead
    sourceFrames = counters.sourceFrames
    hardwareFrames = counters.hardwareFrames
    softwareReasons = SoftwareReason.Kind.allCases.compactMap { kind in
      counters.softwareFrames.nonzero[kind].map { Reason(reason: "\(kind)", frames: $0) }
    }
    softwareFrames = softwareReasons.reduce(0) { $0 + $1.frames }
    (sentWhole, dropped) = (counters.sentWhole, counters.dropped)
    (wireFrames, wireOctets) = (counters.wireFrames, counters.wireOctets)
    (tcpSuccess, tcpFailure) = (counters.tcpSuccess, counters.tcpFailure)
    (udpSuccess, udpFailure) = (counters.udpSuccess, counters.udpFailure)
    hardwareChecksums = counters.hardwareChecksums
    softwareChecksums = counters.softwareChecksums.total
    checksumsCompleted = sender.checksumsCompleted
    lengthsCompleted = sender.lengthsCompleted
    checksumsWrong = sender.checksumsWrong
    udpFramesFromFlow = sender.udpFramesFromFlow
    guessedUdpFrames = sender.guessedUdpFrames
    self.framesWritten = framesWritten
  }
}
