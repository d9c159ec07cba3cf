package import WireFormats

extension StateWriter {
  internal mutating func write(_ keywords: KeywordStore) {
    write(each: keywords.entries) { writer, entry in
      writer.write(entry.name)
      switch entry.value {
      case .string(let text):
        writer.write(UInt8(0))
        writer.write(text)
      case .integer(let number):
        writer.write(UInt8(1))
        writer.write(number)
      }
    }
  }

  internal mutating func write(_ parameters: OffloadParameters) {
    for code in [
      parameters.ipv4Checksum, parameters.tcpIPv4Checksum, parameters.udpIPv4Checksum,
      parameters.tcpIPv6Checksum, parameters.udpIPv6Checksum,
    ] {
      write(code.rawValue)
    }
    for code in [
      parameters.lsoV1, parameters.lsoV2IPv4, parameters.lsoV2IPv6, parameters.usoIPv4,
      parameters.usoIPv6, parameters.rscIPv4, parameters.rscIPv6,
    ] {
      write(code.rawValue)
    }
    write(parameters.skipsRegistryUpdate)
  }

  /// Writes what is coalesced, for a coalescer that was made for it.
  package mutating func write(_ coalescing: ActiveOffloads.Coalescing) {
    write(coalescing.layer3.rawValue)
    write(coalescing.layer4.rawValue)
    write(coalescing.tcpTimestampOption)
  }

  /// Writes the flags; sizes and limits follow from the capabilities.
  internal mutating func writeFlags(_ offloads: ActiveOffloads) {
    for (layer3, layer4) in offloads.layers {
      write(layer3.rawValue)
      write(layer4.rawValue)
    }
    write(offloads.rxChecksum.ipv4)
    write(offloads.rxChecksum.tcp)
    write(offloads.rxChecksum.udp)
    write(offloads.rsc.tcpTimestampOption)
  }
}

extension ActiveOffloads {
  /// The flags of each offload, in the order of a state.
  internal var layers: [(layer3: Layer3Flags, layer4: Layer4Flags)] {
    [
      (lso.layer3, lso.layer4), (uso.layer3, uso.layer4),
      (txChecksum.ipv4.layer3, txChecksum.ipv4.layer4),
      (txChecksum.tcp.layer3, txChecksum.tcp.layer4),
      (txChecksum.udp.layer3, txChecksum.udp.layer4), (rsc.layer3, rsc.layer4),
    ]
  }
}

extension StateReader {
  internal mutating func readKeywords() throws(StateError) -> KeywordStore {
    var keywords = KeywordStore()
    let count = try readCount("number of keywords", ofAtLeast: 13)
    for _ in 0..<count {
      let name = try readText("name of a keyword")
      if try read("type of a keyword", in: UInt8(0)...1) == 0 {
        keywords[name: name] = .string(try readText("value of a keyword", upTo: .max))
      } else {
        keywords[name: name] = .integer(try read())
      }
    }
    return keywords
  }

  internal mutating func readParameters() throws(StateError) -> OffloadParameters {
    var parameters = OffloadParameters()
    let checksum = OffloadParameters.Checksum.allCases
    parameters.ipv4Checksum = try read("requested ipv4Checksum", of: checksum)
    parameters.tcpIPv4Checksum = try read("requested tcpIPv4Checksum", of: checksum)
    parameters.udpIPv4Checksum = try read("requested udpIPv4Checksum", of: checksum)
    parameters.tcpIPv6Checksum = try read("requested tcpIPv6Checksum", of: checksum)
    parameters.udpIPv6Checksum = try read("requested udpIPv6Checksum", of: checksum)
    let onOff = OffloadParameters.Switch.allCases
    parameters.lsoV1 = try read("requested lsoV1", of: onOff)
    parameters.lsoV2IPv4 = try read("requested lsoV2IPv4", of: onOff)
    parameters.lsoV2IPv6 = try read("requested lsoV2IPv6", of: onOff)
    parameters.usoIPv4 = try read("requested usoIPv4", of: onOff)
    parameters.usoIPv6 = try read("requested usoIPv6", of: onOff)
    parameters.rscIPv4 = try read("requested rscIPv4", of: onOff)
    parameters.rscIPv6 = try read("requested rscIPv6", of: onOff)
    parameters.skipsRegistryUpdate = try readBool("requested skipsRegistryUpdate")
    return parameters
  }

  /// Reads what is coalesced.
  package mutating func readCoalescing() throws(StateError) -> ActiveOffloads.Coalescing {
    var coalescing = ActiveOffloads.Coalescing()
    (coalescing.layer3, coalescing.layer4) = try readLayers()
    coalescing.tcpTimestampOption = try readBool("rsc.tcpTimestampOption of the coalescer")
    return coalescing
  }

  /// Reads the flags of offloads into others.
  internal mutating func readFlags(
    into offloads: inout ActiveOffloads
  ) throws(StateError) {
    (offloads.lso.layer3, offloads.lso.layer4) = try readLayers()
    (offloads.uso.layer3, offloads.uso.layer4) = try readLayers()
    (offloads.txChecksum.ipv4.layer3, offloads.txChecksum.ipv4.layer4) = try readLayers()
    (offloads.txChecksum.tcp.layer3, offloads.txChecksum.tcp.layer4) = try readLayers()
    (offloads.txChecksum.udp.layer3, offloads.txChecksum.udp.layer4) = try readLayers()
    (offloads.rsc.layer3, offloads.rsc.layer4) = try readLayers()
    offloads.rxChecksum.ipv4 = try readBool("active rxChecksum.ipv4")
    offloads.rxChecksum.tcp = try readBool("active rxChecksum.tcp")
    offloads.rxChecksum.udp = try readBool("active rxChecksum.udp")
    offloads.rsc.tcpTimestampOption = try readBool("active rsc.tcpTimestampOption")
  }

  private mutating func readLayers() throws(StateError) -> (Layer3Flags, Layer4Flags) {
    (
      Layer3Flags(rawValue: try read("layer-3 flags", in: 0...Layer3Flags.all.rawValue)),
      Layer4Flags(rawValue: try read("layer-4 flags", in: 0...Layer4Flags.all.rawValue))
    )
  }
}
