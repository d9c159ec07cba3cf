import WireFormats

/// The ports of UDP tunnels, from the command line.
extension TunnelRecognition {
  /// A kind of tunnel over UDP: its option, its ports, and its name in the help.
  private struct PortOption {
    let option: String
    let ports: WritableKeyPath<TunnelRecognition, TunnelPorts>
    let name: String
  }

  private static var portOptions: [PortOption] {
    [
      PortOption(option: "--vxlan-port", ports: \.vxlanPorts, name: "VXLAN"),
      PortOption(option: "--geneve-port", ports: \.genevePorts, name: "Geneve"),
      PortOption(option: "--vxlan-gpe-port", ports: \.vxlanGPEPorts, name: "VXLAN-GPE"),
      PortOption(option: "--gue-port", ports: \.guePorts, name: "GUE"),
      PortOption(option: "--fou-port", ports: \.fouPorts, name: "FOU with IP in it"),
      PortOption(option: "--gtp-port", ports: \.gtpUPorts, name: "GTP-U"),
    ]
  }

  init(_ arguments: ParsedArguments) throws(Failure) {
    self = .wellKnown
    var users: [UInt16: String] = [:]
    for option in Self.portOptions {
      guard let ports = try Self.ports(arguments, option.option) else { continue }
      for port in ports.array {
        if let other = users.updateValue(option.option, forKey: port) {
          throw Failure(usage: "port \(port) is given to `\(other)` and to `\(option.option)`")
        }
      }
      self[keyPath: option.ports] = ports
    }
    // A port that one option names is no longer a default of another.
    for option in Self.portOptions where !arguments.has(option.option) {
      let ports = self[keyPath: option.ports].array.filter { users[$0] == nil }
      self[keyPath: option.ports] = TunnelPorts(ports) ?? self[keyPath: option.ports]
    }
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

  /// The options for it.
  static var options: [CommandDescription.Option] {
    portOptions.map { option in
      let usual = wellKnown[keyPath: option.ports].array.map { "\($0)" }.joined(separator: " and ")
      return .init(
        option.option, value: "PORT", isRepeatable: true,
        "UDP port of \(option.name), instead of \(usual); may be repeated")
    }
  }
}
