import VirtualNIC

extension Page {
  /// What is declared, switched and told.
  static func handshake(_ handshake: Explanation.Handshake) -> Markup {
    var facts: [(String, String)] = []
    if let hardware = handshake.hardware {
      let limit = Int(hardware.layer4HeaderOffsetLimit)
      facts = [
        ("Headers", "\(hardware.layer3), \(hardware.layer4)"),
        ("Payload", "at most \(counted(hardware.maximumOffloadSize, "octet"))"),
        ("Segments", "at least \(hardware.minimumSegmentCount)"),
        ("Layer-4 header", limit == 0 ? "anywhere" : "after at most \(counted(limit, "octet"))"),
      ]
    } else {
      facts = [("Hardware", "declares no segmentation")]
    }
    facts += handshake.keywordIssues.map { ("Keyword issue", $0) }
    let rows = handshake.offloads.map { row in
      let cells: [PageTable.Cell] = [
        .head(row.name), .text(row.isDeclared ? "declared" : "not declared"),
        .text(row.keywords.isEmpty ? "none" : row.keywords.joined(separator: " ")),
        .text(row.isLeftByKeywords ? "yes" : "no"), .text(row.request ?? "none"),
        .text((row.isActive ? "on" : "off") + (row.cause.map { ": \($0)" } ?? "")),
      ]
      return (style: row.cause == nil ? "" : "bad", cells: cells)
    }
    let table = PageTable(
      "Active is what the hardware declares and neither a keyword nor a request disables.",
      head: [
        "offload", "hardware", "keywords", "left by keywords", "request", "told to the driver",
      ], rows: rows)
    return list(facts) + table.markup
  }

  /// The rules that were checked.
  static func decision(_ decision: Explanation.Decision) -> Markup {
    var facts = [
      ("Outcome", decision.outcome.rawValue), ("Checksums", decision.checksums),
      ("Packet", counted(decision.packetLength, "octet")),
    ]
    if let payload = decision.payloadLength { facts.append(("Payload", counted(payload, "octet"))) }
    facts.append(
      (
        "On the wire",
        "\(counted(decision.wireFrames, "frame")), \(counted(decision.wireOctets, "octet"))"
      ))
    guard !decision.checks.isEmpty else { return list(facts) }
    let reason = decision.checks.firstIndex { !$0.holds }
    let rows = decision.checks.enumerated().map { index, check in
      let cells: [PageTable.Cell] = [
        .head(check.name), .text(check.found), .text(check.needed),
        .text(check.holds ? "yes" : "no"),
      ]
      return (style: index == reason ? "bad" : "", cells: cells)
    }
    let table = PageTable(
      "The first rule that does not hold is the reason of the decision.",
      head: ["rule", "found", "needed", "holds"], rows: rows)
    return list(facts) + table.markup
  }
}
