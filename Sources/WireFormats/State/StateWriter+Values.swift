// Values of this module in a state, and cases by their place in a list.
extension StateWriter {
  /// Writes which element of `all` a value is, in one octet; 255 if it is none of them.
  package mutating func write<T: Equatable>(_ value: T, of all: [T]) {
    write(UInt8(truncatingIfNeeded: all.firstIndex(of: value) ?? 255))
  }

  /// Writes an address.
  package mutating func write(_ address: MACAddress) { write(address.rawValue) }

  /// Writes a VLAN tag.
  package mutating func write(_ tag: VLANTag) {
    write(tag.type.rawValue)
    write(tag.controlInformation)
  }

  /// Writes which tunnels are recognised.
  package mutating func write(_ tunnels: TunnelRecognition) {
    for ports in [
      tunnels.vxlanPorts, tunnels.genevePorts, tunnels.vxlanGPEPorts, tunnels.guePorts,
      tunnels.fouPorts, tunnels.gtpUPorts,
    ] {
      write(each: ports.array) { $0.write($1) }
    }
    write(tunnels.ipTunnels)
    write(tunnels.linkHeaders)
  }
}

extension StateReader {
  /// Reads an element of `all`.
  package mutating func read<T>(
    _ name: @autoclosure () -> String, of all: [T]
  ) throws(StateError) -> T {
    all[Int(try read(name(), in: UInt8(0)...UInt8(max(1, all.count) - 1)))]
  }

  /// Reads an address.
  package mutating func readAddress(
    _ name: @autoclosure () -> String
  ) throws(StateError) -> MACAddress {
    MACAddress(try read(name(), in: UInt64(0)...0xFFFF_FFFF_FFFF))
  }

  /// Reads a VLAN tag.
  package mutating func readTag() throws(StateError) -> VLANTag {
    VLANTag(type: EtherType(rawValue: try read()), controlInformation: try read())
  }

  /// Reads which tunnels are recognised.
  package mutating func readTunnels() throws(StateError) -> TunnelRecognition {
    TunnelRecognition(
      vxlanPorts: try readPorts("VXLAN ports"), genevePorts: try readPorts("Geneve ports"),
      vxlanGPEPorts: try readPorts("VXLAN-GPE ports"), guePorts: try readPorts("GUE ports"),
      fouPorts: try readPorts("FOU ports"), gtpUPorts: try readPorts("GTP-U ports"),
      ipTunnels: try readBool("recognition of IP tunnels"),
      linkHeaders: try readBool("recognition of link headers"))
  }

  private mutating func readPorts(_ name: String) throws(StateError) -> TunnelPorts {
    var ports = TunnelPorts()
    let count = try readCount(name, ofAtLeast: 2, upTo: TunnelPorts.capacity)
    for _ in 0..<count { ports.insert(try read(UInt16.self)) }
    return ports
  }
}
