internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

extension Explanation {
  /// Who does what with a frame.
  public struct Decision: Hashable, Sendable, Encodable {
    /// What happens to the frame as a whole.
    public enum Outcome: String, Hashable, Sendable, Encodable {
      /// The hardware segments it.
      case hardware
      /// Software segments it, and the hardware gets the segments.
      case software
      /// It is sent as one frame, with checksums that the NIC computes.
      case completed
      /// It is sent as one frame, unmodified.
      case unmodified
      /// It is not sent.
      case dropped
    }

    /// A rule that has to hold for the hardware to segment a frame, or for the frame to be sent.
    ///
    /// Rules are listed in the order in which they are checked: the first that does not hold is the
    /// reason of the decision.
    public struct Check: Hashable, Sendable, Encodable {
      /// What is compared: `payload in octets`.
      public let name: String
      /// What the frame has.
      public let found: String
      /// What is needed: `at most 65536`.
      public let needed: String
      /// Whether it holds.
      public let holds: Bool
    }

    /// What happens to the frame.
    public let outcome: Outcome
    /// The decision in one sentence, with its reason and the numbers.
    public let sentence: String
    /// Why it is not the hardware that segments, or why the frame is dropped; nil without a reason.
    public let reason: String?
    /// Who computes the checksums: `hardware`, `software: ` and the reason, or `none`.
    public let checksums: String
    /// Octets of transport payload; nil without a transport header.
    public let payloadLength: Int?
    /// Octets of the outermost IP packet; of all after the link header if there is none.
    public let packetLength: Int
    /// Octets of payload of each segment but the last; nil for a frame that is not segmented.
    public let segmentSize: Int?
    /// Number of frames on the wire.
    public let wireFrames: Int
    /// Octets of all frames on the wire together.
    public let wireOctets: Int
    /// The rules that were checked, in order.
    public let checks: [Check]
  }
}

extension Explanation.Decision {
  internal init(
    _ action: TransmitAction, _ frame: RawSpan, _ layout: PacketLayout?,
    _ request: TransmitRequest, _ report: TransmitReport, _ state: DatapathState
  ) {
    payloadLength = layout?.payloadRange?.count
    let linkLength = layout?.linkHeaderLength ?? EthernetHeader.byteCount
    let end = layout?.outerNetwork?.end ?? frame.byteCount
    packetLength = max(0, end - linkLength)
    checksums = report.checksum.description
    var checks: [Check] = []
    switch action {
    case .segment(let plan, let decision, _):
      (segmentSize, wireFrames) = (plan.segmentSize, plan.count)
      wireOctets = plan.totalFrameLength
      let frames = plan.count == 1 ? "1 frame" : "\(plan.count) segments"
      let work =
        plan.count == 1
        ? "sends 1 frame, whose payload does not exceed \(plan.segmentSize) octets"
        : "makes \(frames) of at most \(plan.segmentSize) octets of payload"
      switch decision {
      case .software(let why):
        (outcome, reason) = (.software, why.description)
        sentence = "Software \(work), because \(why)."
      case .hardware, .none:
        (outcome, reason) = (.hardware, nil)
        sentence = "The hardware \(work)."
      }
      checks.append(
        Check(
          "segment's packet in octets", plan.fullFrameLength - plan.linkHeaderLength,
          atMost: state.mtu))
      checks += Self.checks(plan, state, decision)
    case .computeChecksums(_, let decision):
      (outcome, segmentSize) = (.completed, nil)
      (wireFrames, wireOctets) = (1, frame.byteCount)
      if case .software(let why) = decision { reason = why.description } else { reason = nil }
      let who = decision == .hardware ? "The hardware" : "Software"
      sentence =
        "\(who) completes the frame, which is sent as one"
        + (reason.map { ": \($0)" } ?? "") + "."
      checks.append(Check("packet in octets", packetLength, atMost: state.mtu))
    case .sendUnmodified:
      (outcome, segmentSize, reason) = (.unmodified, nil, nil)
      (wireFrames, wireOctets) = (1, frame.byteCount)
      sentence = "The frame is sent unmodified."
      checks.append(Check("packet in octets", packetLength, atMost: state.mtu))
    case .drop(let why, let plan, _):
      (outcome, segmentSize, reason) = (.dropped, plan?.segmentSize, why.description)
      (wireFrames, wireOctets) = (0, 0)
      sentence = "The frame is not sent: \(why)."
      switch why {
      case .segmentExceedsMTU(let length, let mtu):
        checks.append(Check("segment's packet in octets", length, atMost: mtu))
      case .exceedsMTU(let length, let mtu):
        checks.append(Check("packet in octets", length, atMost: mtu))
      case .exceedsFragmentLimit(let octets, let limit):
        checks.append(Check("frame in octets", octets, atMost: limit))
      default: break
      }
    }
    self.checks = checks
  }
}

extension Explanation.Decision.Check {
  internal init(_ name: String, _ found: Int, atMost limit: Int) {
    self.init(name: name, found: "\(found)", needed: "at most \(limit)", holds: found <= limit)
  }
}
