import VirtualNIC

extension ExplainedFrame {
  /// The explanation for a terminal.
  var text: String {
    let time = time.map { ", \(CaptureClock.text($0)) s" } ?? ""
    var text = "\(title)\(time)\n\(explanation.decision.sentence)\n"
    if let boundaries { text += "  boundaries: \(boundaries)\n" }
    text += Self.request(explanation.request, rules: rules)
    if let refusal = explanation.refusal { text += "\n" + refusalText(refusal) }
    text += "\n" + TextTable.decision(explanation.decision)
    text += "\n" + TextTable.handshake(explanation.handshake)
    text += "\n" + FieldRow.text(explanation.headers.flatMap(FieldRow.rows))
    if !explanation.segments.isEmpty { text += "\n" + TextTable.segments(explanation) }
    if !explanation.changes.isEmpty {
      text += "\n" + TextTable.changes(explanation.changes, large: "frame")
    }
    return text
  }

  private static func request(_ request: Explanation.Request, rules: String) -> String {
    let size =
      request.segmentSize.map { "segments of \(counted($0, "octet")) of payload" }
      ?? (request.segmentsToFit ? "segments that fit" : "no segments")
    let checksums =
      request.checksums.isEmpty
      ? "" : "; checksums to complete: \(request.checksums.joined(separator: ", "))"
    var text = "  request:    \(size)\(checksums); MTU \(request.mtu), \(rules) rules\n"
    for difference in request.ruleDifferences { text += "              \(difference)\n" }
    return text
  }

  private func refusalText(_ refusal: Explanation.Refusal) -> String {
    var text = "refused\n  why:     \(refusal.sentence)\n"
    if let offset = refusal.offset { text += "  octet:   \(offset)\n" }
    if let found = refusal.found { text += "  found:   \(found)\n" }
    text += "  needed:  \(refusal.needed)\n  to do:   \(refusal.remedy)\n"
    if let options { text += "           \(options)\n" }
    return text
  }
}

extension ExplainedUnits {
  /// The explanation for a terminal.
  var text: String {
    var text = "\(title(of: input))\n"
    text += "  rules: \(rules), held for at most \(window) microseconds\n"
    for difference in explanation.ruleDifferences { text += "         \(difference)\n" }
    for unit in explanation.units {
      let frames = unit.frames.map { explanation.frames[$0] }
      text += "\nunit \(unit.index): \(counted(frames.count, "frame")), "
      text += "\(counted(unit.frameLength, "octet")), checksums \(unit.checksum)\n"
      text += "  ended: \(unit.end)\n"
      text += "  frame  octets of the unit  length      id    sequence  flags      why\n"
      for frame in frames {
        let range =
          frame.offsetInUnit.map { "\($0)..<\($0 + (frame.payloadLength ?? 0))" } ?? "-"
        let cells = [
          aligned("\(numbers[frame.index])", 7), "  ", padded(range, 18),
          aligned("\(frame.frameLength)", 8),
          aligned(frame.identification.map { "\($0)" } ?? "-", 8),
          aligned(frame.sequenceNumber.map { "\($0)" } ?? "-", 12), "  ",
          padded(frame.flags, 10), " ", frame.sentence,
        ]
        text += cells.joined() + "\n"
      }
      if !unit.changes.isEmpty { text += TextTable.changes(unit.changes, large: "unit") }
    }
    return text
  }
}
