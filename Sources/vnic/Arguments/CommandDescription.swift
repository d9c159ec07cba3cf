/// The arguments of a command, and what its help says.
struct CommandDescription {
  /// One option.
  struct Option {
    /// With its dashes: `--mtu`.
    let name: String
    /// How `--help` calls the value; nil for an option without one.
    let value: String?
    let explanation: String
    /// Whether it may be given more than once.
    let isRepeatable: Bool

    init(
      _ name: String, value: String? = nil, isRepeatable: Bool = false, _ explanation: String
    ) {
      (self.name, self.value, self.explanation) = (name, value, explanation)
      self.isRepeatable = isRepeatable
    }
  }

  let name: String
  /// One line.
  let summary: String
  /// Names of the arguments that must be there, in order.
  let operands: [String]
  let options: [Option]
  /// What `--help` prints after the options.
  let discussion: String

  /// The answer to `vnic COMMAND --help`.
  var help: String {
    var text = "\(summary)\n\nUsage: vnic \(name) \(operands.joined(separator: " ")) [OPTIONS]\n"
    if !options.isEmpty { text += "\nOptions:\n" }
    for option in options {
      let usage = option.name + (option.value.map { " \($0)" } ?? "")
      let lines = option.explanation.split(separator: "\n", omittingEmptySubsequences: false)
      text += "  \(padded(usage, 22)) \(lines.joined(separator: "\n" + padded("", 25)))\n"
    }
    return text + "\n" + discussion + "\n\n" + ExitStatus.help + "\n"
  }

  /// Whether some arguments ask for help, wherever among them.
  static func asksForHelp(_ arguments: [String]) -> Bool {
    arguments.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
  }
}
