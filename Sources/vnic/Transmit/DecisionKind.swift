import GsoEngine
import NetAdapterCore
import PacketCapture
import VirtualNIC

/// A line of the table: frames with the same decision for the same reason.
struct DecisionKind: Hashable {
  let path: FramePath
  let reason: String?
  /// The reason for people, without the numbers of a single frame.
  let category: String?
  /// The option with which the decision would be another.
  let remedy: String?
  /// The reason with the numbers.
  let detail: String?

  /// Frames with the same reason are in one line, whatever the numbers in it.
  static func == (left: DecisionKind, right: DecisionKind) -> Bool {
    left.path == right.path && left.category == right.category
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(category)
  }
}

// Reasons in words: those of the library, and what to do about some of them.
extension DecisionKind {
  private init(_ path: FramePath) {
    self.path = path
    (reason, category, remedy, detail) = (nil, nil, nil, nil)
  }

  /// What a NIC reports about a frame.
  init(_ report: TransmitReport) {
    if case .dropped(let reason) = report.outcome {
      self.init(reason)
      return
    }
    switch report.segmentation {
    case .hardware: self.init(.hardware)
    case .none: self.init(.whole)
    case .software(let reason): self.init(reason)
    }
  }

  /// A frame that is too large and was captured in part.
  init(truncated record: CaptureRecord) {
    let reason = SkipReason.truncated(record)
    (path, remedy) = (.notSent, nil)
    self.reason = "truncated"
    (category, detail) = ("it was \(reason.category)", "only \(reason.detail)")
  }

  /// A frame that fits and was captured in part.
  init(passedInPart record: CaptureRecord) {
    (path, reason, remedy) = (.passed, "captured_in_part", nil)
    category = "it was captured in part and fits"
    detail = "only \(SkipReason.truncated(record).detail), and it fits"
  }

  /// A frame of a link other than Ethernet.
  init(foreign record: CaptureRecord) {
    (path, reason, remedy) = (.passed, "foreign", nil)
    category = "\(record.linkType) is not Ethernet, which is what a NIC sends"
    detail = category
  }

  /// A UDP frame above the MTU whose datagram boundaries are unknown.
  init(unsendable error: SegmentationError) {
    let why = SkipReason(error)
    path = .dropped
    if case .opaqueTunnel = error {
      reason = "opaque_tunnel"
    } else {
      reason = "datagram_size_unknown"
    }
    (category, detail) = ("it is \(why.category)", why.detail)
    remedy =
      if case .opaqueTunnel = error {
        "`vnic segment --fragment-udp` makes IP fragments, "
          + "--mss N segments it as if it were many datagrams"
      } else {
        "--mss N says how long they are, --udp-from-flow takes the length of the flow's other "
          + "datagrams, `vnic segment --fragment-udp` makes IP fragments"
      }
  }

  private init(_ reason: SoftwareReason) {
    path = .software
    self.reason = "\(reason.kind)"
    detail = reason.description
    category = Self.category(of: reason)
    remedy = Self.remedy(of: reason)
  }

  private static func category(of reason: SoftwareReason) -> String {
    switch reason {
    case .layer4HeaderOffset(_, let limit): "layer-4 header offset exceeds the limit \(limit)"
    case .payload(_, let limit): "payload exceeds the maximum offload size \(limit)"
    case .segmentCount(_, let minimum): "segment count is below the minimum \(minimum)"
    case .layer3HeaderLength(_, let limit):
      "IP headers exceed the \(limit) octets that a packet layout can say"
    case .ringCapacity(_, let limit): "frame exceeds the \(limit) octets that the rings hold"
    default: reason.description
    }
  }

  private static func remedy(of reason: SoftwareReason) -> String? {
    switch reason {
    case .layer3(.ipv4WithOptions), .layer4(.tcpWithOptions): "--no-options is given"
    case .layer3(.ipv6WithExtensions): "--no-extensions is given"
    case .noHardware, .layer3, .layer4: "--gso says what it segments"
    case .layer4HeaderOffset: "see --offset-limit"
    case .payload: "see --max-offload"
    case .segmentCount: "see --min-segments"
    case .notActive: "see the handshake"
    default: nil
    }
  }

  private init(_ reason: TransmitReport.DropReason) {
    (path, remedy) = (.dropped, nil)
    switch reason {
    case .notStarted: (self.reason, category) = ("not_started", "the adapter is not started")
    case .empty: (self.reason, category) = ("empty", "it has no octets")
    case .exceedsMTU(_, let mtu):
      self.reason = "exceeds_mtu"
      category = "the packet exceeds the MTU \(mtu), and no segmentation was asked for"
    case .refused(let error):
      self.reason = "refused"
      category = "it is too large and cannot be segmented: \(SkipReason(error).category)"
      detail = "it is too large and cannot be segmented: \(error)"
      return
    case .segmentExceedsMTU(_, let mtu):
      (self.reason, category) = ("segment_exceeds_mtu", "even a segment exceeds the MTU \(mtu)")
    case .exceedsRing: (self.reason, category) = ("exceeds_ring", "it exceeds what the rings hold")
    case .exceedsFragmentLimit:
      (self.reason, category) = ("exceeds_fragment_limit", "it exceeds what the framework passes")
    case .cancelled: (self.reason, category) = ("cancelled", "the queue was cancelled")
    case .ringsReplaced: (self.reason, category) = ("rings_replaced", "the driver lost its rings")
    case .nestedTooDeeply:
      (self.reason, category) = ("nested_too_deeply", "it answers a frame that is being delivered")
    }
    detail = reason.description
  }
}
