import GsoEngine
import PacketCapture
import WireFormats

/// What one frame is and what happens to it, in one line or as an object of JSON.
struct FrameReport: Encodable {
  let number: UInt64
  /// Nanoseconds since the first frame with a time; nil without one.
  let time: Int64?
  /// From the outside in, joined by slashes.
  let layers: String
  /// Octets that the frame had on the wire, without its frame check sequence.
  let frameLength: Int
  /// Octets of it that were captured.
  let capturedLength: Int
  /// `right` or `wrong`; nil without one, or if it was not captured.
  let frameCheckSequence: String?
  /// Octets of the outermost IP packet.
  let packetLength: Int?
  let payloadLength: Int?
  /// Largest TCP payload that fits into the MTU.
  let tcpMss: Int?
  /// `fits`, `segment`, `fragment`, `skip` or `foreign`.
  let decision: String
  let segments: Int?
  let segmentSize: Int?
  let reason: String?
  /// The options with which it would not be skipped.
  let remedy: String?

  init(
    _ record: CaptureRecord, _ decision: SegmentDecision, limit: SizeLimit, time: Int64?
  ) {
    (number, self.time) = (record.frameNumber, time)
    layers = Self.layers(of: record.frame, decision.link, decision.layout)
    frameLength = record.frameLength
    capturedLength = record.frame.byteCount
    frameCheckSequence = Self.state(ofSequence: record)
    packetLength = decision.packetLength
    payloadLength = decision.layout?.payloadRange.map { payload in
      // Octets beyond the snap length count, as far as the headers tell.
      guard record.isTruncatedBySnapLength, let packetLength = decision.packetLength,
        let link = decision.layout?.linkHeaderLength
      else { return payload.count }
      return max(0, link + packetLength - payload.lowerBound)
    }
    tcpMss = decision.layout.flatMap(limit.fittingPayload)
    switch decision.action {
    case .fits:
      (self.decision, segments, segmentSize) = ("fits", nil, nil)
      reason = decision.error?.description
    case .segment(let plan, let boundaries):
      (self.decision, segments, segmentSize) = ("segment", plan.count, plan.segmentSize)
      switch boundaries {
      case .stated:
        reason = limit.payload.announcement(for: record.frame, plan.layout)
      case .fromFlow: reason = "as long as the flow's other datagrams"
      case .guessed: reason = "where the datagrams end is a guess"
      }
    case .fragment(let plan):
      (self.decision, segments, segmentSize) = ("fragment", plan.count, plan.fragmentSize)
      reason = nil
    case .skip(let why):
      (self.decision, segments, segmentSize) = ("skip", nil, nil)
      reason = why.detail
    }
    if case .skip(let why) = decision.action { remedy = why.remedy } else { remedy = nil }
  }

  /// A frame of a link that is not supported.
  init(foreign record: CaptureRecord, time: Int64?) {
    (number, self.time) = (record.frameNumber, time)
    layers = "\(record.linkType)"
    frameLength = record.frameLength
    capturedLength = record.frame.byteCount
    frameCheckSequence = nil
    (packetLength, payloadLength, tcpMss, segments) = (nil, nil, nil, nil)
    (self.decision, segmentSize, reason, remedy) = ("foreign", nil, nil, nil)
  }

  private static func state(ofSequence record: CaptureRecord) -> String? {
    guard record.frameCheckSequence.byteCount == EthernetFrameCheckSequence.byteCount,
      record.linkType == .ethernet
    else { return nil }
    return EthernetFrameCheckSequence.isValid(record.octets) ? "right" : "wrong"
  }

  /// The line for people.
  var text: String {
    let part = capturedLength < frameLength ? " (\(capturedLength) captured)" : ""
    var parts = ["frame \(frameLength)\(part)"]
    if let frameCheckSequence { parts.append("FCS \(frameCheckSequence)") }
    if let packetLength { parts.append("packet \(packetLength)") }
    if let payloadLength { parts.append("payload \(payloadLength)") }
    if let tcpMss { parts.append("MSS \(tcpMss)") }
    let lengths = parts.joined(separator: ", ")
    let time = time.map(CaptureClock.text) ?? "-"
    let columns = [aligned("\(number)", 6), aligned(time, 14), " " + padded(layers, 20)]
    return columns.joined(separator: " ") + " \(lengths): \(outcome)\n"
  }

  private var outcome: String {
    let remark = reason.map { " (\($0))" } ?? ""
    if let segments, let segmentSize {
      let kind = decision == "fragment" ? "fragment" : "segment"
      return "\(counted(segments, kind)) of \(segmentSize)\(remark)"
    }
    if decision == "foreign" { return "foreign, stays unmodified" }
    if decision == "skip" {
      return "skipped: \(reason ?? "")" + (remedy.map { " (\($0))" } ?? "")
    }
    return decision + remark
  }

  /// The headers of a frame from the outside in, joined by slashes.
  static func layers(of frame: RawSpan, _ link: LinkLayer, _ layout: PacketLayout?) -> String {
    var names = [name(link)]
    guard let layout else { return names.joined() + "/?" }
    names += Array(repeating: "VLAN", count: layout.vlanTagCount)
    if layout.network != nil, let type = layout.etherType, type.isMPLS || type == .pppoeSession {
      names.append("\(type)")
    }
    guard let network = layout.network else {
      return (names + (layout.etherType.map { ["\($0)"] } ?? [])).joined(separator: "/")
    }
    if let tunnel = layout.tunnel {
      names.append(name(tunnel.network))
      switch tunnel.kind {
      case .vxlan: names += ["UDP", "VXLAN"]
      case .geneve: names += ["UDP", "Geneve"]
      case .vxlanGPE: names += ["UDP", "VXLAN-GPE"]
      case .gue: names += ["UDP", "GUE"]
      case .fou: names += ["UDP", "FOU"]
      case .gtpU: names += ["UDP", "GTP-U"]
      case .udp: names.append("UDP")
      case .gre: names.append("GRE")
      case .ip: break
      }
      if hasInnerEthernet(tunnel, network) { names.append("Ethernet") }
      names += Array(repeating: "VLAN", count: tunnel.innerVLANTagCount)
    }
    names.append(name(network))
    names.append(network.isIPv4Fragment ? "fragment" : "\(network.upperProtocol)")
    return names.joined(separator: "/")
  }

  /// Whether a tunnel carries a frame and not just a packet.
  private static func hasInnerEthernet(_ tunnel: TunnelLayout, _ network: NetworkLayout) -> Bool {
    tunnel.kind != .udp && network.offset > tunnel.innerOffset
  }

  private static func name(_ network: NetworkLayout) -> String {
    network.version == .ipv4 ? "IPv4" : "IPv6"
  }

  private static func name(_ link: LinkLayer) -> String {
    switch link {
    case .ethernet: "Ethernet"
    case .rawIP: "raw"
    case .bsdLoopback: "loopback"
    case .linuxCooked: "cooked"
    case .linuxCooked2: "cooked v2"
    case .ppp: "PPP"
    }
  }
}
