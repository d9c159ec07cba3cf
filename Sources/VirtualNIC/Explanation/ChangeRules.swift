internal import GsoEngine

/// How each header field of frames that are sent is made, and where that is written.
internal struct ChangeRules {
  struct Rule {
    let rule: String
    let source: String

    init(_ rule: String, _ source: String) { (self.rule, self.source) = (rule, source) }
  }

  private enum Kind {
    case segmenting(SegmentationPlan)
    case completing
    case coalescing(CoalescingRules)
  }

  private let kind: Kind

  /// The rules of the segments of a plan.
  init(segmenting plan: SegmentationPlan) { kind = .segmenting(plan) }

  /// The rules of a merged frame.
  init(coalescing rules: CoalescingRules) { kind = .coalescing(rules) }

  private init(_ kind: Kind) { self.kind = kind }

  /// The rules of a frame that is not segmented.
  static let completing = ChangeRules(.completing)

  /// Returns the rule of a field; an empty name means a header that is left out.
  func rule(_ layer: String, _ field: String) -> Rule {
    switch kind {
    case .segmenting(let plan): Self.segmenting(plan, layer, field)
    case .completing: Self.completing(layer, field)
    case .coalescing(let rules): Self.coalescing(rules, layer, field)
    }
  }

  /// What says how a field is made, whoever makes it.
  static func source(_ layer: String, _ field: String) -> String {
    switch (layer, field) {
    case ("IPv4", "header checksum"): "RFC 791, section 3.1; RFC 1071"
    case ("IPv4", "identification"): "RFC 791, section 3.1; RFC 6864, section 4"
    case ("IPv4", _): "RFC 791, section 3.1"
    case ("IPv6", _): "RFC 8200, section 3"
    case ("TCP", _): "RFC 9293, section 3.1"
    case ("UDP", _): "RFC 768"
    case ("GRE", _): "RFC 2784, section 2"
    case ("GTP-U", _): "3GPP TS 29.281, section 5.1"
    case ("PPPoE", _): "RFC 2516, section 4"
    default: "Rules for segmentation"
    }
  }
}

extension ChangeRules {
  private static let lsoPage = "Microsoft: Offloading the Segmentation of Large TCP Packets"

  /// The rules of RulesForSegmentation.
  private static func segmenting(
    _ plan: SegmentationPlan, _ layer: String, _ field: String
  ) -> Rule {
    let source = source(layer, field)
    switch (layer, field) {
    case ("IPv4", "total length"): return Rule("octets of this segment's packet", source)
    case ("IPv6", "payload length"):
      return plan.rules.ipv6PayloadLength == .exact
        ? Rule("octets of this segment after the IPv6 header", source)
        : Rule("octets of this segment without its extension headers", "ipv6PayloadLength")
    case ("IPv4", "identification"): return identification(plan)
    case ("IPv4", "header checksum"): return Rule("computed over this header", source)
    case ("TCP", "sequence number"):
      return Rule("base + index × segment size modulo 2^32", "RFC 9293, section 3.4")
    case ("TCP", "flags"): return flags(plan)
    case ("TCP", "checksum"):
      return Rule("computed over pseudo header, header and payload", source)
    case ("UDP", "length"): return Rule("octets of this segment's datagram", source)
    case ("UDP", "checksum"):
      return Rule("computed over pseudo header, header and payload; 0 is sent as 0xffff", source)
    case ("GRE", "checksum"): return Rule("computed over this header and what it carries", source)
    case ("GTP-U", "length"), ("PPPoE", "length"):
      return Rule("octets of this segment after the header", source)
    case ("IPv6", "next header"):
      return Rule("the header after the jumbo payload option", "RFC 2675, section 2")
    case (_, ""):
      return Rule("left out: a segment's length fits its field", "RFC 2675, section 3")
    default: return Rule("made by the rules of segmentation", source)
    }
  }

  private static func identification(_ plan: SegmentationPlan) -> Rule {
    let rule = plan.offload == .lso ? plan.rules.tcpIdentification : plan.rules.udpIdentification
    return switch rule {
    case .incrementing16:
      Rule("base + index modulo 65,536", source("IPv4", "identification"))
    case .incrementing15: Rule("base + index modulo 32,768", lsoPage)
    case .fixed: Rule("the same in every segment", "RFC 6864, section 4")
    }
  }

  private static func flags(_ plan: SegmentationPlan) -> Rule {
    switch plan.rules.congestionWindowReduced {
    case .firstSegment:
      Rule(
        "FIN and PSH in the last segment only, CWR in the first only",
        "RFC 9293, section 3.1; RFC 3168, section 6.1.2")
    case .everySegment:
      Rule(
        "FIN and PSH in the last segment only, CWR in all",
        "RFC 9293, section 3.1; RFC 9768")
    }
  }

  private static func completing(_ layer: String, _ field: String) -> Rule {
    switch field {
    case "checksum", "header checksum":
      Rule("the partial checksum is completed", source(layer, field))
    case "length", "total length", "payload length":
      Rule("0 is replaced by the length", source(layer, field))
    default: Rule("made by the rules of segmentation", source(layer, field))
    }
  }
}

extension ChangeRules {
  private static let rscPage = "Microsoft: Rules for Coalescing TCP/IP Segments"

  /// The rules of RulesForCoalescing.
  private static func coalescing(
    _ rules: CoalescingRules, _ layer: String, _ field: String
  ) -> Rule {
    let source = source(layer, field)
    switch field {
    case "total length", "payload length", "length":
      return Rule("octets of the merged packet", source)
    case "header checksum": return Rule("computed over the header of the merged packet", source)
    case "checksum": return Rule("computed over the merged packet, or as the request asks", source)
    case "identification": return Rule("that of the first frame", source)
    case "sequence number": return Rule("that of the first frame", "RFC 9293, section 3.4")
    case "flags": return Rule("the flags of all segments together", source)
    case "acknowledgment number", "window": return Rule("the latest", rscPage)
    case "time to live", "hop limit": return Rule("the smallest", rscPage)
    case let name where name.hasPrefix("option"): return Rule("the latest", rscPage)
    case "urgent pointer": return Rule("that of the first frame", source)
    default: return Rule("made by the rules of coalescing", source)
    }
  }
}
