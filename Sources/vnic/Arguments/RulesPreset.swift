import GsoEngine

/// Rules of the engine that have presets.
protocol PresetRules {
  /// The presets, by their names on the command line.
  static var presets: [(name: String, rules: Self)] { get }
}

extension SegmentationRules: PresetRules {}
extension CoalescingRules: PresetRules {}

/// The preset that `--rules` names.
struct RulesPreset<Rules: PresetRules> {
  /// What `--rules` calls it.
  let name: String
  let rules: Rules

  /// The preset that the arguments name; defaults to `linux`.
  init(_ arguments: ParsedArguments) throws(Failure) {
    let name = arguments.value("--rules") ?? "linux"
    guard let preset = Rules.presets.first(where: { $0.name == name }) else {
      let names = Rules.presets.map(\.name)
      throw Failure(usage: "`--rules \(name)`: \(alternatives(names)) is needed")
    }
    (self.name, rules) = preset
  }
}

extension RulesPreset<SegmentationRules> {
  /// What IP fragments are made by: the engines other than Linux respect "don't fragment".
  var fragmentation: FragmentationRules {
    [.linux, .linuxAccurateECN].contains(rules) ? .linux : .standard
  }

  /// Whether segments have complete checksums, whatever their frame had.
  var computesChecksums: Bool { rules.transportChecksum == .asRequested }

  /// The option that names it.
  static var option: CommandDescription.Option {
    .init(
      "--rules", value: "NAME",
      """
      whose rules of segmentation: linux (default), linux-accecn,
      ndis, dpdk, vpp or wireguard-go
      """)
  }
}

extension RulesPreset<CoalescingRules> {
  /// The option that names it.
  static var option: CommandDescription.Option {
    .init(
      "--rules", value: "NAME",
      """
      whose rules of coalescing: linux (default), linux-accecn,
      ndis, ndis-rsc (TCP only) or ndis-uro (UDP only)
      """)
  }
}
