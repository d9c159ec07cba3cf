extension FrameRecipe {
  /// Protocol and extension header numbers of IP, as IANA assigns them.
  public enum IPNumber {
    /// Hop-by-hop options.
    public static let hopByHop: UInt8 = 0
    /// ICMP.
    public static let icmp: UInt8 = 1
    /// IPv4 in IP.
    public static let ipv4: UInt8 = 4
    /// TCP.
    public static let tcp: UInt8 = 6
    /// UDP.
    public static let udp: UInt8 = 17
    /// IPv6 in IP.
    public static let ipv6: UInt8 = 41
    /// Routing header.
    public static let routing: UInt8 = 43
    /// Fragment header.
    public static let fragment: UInt8 = 44
    /// Generic Routing Encapsulation.
    public static let gre: UInt8 = 47
    /// Encapsulating Security Payload.
    public static let encapsulatingSecurityPayload: UInt8 = 50
    /// Authentication header.
    public static let authentication: UInt8 = 51
    /// ICMPv6.
    public static let icmpv6: UInt8 = 58
    /// Destination options.
    public static let destinationOptions: UInt8 = 60
  }

  /// EtherTypes.
  public enum EtherType {
    /// IPv4.
    public static let ipv4: UInt16 = 0x0800
    /// ARP.
    public static let arp: UInt16 = 0x0806
    /// IPv6.
    public static let ipv6: UInt16 = 0x86DD
    /// An IEEE 802.1Q tag.
    public static let vlan: UInt16 = 0x8100
    /// An IEEE 802.1ad service tag.
    public static let serviceVLAN: UInt16 = 0x88A8
    /// A tag of a kind older than 802.1ad, as double tagging used it.
    public static let olderVLAN: UInt16 = 0x9100
    /// An MPLS label stack.
    public static let mpls: UInt16 = 0x8847
    /// A PPPoE session.
    public static let pppoeSession: UInt16 = 0x8864
    /// A whole Ethernet frame (transparent Ethernet bridging), inside GRE and Geneve.
    public static let ethernet: UInt16 = 0x6558
  }

  /// Ports by which a dissector knows a tunnel over UDP.
  public enum TunnelPort {
    /// VXLAN (RFC 7348).
    public static let vxlan: UInt16 = 4789
    /// VXLAN before it had a port of its own, as Linux still sends it.
    public static let vxlanLinux: UInt16 = 8472
    /// Geneve (RFC 8926).
    public static let geneve: UInt16 = 6081
    /// VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe).
    public static let vxlanGPE: UInt16 = 4790
    /// Generic UDP Encapsulation (draft-ietf-intarea-gue).
    public static let gue: UInt16 = 6080
    /// Foo over UDP, in the documentation of Linux.
    public static let fou: UInt16 = 5555
    /// The user plane of mobile networks (3GPP TS 29.281).
    public static let gtpU: UInt16 = 2152

    /// All of them.
    package static let all = [vxlan, vxlanLinux, geneve, vxlanGPE, gue, fou, gtpU]
  }
}

/// Two octets in network order.
package func networkOrder16(_ value: Int) -> [UInt8] {
  [UInt8(truncatingIfNeeded: value &>> 8), UInt8(truncatingIfNeeded: value)]
}

/// Two octets in network order.
package func networkOrder16(_ value: UInt16) -> [UInt8] { networkOrder16(Int(value)) }

/// Four octets in network order.
package func networkOrder32(_ value: Int) -> [UInt8] {
  networkOrder16((value &>> 16) & 0xFFFF) + networkOrder16(value & 0xFFFF)
}

/// Four octets in network order.
package func networkOrder32(_ value: UInt32) -> [UInt8] { networkOrder32(Int(value)) }

/// Reads two octets in network order.
package func word(_ bytes: [UInt8], _ offset: Int) -> Int {
  Int(bytes[offset]) * 256 + Int(bytes[offset + 1])
}

/// Reads four octets in network order.
package func longWord(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
  UInt32(word(bytes, offset)) * 65_536 + UInt32(word(bytes, offset + 2))
}
