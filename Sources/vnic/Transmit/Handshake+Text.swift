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
    lines += declared.map(Self.lines) ?? ["  declared: nothing, so no callback is called"]
    lines += keywords.map { "  keyword:  \($0.name)=\($0.value)" }
    if keywords.isEmpty { lines.append("  keywords: none, so everything is on") }
    lines += keywordIssues.map { "  keyword issue: \($0)" }
    lines.append(
      requestedOff.isEmpty
        ? "  request:  none, so everything is wanted"
        : "  request:  \(requestedOff.joined(separator: ", ")) off, because flags can only declare "
          + "every protocol over every IP version")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ declared: Declared) -> [String] {
    let names = [
      "ipv4_no_options": "IPv4", "ipv4_with_options": "IPv4 with options",
      "ipv6_no_extensions": "IPv6", "ipv6_with_extensions": "IPv6 with extensions",
      "tcp_no_options": "TCP", "tcp_with_options": "TCP with options", "udp": "UDP",
    ]
    let headers = (declared.layer3 + declared.layer4).map { names[$0] ?? $0 }
    let limit = Int(declared.layer4HeaderOffsetLimit)
    return [
      "  headers:  \(headers.joined(separator: ", "))",
      "  limits:   payload up to \(counted(declared.maximumOffloadSize, "octet")), at least "
        + counted(declared.minimumSegmentCount, "segment")
        + (limit == 0 ? "" : ", layer-4 header after at most \(counted(limit, "octet"))"),
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
