import GsoEngine

/// A preset of rules for coalescing, by its name on the command line.
struct CoalescingPreset {
  /// What `--rules` calls it.
  let name: String
  let rules: CoalescingRules

  /// The preset that the arguments name; defaults to `linux`.
  init(_ arguments: ParsedArguments) throws(Failure) {
    let name = arguments.value("--rules") ?? "linux"
    guard let preset = CoalescingRules.presets.first(where: { $0.name == name }) else {
      let names = CoalescingRules.presets.map(\.name)
      throw Failure(usage: "`--rules \(name)`: \(alternatives(names)) is needed")
    }
    (self.name, rules) = preset
  }

  /// The option that names it.
  static let option = CommandDescription.Option(
    "--rules", value: "NAME",
    """
    whose rules of coalescing: linux (default), linux-accecn,
    ndis, ndis-rsc (TCP only) or ndis-uro (UDP only)
    """)
}
