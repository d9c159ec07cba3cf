internal import WireFormats

/// Where the IP header of an Ethernet frame with at most two VLAN tags starts.
internal struct UsualStart {
  let offset: Int
  let version: NetworkLayout.Version

  /// Finds it by the types; nil for other frames.
  ///
  /// The frame has the types, perhaps not the IP header.
  @inline(always)
  init?(_ frame: RawSpan, _ link: LinkLayer) {
    guard link == .ethernet, frame.byteCount >= 22 else { return nil }
    var type: UInt16 = frame.networkOrder(at: 12)
    var offset = 14
    if Self.isTag(type) {
      type = frame.networkOrder(at: 16)
      offset = 18
      if Self.isTag(type) {
        type = frame.networkOrder(at: 20)
        offset = 22
      }
    }
    switch type {
    case 0x0800: version = .ipv4
    case 0x86DD: version = .ipv6
    default: return nil
    }
    self.offset = offset
  }

  /// Whether a type is that of a VLAN tag (IEEE 802.1Q, clause 9.5).
  @inline(always)
  private static func isTag(_ type: UInt16) -> Bool { type == 0x8100 || type == 0x88A8 }
}
