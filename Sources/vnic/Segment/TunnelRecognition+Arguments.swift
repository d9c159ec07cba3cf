import WireFormats

/// The ports of UDP tunnels, from the command line.
extension TunnelRecognition {
  private static let vxlanOption = "--vxlan-port"
  private static let geneveOption = "--geneve-port"

  init(_ arguments: ParsedArguments) throws(Failure) {
    self = .wellKnown
    let vxlan = try Self.ports(arguments, Self.vxlanOption)
    let geneve = try Self.ports(arguments, Self.geneveOption)
    if let port = vxlan?.array.first(where: { geneve?.contains($0) ?? false }) {
      throw Failure(
        usage: "port \(port) is given to `\(Self.vxlanOption)` and to `\(Self.geneveOption)`")
    }
    vxlanPorts = vxlan ?? Self.ports(Self.wellKnown.vxlanPorts, without: geneve)
    genevePorts = geneve ?? Self.ports(Self.wellKnown.genevePorts, without: vxlan)
  }

  /// What an option says; nil without it.
  private static func ports(
    _ arguments: ParsedArguments, _ name: String
  ) throws(Failure) -> TunnelPorts? {
    guard arguments.has(name) else { return nil }
    var ports = TunnelPorts()
    for port in try arguments.numbers(name, in: 1...65_535) {
      guard ports.insert(UInt16(port)) else {
        throw Failure(usage: "`\(name)` is given for more than \(TunnelPorts.capacity) ports")
      }
    }
    return ports
  }

  /// A port that one option names is no longer a default of the other.
  private static func ports(_ ports: TunnelPorts, without others: TunnelPorts?) -> TunnelPorts {
    TunnelPorts(ports.array.filter { !(others?.contains($0) ?? false) }) ?? ports
  }

  /// The options for it.
  static let options: [CommandDescription.Option] = [
    .init(
      vxlanOption, value: "PORT", isRepeatable: true,
      "UDP port of VXLAN, instead of 4789 and 8472; may be repeated"),
    .init(
      geneveOption, value: "PORT", isRepeatable: true,
      "UDP port of Geneve, instead of 6081; may be repeated"),
  ]
}
