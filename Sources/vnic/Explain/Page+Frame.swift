import VirtualNIC

extension Page {
  /// How one frame is sent.
  init(_ explained: ExplainedFrame) throws {
    let explanation = explained.explanation
    var facts = [
      ("Headers", explained.layers), ("Length", counted(explanation.frameLength, "octet")),
      ("Request", Self.request(explanation.request, explained.rules)),
    ]
    if let time = explained.time { facts.append(("Time", "\(CaptureClock.text(time)) s")) }
    if let boundaries = explained.boundaries { facts.append(("Datagrams", boundaries)) }
    let sentence =
      explanation.refusal == nil ? explanation.decision.sentence : "The frame is not sent."
    var lead: Markup = "<p class=\"lead\">\(sentence)</p>\n"
    if let refusal = explanation.refusal { lead += Self.refusal(refusal, explained.options) }
    lead += Self.list(facts)
    var sections = [
      Section(id: "headers", title: "Headers", body: Self.headers(explanation)),
      Section(id: "handshake", title: "Handshake", body: Self.handshake(explanation.handshake)),
      Section(id: "decision", title: "Decision", body: Self.decision(explanation.decision)),
    ]
    if !explanation.segments.isEmpty {
      sections.append(
        Section(id: "segments", title: "Segments", body: Self.segments(explanation)))
    }
    if !explanation.changes.isEmpty {
      sections.append(
        Section(
          id: "changes", title: "Changes",
          body: Self.changes(explanation.changes, large: "frame")))
    }
    self.init(
      title: "Frame \(explained.number) of \(Self.fileName(explained.input))", lead: lead,
      sections: sections,
      json: try jsonLine(explained))
  }

  private static func request(_ request: Explanation.Request, _ rules: String) -> String {
    var parts = [
      request.segmentSize.map { "segments of \(counted($0, "octet")) of payload" }
        ?? (request.segmentsToFit ? "segments that fit" : "no segments")
    ]
    if !request.checksums.isEmpty {
      parts.append("checksums to complete: \(request.checksums.joined(separator: ", "))")
    }
    parts.append("MTU \(request.mtu), \(rules) rules")
    return (parts + request.ruleDifferences).joined(separator: "; ")
  }

  private static func refusal(_ refusal: Explanation.Refusal, _ options: String?) -> Markup {
    var rows = [("Why", refusal.sentence)]
    if let offset = refusal.offset { rows.append(("Octet", "\(offset)")) }
    if let found = refusal.found { rows.append(("Found", found)) }
    rows += [("Needed", refusal.needed), ("To do", refusal.remedy)]
    if let options { rows.append(("Options", options)) }
    return """
      <aside class="refusal" aria-labelledby="refusal-title">
      <h2 id="refusal-title">Refused</h2>
      \(list(rows))</aside>

      """
  }

  private static func headers(_ explanation: Explanation) -> Markup {
    let headers = explanation.headers
    let front = headers.filter(\.isHeader)
    let end = front.last?.range.upperBound ?? 0
    var out: Markup = "<h3>The frame</h3>\n"
    out += Strip(octets: 0..<explanation.frameLength, parts: Strip.parts(headers)).picture(
      id: "frame", title: "The frame to scale",
      description: headers.map { "\($0.layer): octets \($0.offset) to \($0.range.upperBound)" }
        .joined(separator: "; "))
    out += legend(headers)
    guard end > 0 else { return out }
    out += "<h3>Its headers</h3>\n"
    out += Strip(octets: 0..<end, parts: Strip.parts(front)).picture(
      id: "front", title: "The headers to scale",
      description: front.map { "\($0.layer): \($0.length) octets" }.joined(separator: "; "))
    var rows: [(style: String, cells: [PageTable.Cell])] = []
    for header in front {
      let cells = row(header.layer, header.range, "", end, header.layer)
      rows.append((style: "layer", cells: cells))
      for field in header.fields {
        rows.append(
          (style: "", cells: row(field.name, field.range, field.text, end, header.layer)))
      }
    }
    let table = PageTable(
      "Each bar has the place of the field among the headers.",
      head: ["field", "place", "octets", "value"],
      headBar: Strip(octets: 0..<end, parts: Strip.parts(front)).decoration, rows: rows)
    return out + table.markup
  }

  private static func row(
    _ name: String, _ range: Range<Int>, _ value: String, _ end: Int, _ layer: String
  ) -> [PageTable.Cell] {
    let part = Strip.Part(range: range, style: Strip.style(layer))
    let octets =
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound)"
    return [
      .head(name), .bar(Strip(octets: 0..<end, parts: [part]).decoration), .text(octets),
      .text(value),
    ]
  }

  /// The segments that a page shows: what a browser can lay out.
  private static func shown(_ segments: [Explanation.Segment]) -> [Explanation.Segment] {
    guard segments.count > 4_000 else { return segments }
    return Array(segments.prefix(3_900) + segments.suffix(100))
  }

  private static func segments(_ explanation: Explanation) -> Markup {
    let octets = 0..<explanation.frameLength
    let hasOuter = explanation.segments.contains { $0.outerIdentification != nil }
    let isTCP = explanation.segments.contains { $0.sequenceNumber != nil }
    let isIPv4 = explanation.segments.contains { $0.identification != nil }
    let rows = shown(explanation.segments).map { segment in
      let part = Strip.Part(range: segment.payloadRange, style: "payload")
      var cells: [PageTable.Cell] = [
        .head("\(segment.index)"), .bar(Strip(octets: octets, parts: [part]).decoration),
        .number("\(segment.payloadOffset)–\(segment.payloadRange.upperBound)"),
        .number(segment.frameLength),
      ]
      if isIPv4 { cells.append(.number(segment.identification)) }
      if hasOuter { cells.append(.number(segment.outerIdentification)) }
      if isTCP { cells += [.number(segment.sequenceNumber), .word(segment.flags)] }
      return (style: "", cells: cells)
    }
    let head =
      ["segment", "octets of the frame", "payload", "length"] + (isIPv4 ? ["id"] : [])
      + (hasOuter ? ["outer id"] : []) + (isTCP ? ["sequence number", "flags"] : [])
    var caption = "Each bar stands under the octets of the frame that the segment carries."
    let hidden = explanation.segments.count - rows.count
    if hidden > 0 {
      caption += " \(counted(hidden, "segment")) before the last 100 are left out here; the data "
      caption += "of this page has them."
    }
    return PageTable(
      caption, head: head,
      headBar: Strip(octets: octets, parts: Strip.parts(explanation.headers)).decoration,
      rows: rows
    ).markup
  }
}
