import GsoEngine

/// The rules of segmentation that `--rules` names: a preset of the engine.
struct RulesPreset {
  /// What `--rules` calls it.
  let name: String
  let rules: SegmentationRules

  /// The preset that the arguments name; defaults to `linux`.
  init(_ arguments: ParsedArguments) throws(Failure) {
    let name = arguments.value("--rules") ?? "linux"
    guard let preset = SegmentationRules.presets.first(where: { $0.name == name }) else {
      let names = SegmentationRules.presets.map(\.name)
      throw Failure(usage: "`--rules \(name)`: \(alternatives(names)) is needed")
    }
    (self.name, rules) = preset
  }

  /// What IP fragments are made by: the engines other than Linux respect "don't fragment".
  var fragmentation: FragmentationRules {
    [.linux, .linuxAccurateECN].contains(rules) ? .linux : .standard
  }

  /// Whether segments have complete checksums, whatever their frame had.
  var computesChecksums: Bool { rules.transportChecksum == .asRequested }

  /// The option that names it.
  static let option = CommandDescription.Option(
    "--rules", value: "NAME",
    """
    whose rules of segmentation: linux (default), linux-accecn,
    ndis, dpdk, vpp or wireguard-go
    """)
}
