import GsoEngine
import PacketCapture
import VirtualNIC
import WireFormats

/// What `vnic explain` says about one frame of a capture.
struct ExplainedFrame: Encodable {
  /// The version of the form.
  static let jsonVersion = 1

  let version = Self.jsonVersion
  /// How messages call the capture.
  let input: String
  /// From 1.
  let number: UInt64
  /// Nanoseconds since the first frame; nil for a frame without a time.
  let time: Int64?
  /// From the outside in, joined by slashes.
  let layers: String
  /// The name of the rules.
  let rules: String
  /// How the boundaries of datagrams are known, if they are not what was asked for.
  let boundaries: String?
  let explanation: Explanation

  init(
    _ record: CaptureRecord, time: Int64?, of input: String, _ choice: SegmentSizeChoice,
    by nic: VirtualNIC
  ) {
    (self.input, number, self.time) = (input, record.frameNumber, time)
    let layout = try? PacketLayout(parsing: record.frame, tunnels: choice.tunnels)
    layers = FrameReport.layers(of: record.frame, .ethernet, layout)
    rules = choice.preset.name
    switch choice.answer(for: record.frame, layout) {
    case .segments(let size, let boundaries):
      switch boundaries {
      case .stated: self.boundaries = nil
      case .fromFlow: self.boundaries = "as long as the flow's other datagrams"
      case .guessed: self.boundaries = "where the datagrams end is a guess"
      }
      explanation = nic.explain(record.frame, TransmitRequest(segmentSize: size))
    case .unsendable:
      // To fit is what cannot be asked for: the refusal says why.
      boundaries = nil
      explanation = nic.explain(record.frame, TransmitRequest(segmentSize: .toFit))
    case .checksums:
      boundaries = nil
      var request = TransmitRequest()
      if let layout {
        let (fields, findings) = layout.checksumsToComplete(in: record.frame, record.flags)
        if findings.changesFrame { request.checksums = fields }
      }
      explanation = nic.explain(record.frame, request)
    }
  }

  /// What it is about: `frame 4 of tcp4.pcap: Ethernet/IPv4/TCP, 65226 octets`.
  var title: String {
    "frame \(number) of \(input): \(layers), \(counted(explanation.frameLength, "octet"))"
  }

  /// What to do in terms of the command line, besides what the refusal says.
  var options: String? {
    guard let refusal = explanation.refusal, case .dropped(let reason) = explanation.report.outcome
    else { return nil }
    guard case .refused(let error) = reason else { return nil }
    switch error {
    case .datagramSizeUnknown:
      return "--mss N says how long the datagrams are, --udp-from-flow takes the length of the "
        + "flow's other datagrams, `vnic segment --fragment-udp` makes IP fragments"
    case .opaqueTunnel:
      return "`vnic segment --fragment-udp` makes IP fragments, --mss N segments it as if it were "
        + "many datagrams"
    case .fragment: return "`vnic segment --refragment` fragments it again, as a router does"
    case .tooManySegments, .mtuTooSmall, .segmentSizeExceedsMTU, .shortLastDatagram:
      return "see --mtu, --mss and --rules"
    case .notSupported, .refusedFlags: return "--rules linux segments it"
    default: return refusal.offset == nil ? nil : "`vnic check` looks for more of this kind"
    }
  }
}

/// What `vnic explain --coalesce` says about some frames of a capture.
struct ExplainedUnits: Encodable {
  let version = ExplainedFrame.jsonVersion
  /// How messages call the capture.
  let input: String
  /// The name of the rules.
  let rules: String
  /// Microseconds that a unit is held.
  let window: Int
  /// The numbers in the capture of the frames of ``explanation``, from 1.
  let numbers: [UInt64]
  let explanation: CoalescingExplanation

  /// What it is about: `frames 1 to 9 of wire.pcap: 9 frames become 2`.
  func title(of file: String) -> String {
    let frames =
      numbers.count == 1
      ? "frame \(numbers[0])" : "frames \(numbers.first ?? 0) to \(numbers.last ?? 0)"
    let count = explanation.units.count
    return "\(frames) of \(file): \(counted(numbers.count, "frame")) become"
      + "\(numbers.count == 1 ? "s" : "") \(count)"
  }
}
