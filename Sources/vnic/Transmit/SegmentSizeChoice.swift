import GsoEngine
import WireFormats

/// What a sender asks of the NIC: segmentation of every frame that is too large.
struct SegmentSizeChoice {
  /// Largest IP packet, in octets.
  let mtu: Int
  /// The segment size that is asked for; TCP gets no more than fits.
  let payload: PayloadLimit
  /// The sizes of datagrams by flow; nil without `--udp-from-flow`.
  let datagramSizes: DatagramSizes?
  /// How fields change from segment to segment, and what is refused.
  let preset: RulesPreset<SegmentationRules>
  /// Which encapsulations frames are searched for.
  let tunnels: TunnelRecognition

  /// What is asked of the NIC for one frame.
  enum Answer {
    /// Nothing but checksums: the frame fits.
    case checksums
    /// Segments of so many octets of payload.
    case segments(Int, DatagramBoundaries)
    /// Nothing, though the frame does not fit: the NIC drops it.
    case unsendable(SegmentationError)
  }

  init(_ arguments: ParsedArguments) throws(Failure) {
    mtu = try arguments.number("--mtu", in: 1...1_000_000) ?? 1_500
    payload = try PayloadLimit(arguments)
    datagramSizes = try DatagramSizes(arguments)
    preset = try RulesPreset<SegmentationRules>(arguments)
    tunnels = try TunnelRecognition(arguments)
  }

  /// Learns how long the datagrams of a capture are, if that may decide something.
  func learnDatagramSizes(from path: String) {
    datagramSizes?.learn(from: path, mtu: mtu, tunnels: tunnels)
  }

  /// Payload that `--mss` states, in octets; nil for what fits, or what a receiver announced.
  var mss: Int? { payload.stated }

  /// What to ask for.
  ///
  /// A frame that is too large and cannot be segmented asks all the same: the NIC says what is
  /// wrong. A UDP frame whose boundaries are unknown does not ask.
  func answer(for frame: RawSpan, _ layout: PacketLayout?) -> Answer {
    guard let layout else {
      let excess = frame.byteCount - EthernetHeader.byteCount - mtu
      return excess > 0 ? .segments(mss ?? mtu, .stated) : .checksums
    }
    let end = layout.outerNetwork?.end ?? layout.frameLength
    let exceedsMTU = end - layout.linkHeaderLength > mtu
    guard exceedsMTU || payload.isExceeded(by: frame, layout) else {
      datagramSizes?.note(frame, layout)
      return .checksums
    }
    let headers = layout.repeatedPacketHeaderLength ?? 0
    let fitting = max(1, mtu - headers)
    if let mss = payload(for: frame, layout) {
      return .segments(layout.transport?.kind == .tcp ? min(mss, fitting) : mss, .stated)
    }
    if layout.transport?.kind == .udp {
      do throws(SegmentationError) {
        let datagrams = try UnstatedDatagrams(
          in: frame, layout, mtu: mtu, rules: preset.rules, from: datagramSizes, besides: tunnels)
        return .segments(datagrams.plan.segmentSize, datagrams.boundaries)
      } catch {
        switch error {
        case .datagramSizeUnknown, .opaqueTunnel: return .unsendable(error)
        default: break
        }
      }
    }
    return .segments(fitting, .stated)
  }

  /// In words, for people.
  var description: String {
    "MTU \(mtu), segments of " + (mss.map { "\($0) octets" } ?? "what fits")
      + ", \(preset.name) rules"
  }

  /// The options for it.
  static let options: [CommandDescription.Option] =
    [
      .init("--mtu", value: "N", "largest IP packet, in octets (default 1500)"),
      .init(
        "--mss", value: "N",
        """
        TCP or UDP payload of a segment, in octets; frames with
        more are segmented, too. TCP gets the smaller of N and
        what fits the MTU (default: what the receiver announced
        and fits, TCP alone)
        """),
      PayloadLimit.option, DatagramBoundaries.option, RulesPreset<SegmentationRules>.option,
    ] + TunnelRecognition.options
}
