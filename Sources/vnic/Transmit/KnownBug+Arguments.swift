import VirtualNICTesting

extension KnownBug {
  /// The bug that `--fault` names; nil without the option.
  init?(_ arguments: ParsedArguments) throws(Failure) {
    guard let name = arguments.value("--fault") else { return nil }
    guard let bug = KnownBug(name: name) else {
      let names = Self.allCases.map(\.name)
      let hint = nearest(to: name, in: names).map { "did you mean `\($0)`?" }
      throw Failure(
        usage: "`--fault \(name)` is not known; " + (hint ?? "try `vnic transmit --help`"))
    }
    self = bug
  }

  /// The option for it.
  static var option: CommandDescription.Option {
    var lines = ["a bug that real cards have had, in all segments; one of"]
    for name in allCases.map(\.name) {
      if lines.count == 1 || lines[lines.count - 1].count + name.count > 68 { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + name
    }
    return .init("--fault", value: "NAME", lines.joined(separator: "\n"))
  }
}
