import GsoEngine
import PacketCapture
import WireFormats

/// How large a frame may be, and by which rules a larger one is segmented.
struct SizeLimit {
  /// Largest IP packet, in octets; nil if only the payload counts.
  let mtu: Int?
  /// The largest payload of a TCP segment or UDP datagram.
  let payload: PayloadLimit
  /// How fields change from segment to segment, and what is refused.
  let preset: RulesPreset<SegmentationRules>
  /// True if UDP datagrams that are too large become IP fragments instead of shorter datagrams.
  let fragmentsUDP: Bool
  /// True if IPv4 fragments that are too large are fragmented again.
  let refragments: Bool
  /// The sizes of datagrams by flow; nil without `--udp-from-flow`.
  let datagramSizes: DatagramSizes?
  /// Which encapsulations frames are searched for.
  let tunnels: TunnelRecognition

  init(_ arguments: ParsedArguments) throws(Failure) {
    let mtu = try arguments.number("--mtu", in: 1...1_000_000)
    payload = try PayloadLimit(arguments)
    self.mtu = mtu ?? (payload.stated == nil ? 1_500 : nil)
    preset = try RulesPreset<SegmentationRules>(arguments)
    fragmentsUDP = arguments.has("--fragment-udp")
    refragments = arguments.has("--refragment")
    tunnels = try TunnelRecognition(arguments)
    datagramSizes = try DatagramSizes(arguments)
    for name in ["--fragment-udp", "--refragment"] where arguments.has(name) && self.mtu == nil {
      throw Failure(usage: "`\(name)` goes by `--mtu`, not by `--mss` alone")
    }
  }

  /// Whether a frame is too large.
  func isExceeded(by frame: RawSpan, _ layout: PacketLayout) -> Bool {
    isMTUExceeded(by: layout) || payload.isExceeded(by: frame, layout)
  }

  /// Payload that `--mss` states, in octets; nil for what fits, or what a receiver announced.
  var mss: Int? { payload.stated }

  /// Whether the outermost IP packet of a frame, or what the frame has instead, exceeds ``mtu``.
  func isMTUExceeded(by layout: PacketLayout) -> Bool {
    guard let mtu else { return false }
    return (layout.packetLength ?? layout.frameLength - layout.linkHeaderLength) > mtu
  }

  /// Whether a frame is to become IP fragments: a datagram, or that of a tunnel around anything but
  /// TCP, which is segmented inside.
  func asksForFragments(of layout: PacketLayout) -> Bool {
    guard isMTUExceeded(by: layout) else { return false }
    if layout.outerNetwork?.isIPv4Fragment == true { return refragments }
    guard fragmentsUDP else { return false }
    if let transport = layout.transport { return transport.kind == .udp }
    return layout.tunnel?.kind.isOverUDP == true
  }

  /// DF and options as ``preset`` has them; a checksum that the sender did not leave partial is
  /// copied.
  ///
  /// What the flags of a frame say about its checksum goes before what the field looks like. In a
  /// tunnel the field alone decides.
  func fragmentationRules(
    for layout: PacketLayout, _ flags: PacketFlags?
  ) -> FragmentationRules {
    var rules = preset.fragmentation
    rules.checksum = .completePartial
    rules.fragments = refragments ? .fragmentedAgain : .refused
    guard let flags, layout.tunnel == nil else { return rules }
    if flags.leavesChecksum {
      (rules.checksum, rules.zeroUDPChecksum) = (.compute, .computeAnyway)
    } else if flags.contains(.checksumValid) {
      rules.checksum = .copy
    }
    return rules
  }

  /// What to ask of the engine for a frame that is too large.
  func request(for frame: RawSpan, _ layout: PacketLayout) -> SegmentationRequest {
    let size = payload(for: frame, layout)
    if let mtu { return SegmentationRequest(mtu: mtu, segmentSize: size, rules: preset.rules) }
    return SegmentationRequest(segmentSize: size ?? 1, rules: preset.rules)
  }

  /// Learns how long the datagrams of a capture are, if that may decide something.
  func learnDatagramSizes(from path: String) {
    guard let datagramSizes, let mtu else { return }
    datagramSizes.learn(from: path, mtu: mtu, tunnels: tunnels)
  }

  /// What the headers of a TCP frame leave of the MTU, in octets; nil if that is nothing, for
  /// anything but TCP, and without an MTU.
  func fittingPayload(of layout: PacketLayout) -> Int? {
    guard let mtu, let headers = layout.repeatedPacketHeaderLength,
      layout.transport?.kind == .tcp
    else { return nil }
    let rest = mtu - headers
    return rest > 0 ? rest : nil
  }

  /// Learns from a frame what later ones are segmented by.
  func learn(from record: CaptureRecord) {
    if let link = LinkLayer(record.linkType) { _ = SegmentDecision(for: record, link, self) }
  }

  /// In words, for people.
  var description: String {
    let parts = [
      mtu.map { "IP packets of at most \($0) octets" }, mss.map { "payloads of at most \($0)" },
    ]
    return parts.compactMap { $0 }.joined(separator: ", ") + ", \(preset.name) rules"
  }

  /// The options for it.
  static let options: [CommandDescription.Option] =
    [
      .init("--mtu", value: "N", "largest IP packet, in octets (default 1500)"),
      .init(
        "--mss", value: "N",
        """
        largest TCP or UDP payload, in octets; without --mtu
        nothing else makes a frame too large (default: TCP what
        the receiver announced and fits --mtu)
        """),
      PayloadLimit.option,
      .init("--fragment-udp", "UDP above the MTU: IP fragments instead of shorter datagrams"),
      .init("--refragment", "IPv4 fragments above the MTU: fragment again, as a router does"),
      DatagramBoundaries.option,
      RulesPreset<SegmentationRules>.option,
    ] + TunnelRecognition.options
}
