import VirtualNIC

extension Page {
  /// How frames are merged.
  init(_ explained: ExplainedUnits) throws {
    let explanation = explained.explanation
    let rules = [explained.rules] + explanation.ruleDifferences
    let facts = [
      ("Rules", rules.joined(separator: "; ")),
      ("Held", "for at most \(explained.window) microseconds"),
    ]
    let sections = explanation.units.map { unit in
      let numbers = unit.frames.map { "\(explained.numbers[$0])" }
      let title =
        numbers.count == 1
        ? "Frame \(numbers[0])"
        : "Frames \(numbers.first ?? "") to \(numbers.last ?? "") in one"
      return Section(id: "unit-\(unit.index)", title: title, body: Self.unit(unit, explained))
    }
    let title = explained.title(of: Self.fileName(explained.input))
    self.init(
      title: title.prefix(1).uppercased() + title.dropFirst(), lead: Self.list(facts),
      sections: sections, json: try jsonLine(explained))
  }

  private static func unit(
    _ unit: CoalescingExplanation.Unit, _ explained: ExplainedUnits
  ) -> Markup {
    let octets = 0..<unit.frameLength
    var facts = [
      ("Length", counted(unit.frameLength, "octet")), ("Checksums", unit.checksum),
      ("Ended", unit.end),
    ]
    if unit.segmentSize > 0 { facts.append(("Segment size", "\(unit.segmentSize)")) }
    var out = list(facts)
    out += Strip(octets: octets, parts: Strip.parts(unit.headers)).picture(
      id: "strip-\(unit.index)", title: "The merged frame to scale",
      description: unit.headers.map { "\($0.layer): octets \($0.offset) to \($0.range.upperBound)" }
        .joined(separator: "; "))
    out += legend(unit.headers)
    let rows = unit.frames.map { index in
      let frame = explained.explanation.frames[index]
      let range = frame.offsetInUnit.map { $0..<$0 + (frame.payloadLength ?? 0) }
      let parts = range.map { [Strip.Part(range: $0, style: "payload")] } ?? []
      let cells: [PageTable.Cell] = [
        .head("\(explained.numbers[index])"), .bar(Strip(octets: octets, parts: parts).decoration),
        .number(range.map { "\($0.lowerBound)–\($0.upperBound)" } ?? "–"),
        .number(frame.frameLength), .number(frame.identification),
        .number(frame.sequenceNumber), .word(frame.flags), .text(frame.sentence),
      ]
      return (style: "", cells: cells)
    }
    let table = PageTable(
      "Each bar stands under the octets of the merged frame that are the frame's payload.",
      head: [
        "frame", "octets of the unit", "payload", "length", "id", "sequence number", "flags", "why",
      ],
      headBar: Strip(octets: octets, parts: Strip.parts(unit.headers)).decoration, rows: rows)
    out += table.markup
    if !unit.changes.isEmpty {
      out += "<h3>Changes</h3>\n"
      out += changes(unit.changes, large: "unit")
    }
    return out
  }
}
