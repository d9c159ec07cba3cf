/// The two ends of a TCP connection or UDP flow, in the direction of one frame.
///
/// Addresses are those of the innermost IP header. VLAN tags and outer headers do not count,
/// because the two directions of a connection may have different ones.
package struct TransportFlow: Hashable, Sendable {
  private var source = SIMD2<UInt64>()
  private var destination = SIMD2<UInt64>()
  /// Source port in the upper half, destination port in the lower one.
  private var ports: UInt32
  private let version: NetworkLayout.Version

  /// Reads the flow of a frame; nil if the layout has no transport header, or if that lies beyond
  /// the end of the frame.
  ///
  /// - Complexity: O(1). Does not allocate.
  package init?(of frame: RawSpan, _ layout: PacketLayout) {
    guard let network = layout.network, let transport = layout.transport,
      transport.offset + 4 <= frame.byteCount
    else { return nil }
    ports = frame.networkOrder(at: transport.offset)
    version = network.version
    switch version {
    case .ipv4:
      let start = network.offset + IPv4Header.Field.source
      source[0] = UInt64(frame.networkOrder(at: start, as: UInt32.self))
      destination[0] = UInt64(frame.networkOrder(at: start + 4, as: UInt32.self))
    case .ipv6:
      let start = network.offset + IPv6Header.Field.source
      for half in 0...1 {
        source[half] = frame.networkOrder(at: start + half * 8)
        destination[half] = frame.networkOrder(at: start + 16 + half * 8)
      }
    }
  }

  /// The flow of the answers.
  package var reversed: TransportFlow {
    var flow = self
    (flow.source, flow.destination) = (destination, source)
    flow.ports = ports << 16 | ports >> 16
    return flow
  }
}
