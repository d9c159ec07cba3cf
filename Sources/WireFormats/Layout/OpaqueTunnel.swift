/// A tunnel over UDP that is known by its port and not parsed: of a kind that is not looked into,
/// or with a header or a packet that is not.
///
/// Which of its headers each segment would have to repeat is not known, so its datagrams cannot be
/// segmented without a segment size. Ports are those of IANA's registry.
public enum OpaqueTunnel: String, CaseIterable, Sendable {
  /// Layer Two Tunneling Protocol (RFC 2661, RFC 3931): port 1701.
  case l2tp = "L2TP"
  /// The user plane of mobile networks (3GPP TS 29.281), with a message or packet that could not be
  /// segmented: port 2152.
  case gtpU = "GTP-U"
  /// IPv6 through network address translators (RFC 4380): port 3544.
  case teredo = "Teredo"
  /// Locator/ID Separation Protocol, data packets (RFC 9300): port 4341.
  case lisp = "LISP"
  /// GRE in UDP (RFC 8086): port 4754.
  case greInUDP = "GRE in UDP"
  /// VXLAN whose inner frame is not one that could be segmented: ports 4789 and 8472.
  case vxlan = "VXLAN"
  /// VXLAN with a protocol field (draft-ietf-nvo3-vxlan-gpe), with what could not be segmented:
  /// port 4790.
  case vxlanGPE = "VXLAN-GPE"
  /// Foo over UDP of Linux without an IP packet that could be segmented, on the port of its
  /// documentation: 5555.
  case fou = "FOU"
  /// Generic UDP Encapsulation (draft-ietf-intarea-gue), with flags or a packet that could not be
  /// segmented: port 6080.
  case gue = "GUE"
  /// Geneve whose inner packet is not one that could be segmented: port 6081.
  case geneve = "Geneve"
  /// MPLS in UDP (RFC 7510): port 6635.
  case mplsInUDP = "MPLS in UDP"

  /// The tunnel of a frame's UDP ports; nil if there is none, or if the innermost packet is not
  /// UDP.
  ///
  /// - Parameters:
  ///   - frame: The frame that the layout was read from, at least as far as its headers.
  ///   - layout: The layout of that frame.
  ///   - tunnels: The ports of tunnels when the layout was read.
  /// - Complexity: O(1). Does not allocate.
  public init?(
    in frame: RawSpan, _ layout: PacketLayout, besides tunnels: TunnelRecognition = .wellKnown
  ) {
    guard let transport = layout.transport, transport.kind == .udp,
      let header = try? UDPHeader(frame, at: transport.offset)
    else { return nil }
    let port = header.destinationPort
    if let known = Self(port) ?? Self.answering(from: header.sourcePort) {
      self = known
    } else {
      switch tunnels.kind(announcedBy: port) {
      case .vxlan: self = .vxlan
      case .geneve: self = .geneve
      case .vxlanGPE: self = .vxlanGPE
      case .gue: self = .gue
      case .fou: self = .fou
      case .gtpU: self = .gtpU
      case .udp, .gre, .ip, nil: return nil
      }
    }
  }

  private init?(_ destinationPort: UInt16) {
    switch destinationPort {
    case 1_701: self = .l2tp
    case 2_152: self = .gtpU
    case 3_544: self = .teredo
    case 4_341: self = .lisp
    case 4_754: self = .greInUDP
    case 4_789, 8_472: self = .vxlan
    case 4_790: self = .vxlanGPE
    case 5_555: self = .fou
    case 6_080: self = .gue
    case 6_081: self = .geneve
    case 6_635: self = .mplsInUDP
    default: return nil
    }
  }

  /// The tunnels that answer from their port to the port that the other end chose.
  private static func answering(from port: UInt16) -> OpaqueTunnel? {
    switch OpaqueTunnel(port) {
    case .l2tp: .l2tp
    case .gtpU: .gtpU
    case .teredo: .teredo
    default: nil
    }
  }
}
