import VirtualNIC

/// The tables of an explanation for a terminal.
enum TextTable {
  /// Rows with columns as wide as they need to be; the first row is the head.
  static func lines(_ rows: [[String]], rightAligned: Set<Int> = []) -> String {
    let columns = rows.first?.count ?? 0
    let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
    var text = ""
    for row in rows {
      let cells = row.enumerated().map { column, cell in
        if rightAligned.contains(column) { return aligned(cell, widths[column]) }
        return padded(cell, widths[column])
      }
      let line = "  " + cells.joined(separator: "  ")
      text += line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.endIndex)]
      text += "\n"
    }
    return text
  }

  static func decision(_ decision: Explanation.Decision) -> String {
    var text = "decision: \(decision.outcome.rawValue), checksums: \(decision.checksums)\n"
    guard !decision.checks.isEmpty else { return text }
    let rows = decision.checks.map { [$0.name, $0.found, $0.needed, $0.holds ? "yes" : "NO"] }
    text += lines([["checked", "found", "needed", "holds"]] + rows)
    return text
  }

  static func handshake(_ handshake: Explanation.Handshake) -> String {
    var text = "handshake\n"
    let rows = handshake.offloads.map { row in
      [
        row.name, row.isDeclared ? "yes" : "no",
        row.keywords.isEmpty ? "-" : row.keywords.joined(separator: " "),
        row.isLeftByKeywords ? "yes" : "no", row.request ?? "-", row.isActive ? "on" : "off",
        row.cause ?? "",
      ]
    }
    let head = ["offload", "hardware", "keywords", "left", "request", "told", ""]
    text += lines([head] + rows)
    if let hardware = handshake.hardware {
      let limit = Int(hardware.layer4HeaderOffsetLimit)
      text += "  headers: \(hardware.layer3), \(hardware.layer4)\n"
      text += "  limits:  payload up to \(counted(hardware.maximumOffloadSize, "octet")), at least "
      text += counted(hardware.minimumSegmentCount, "segment")
      text += limit == 0 ? "\n" : ", layer-4 header after at most \(counted(limit, "octet"))\n"
    }
    for issue in handshake.keywordIssues { text += "  keyword issue: \(issue)\n" }
    return text
  }

  /// The segments, each with a bar under the part of the frame that it carries.
  static func segments(_ explanation: Explanation) -> String {
    let (width, total) = (32, max(1, explanation.frameLength))
    let rows = explanation.segments.map { segment in
      let start = segment.payloadOffset * width / total
      let end = max(start + 1, (segment.payloadRange.upperBound * width + total - 1) / total)
      let bar =
        String(repeating: ".", count: start) + String(repeating: "#", count: end - start)
        + String(repeating: ".", count: max(0, width - end))
      return [
        "\(segment.index)", bar,
        "\(segment.payloadOffset)..<\(segment.payloadRange.upperBound)",
        "\(segment.frameLength)", number(segment.identification),
        number(segment.outerIdentification), number(segment.sequenceNumber), segment.flags,
      ]
    }
    let head = [
      "index", padded("octets of the frame", width), "payload", "length", "id", "outer id",
      "sequence", "flags",
    ]
    return "segments\n" + lines([head] + rows, rightAligned: [0, 3, 4, 5, 6])
  }

  static func changes(_ changes: [Explanation.Change], large: String) -> String {
    let rows = changes.map { change in
      [
        change.layer, change.field.isEmpty ? "(header)" : change.field, change.largeFrame,
        change.first ?? "-", change.middle ?? "-", change.last ?? "-", change.rule, change.source,
      ]
    }
    let head = ["layer", "field", large, "first", "middle", "last", "rule", "source"]
    return "changes\n" + lines([head] + rows)
  }

  private static func number(_ number: (some BinaryInteger)?) -> String {
    number.map { "\($0)" } ?? "-"
  }
}
