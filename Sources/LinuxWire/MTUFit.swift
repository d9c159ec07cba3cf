internal import WireFormats

/// How a frame compares with an MTU.
internal enum MTUFit: Equatable {
  /// It does not exceed the MTU, link headers not counted.
  case whole
  /// Its packet does not, but packet and trailer have this number of octets.
  case exceeded(byteCount: Int)
  /// Its packet does, or it has none.
  case packetExceeded
}

extension EthernetHeader {
  /// How a frame compares with an MTU.
  internal static func fit(of frame: RawSpan, mtu: Int) -> MTUFit {
    if frame.byteCount - byteCount <= mtu { return frame.byteCount > 0 ? .whole : .packetExceeded }
    guard let layout = try? PacketLayout(parsing: frame, tunnels: .none),
      let network = layout.network, network.end - layout.linkHeaderLength <= mtu
    else { return .packetExceeded }
    let octets = frame.byteCount - layout.linkHeaderLength
    return octets <= mtu ? .whole : .exceeded(byteCount: octets)
  }
}
