extension Handshake {
  private static let nameWidth = 22
  private static let columns = ["LSO IPv4", "LSO IPv6", "USO IPv4", "USO IPv6"]

  /// The handshake for people: step by step, so that it shows where an offload was lost.
  var text: String {
    var lines = [Self.row("handshake", Self.columns)]
    lines.append(Self.row("  hardware declares", hardware, "yes", "no"))
    lines.append(Self.row("  keywords leave", afterKeywords, "yes", "no"))
    lines.append(Self.row("  the request leaves", afterRequest, "yes", "no"))
    for (index, answers) in callbacks.enumerated() {
      let number = callbacks.count > 1 ? " \(index + 1)" : ""
      lines.append(Self.row("  set-GSO callback\(number)", answers, "on", "off"))
    }
    lines += declared.map(Self.lines) ?? [
      "  declared: nothing, so there is no set-GSO callback either"
    ]
    lines += keywords.map { "  keyword: \($0.name)=\($0.value)" }
    lines += keywordIssues.map { "  keyword issue: \($0)" }
    if !requestedOff.isEmpty {
      lines.append(
        "  request: \(requestedOff.joined(separator: ", ")) off; flags cannot leave a part out")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ declared: Declared) -> [String] {
    let flags = (declared.layer3 + declared.layer4).map { name in
      name.split(separator: "_").enumerated().map { index, word in
        index > 0 ? String(word) : word.hasPrefix("ip") ? "IP" + word.dropFirst(2) : word.uppercased()
      }.joined(separator: " ")
    }
    let limit = declared.layer4HeaderOffsetLimit
    return [
      "  declared: \(flags.joined(separator: ", "))",
      "  declared: payload of at most \(counted(declared.maximumOffloadSize, "octet")), at least "
        + "\(counted(declared.minimumSegmentCount, "segment")), "
        + (limit == 0 ? "no limit of" : "at most \(counted(Int(limit), "octet")) of")
        + " header offset",
    ]
  }

  private static func row(
    _ name: String, _ answers: GsoAnswers, _ yes: String, _ no: String
  ) -> String {
    row(name, answers.inOrder.map { $0 ? yes : no })
  }

  private static func row(_ name: String, _ cells: [String]) -> String {
    padded(name, nameWidth) + cells.map { aligned($0, 10) }.joined()
  }
}
