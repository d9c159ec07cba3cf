extension NetPacketLayout {
  /// Checks the layout of a received packet by the rules, codes 66 to 74.
  ///
  /// Types are checked before lengths, as in the framework. A length of 0 means unspecified and is
  /// allowed. The index of the packet is for the error.
  internal func check(at index: Int) throws(AdapterViolation) {
    func violation(_ code: FailureCode, _ number: Int, _ rule: String) -> AdapterViolation {
      AdapterViolation(code, index, number, reason: "the layout of packet \(index) has \(rule)")
    }
    guard layer2Type.isKnown else {
      let number = Int(layer2Type.rawValue)
      throw violation(.invalidRingRxPacketLayer2Type, number, "layer 2 type \(number), above 3")
    }
    guard layer3Type.isKnown else {
      let number = Int(layer3Type.rawValue)
      throw violation(.invalidRingRxPacketLayer3Type, number, "layer 3 type \(number), above 6")
    }
    guard layer4Type.isKnown else {
      let number = Int(layer4Type.rawValue)
      throw violation(.invalidRingRxPacketLayer4Type, number, "layer 4 type \(number), above 4")
    }
    if let broken = brokenLengthRule { throw violation(broken.code, broken.length, broken.rule) }
  }

  private var brokenLengthRule: (code: FailureCode, length: Int, rule: String)? {
    let (two, three, four) = (layer2HeaderLength, layer3HeaderLength, layer4HeaderLength)
    if layer2Type == .null, two != 0 {
      return (
        .invalidRingRxPacketLayer2TypeNullLengthNonZero, two,
        "a link header of \(two) octets and the type for none"
      )
    }
    if layer2Type == .ethernet, 1..<14 ~= two {
      return (
        .invalidRingRxPacketLayer2TypeEthernetLengthInvalid, two,
        "an Ethernet header of \(two) octets, below 14"
      )
    }
    if layer3Type.isIPv4, 1..<20 ~= three {
      return (
        .invalidRingRxPacketLayer3TypeIPv4LengthInvalid, three,
        "an IPv4 header of \(three) octets, below 20"
      )
    }
    if layer3Type.isIPv6, 1..<40 ~= three {
      return (
        .invalidRingRxPacketLayer3TypeIPv6LengthInvalid, three,
        "an IPv6 header of \(three) octets, below 40"
      )
    }
    // The documentation says at least 40; the framework checks the range of TCP headers.
    if layer4Type == .tcp, four != 0, !(20...60 ~= four) || four % 4 != 0 {
      return (
        .invalidRingRxPacketLayer4TypeTcpLengthInvalid, four,
        "a TCP header of \(four) octets, not a multiple of 4 in 20...60"
      )
    }
    if layer4Type == .udp, 1..<8 ~= four {
      return (
        .invalidRingRxPacketLayer4TypeUdpLengthInvalid, four,
        "a UDP header of \(four) octets, below 8"
      )
    }
    return nil
  }
}
