import VirtualNICTesting
import WireFormats

extension Call {
  static let wireCalls: [Call] = [
    Call("PacketLayout.init(parsing:link:tunnels:)") { walk in
      _ = try PacketLayout(
        parsing: walk.frame(), link: walk.random.pick(LinkLayer.allCases),
        tunnels: walk.random.pick([.none, .wellKnown]))
    },
    Call("PacketLayout.init(parsing:link:innerNetworkOffset:)") { walk in
      let frame = walk.frame()
      _ = try PacketLayout(parsing: frame.octets, innerNetworkOffset: walk.number(14...80))
    },
    Call("PacketLayout.init(parsingFront:ofFrameLength:link:tunnels:)") { walk in
      let frame = Array(walk.frame().prefix(walk.random.below(100)))
      _ = try PacketLayout(
        parsingFront: frame.octets, ofFrameLength: walk.number(0...3_000),
        link: walk.random.pick(LinkLayer.allCases))
    },
    Call("EthernetHeader.init(_:at:)") { walk in
      let frame = walk.frame()
      _ = try EthernetHeader(frame.octets, at: walk.number(0...80)).etherType
    },
    Call("IPv4Header.init(_:at:)") { walk in
      let frame = walk.frame()
      _ = try IPv4Header(frame.octets, at: walk.number(0...80)).hasValidChecksum
    },
    Call("IPv6Header.init(_:at:)") { walk in
      let frame = walk.frame()
      _ = try IPv6Header(frame.octets, at: walk.number(0...80)).payloadLength
    },
    Call("IPv6ExtensionHeader.init(_:at:)") { walk in
      let frame = walk.frame()
      _ = try IPv6ExtensionHeader(frame.octets, at: walk.number(0...80)).headerLength
    },
    Call("TCPHeader.init(_:at:)") { walk in
      let frame = walk.frame()
      _ = try TCPHeader(frame.octets, at: walk.number(0...80)).headerLength
    },
    Call("UDPHeader.init(_:at:)") { walk in
      let frame = walk.frame()
      _ = try UDPHeader(frame.octets, at: walk.number(0...80)).length
    },
    Call("GREHeader.init(_:at:)") { walk in
      let frame = walk.frame()
      _ = try GREHeader(frame.octets, at: walk.number(0...80))?.headerLength
    },
    Call("GeneveHeader.init(_:at:)") { walk in
      let frame = walk.frame()
      _ = try GeneveHeader(frame.octets, at: walk.number(0...80)).headerLength
    },
    Call("VXLANHeader.init(_:at:)") { walk in
      let frame = walk.frame()
      _ = try VXLANHeader(frame.octets, at: walk.number(0...80)).hasNetworkIdentifier
    },
    Call("GTPUHeader.init(_:at:)") { walk in
      let frame = walk.frame()
      _ = try GTPUHeader(frame.octets, at: walk.number(0...80))?.headerLength
    },
    Call("GUEHeader.init(_:at:)") { walk in
      let frame = walk.frame()
      _ = try GUEHeader(frame.octets, at: walk.number(0...80))?.headerLength
    },
    Call("VXLANGPEHeader.init(_:at:)") { walk in
      let frame = walk.frame()
      _ = try VXLANGPEHeader(frame.octets, at: walk.number(0...80)).networkIdentifier
    },
    Call("PPPoEHeader.init(_:at:)") { walk in
      let frame = walk.frame()
      _ = try PPPoEHeader(frame.octets, at: walk.number(0...80)).pppProtocol
    },
    Call("TCPOptionCursor.next()") { walk in
      let octets = walk.random.octets(walk.random.below(41))
      var cursor = TCPOptionCursor(octets.octets)
      while let option = cursor.next() { _ = option.dataRange }
    },
    Call("TunnelPorts.insert(_:)") { walk in
      _ = walk.memory.ports.insert(walk.random.integer())
      if walk.random.oneIn(9) { walk.memory.ports = TunnelPorts() }
    },
    Call("InternetChecksum.add(_:)") { walk in
      walk.memory.sum.add(walk.frame())
      walk.memory.sum.add(walk.random.integer(UInt64.self))
    },
    Call("InternetChecksum.addCopying(_:to:)") { walk in
      let frame = walk.frame()
      var target = [UInt8](repeating: 0, count: frame.count)
      target.withRaw { span in
        walk.memory.sum.addCopying(frame.octets, to: &span)
      }
    },
    Call("InternetChecksum.combine(_:)") { walk in
      var other = InternetChecksum()
      other.add(walk.frame())
      walk.memory.sum.combine(other)
      _ = walk.memory.sum.checksum
    },
    Call("VirtioNetHeader.init(parsing:form:)") { walk in
      _ = try VirtioNetHeader(
        parsing: walk.random.octets(walk.random.below(30)),
        form: walk.random.pick([.legacy, .modern]))
    },
    Call("VirtioNetHeader.write(to:form:)") { walk in
      var octets = [UInt8](repeating: 0, count: walk.random.below(30))
      try octets.withRaw { span in
        try VirtioNetHeader().write(to: &span, form: walk.random.pick([.legacy, .modern]))
      }
    },
  ]
}
