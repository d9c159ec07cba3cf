/// A header, or what is left after the last one, as ``dissect(_:link:udpTunnels:)`` finds it.
package struct Layer: Equatable, Sendable {
  /// Which header it is.
  package enum Kind: String, Sendable {
    case ethernet, cooked1, cooked2, loopback, ppp, vlan, mpls, pppoe, ipv4, ipv6, hopByHop
    case routing, destinationOptions, fragmentHeader, tcp, udp, vxlan, geneve, gre
    case vxlanGPE, gue, gtpU, payload
    /// The body of a fragment that cannot be dissected further.
    case fragment

    /// Whether it is an IP header.
    package var isNetwork: Bool { self == .ipv4 || self == .ipv6 }
  }

  package var kind: Kind
  package var start: Int
  package var end: Int
  /// Where the innermost IP packet around the layer ends, by its own length field.
  package var limit: Int
  /// The index of the IP header that addresses this layer.
  package var network = 0
  /// For an IP header: whether its length field is 0, so that the packet ends with what is around
  /// it.
  package var isOpen = false
}

/// What a frame is made of, and why the walk ended early, if it did.
package struct Dissection: Equatable, Sendable {
  package var layers: [Layer] = []
  /// The header that cannot be right; nothing after it was looked at.
  package var fault: FrameFault?
  /// What follows the last header, if it is nothing that can be taken apart here.
  package var notRead: String?

  /// Whether the frame was read to its end.
  package var isComplete: Bool { fault == nil && notRead == nil }
}
