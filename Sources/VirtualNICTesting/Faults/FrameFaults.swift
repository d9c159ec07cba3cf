public import FrameRecipes

/// What to do about fields that a sender left to its NIC.
public enum PartialFields: Hashable, Sendable {
  /// They are right: the frame is on its way to a NIC.
  case allowed
  /// They are faults, of kind ``FrameFault/Kind/partial``: the frame is on the wire.
  case reported
}

/// The lengths, checksums and the size of a frame: what is wrong with them.
///
/// Every IP packet in the frame is looked at, through all tunnels that the library knows. Of a
/// fragment, and of what is neither TCP nor UDP, the IP header is checked alone; what is not IP has
/// no faults.
///
/// - Parameters:
///   - frame: The octets from the link header, without a frame check sequence.
///   - mtu: The largest IP packet in octets; nil to allow any.
///   - partial: What to do about fields that a sender left to its NIC; reported by default.
///   - link: The link header; Ethernet by default.
///   - allowsTrailer: Whether octets may follow an IP packet in its Ethernet frame, also inside a
///     tunnel. Padding to 60 octets always may.
///   - udpTunnels: Whether UDP to the well-known ports of tunnels is one: VXLAN (4789, 8472),
///     VXLAN-GPE (4790), Geneve (6081), GUE (6080), FOU (5555) and GTP-U (2152).
/// - Returns: One value for each fault, in the order of the octets; empty when the frame is sound.
/// - Complexity: O(n) in the octets of the frame, and of each packet inside another.
public func frameFaults(
  _ frame: [UInt8], mtu: Int? = nil, partial: PartialFields = .reported,
  link: FrameRecipe.LinkKind = .ethernet, allowsTrailer: Bool = false, udpTunnels: Bool = true
) -> [FrameFault] {
  var check = FrameCheck(
    frame, dissect(frame, link: link, udpTunnels: udpTunnels), allowsTrailer: allowsTrailer)
  check.run(mtu: mtu)
  var faults = check.faults
  if partial == .allowed { faults.removeAll { $0.kind == .partial } }
  // A stable order, whatever order the headers were looked at in.
  return faults.enumerated().sorted {
    ($0.element.octet ?? .max, $0.offset) < ($1.element.octet ?? .max, $1.offset)
  }.map(\.element)
}
