/// A read-only view of an Ethernet II header (IEEE 802.3), VLAN tags not included.
public struct EthernetHeader: ~Escapable {
  /// Header size, in octets.
  @inlinable public static var byteCount: Int { 14 }

  @usableFromInline internal let octets: RawSpan

  /// Wraps the fourteen octets at `offset` without copying them.
  ///
  /// - Throws: ``WireError/truncated(_:offset:needed:available:)`` if the frame ends before.
  /// - Complexity: O(1). Does not allocate.
  @inlinable @inline(__always)
  @_lifetime(copy frame)
  public init(_ frame: RawSpan, at offset: Int = 0) throws(WireError) {
    octets = try frame.header(.ethernet, at: offset, byteCount: Self.byteCount)
  }

  /// Address of the receiver.
  @inlinable public var destination: MACAddress {
    MACAddress(octets.networkOrder(at: 0, as: UInt64.self) >> 16)
  }

  /// Address of the sender.
  @inlinable public var source: MACAddress {
    MACAddress(octets.networkOrder(at: 6, as: UInt64.self) >> 16)
  }

  /// The type of what follows: a VLAN tag or a packet.
  @inlinable public var etherType: EtherType { EtherType(rawValue: octets.networkOrder(at: 12)) }
}

extension RawSpan {
  /// The `byteCount` octets of a header of `layer` at `offset`.
  @inlinable @inline(__always)
  @_lifetime(copy self)
  package func header(
    _ layer: ProtocolLayer, at offset: Int, byteCount needed: Int
  ) throws(WireError) -> RawSpan {
    let available = offset >= 0 ? max(0, byteCount - offset) : 0
    guard available >= needed, offset >= 0 else {
      throw .truncated(layer, offset: offset, needed: needed, available: available)
    }
    return extracting(offset..<(offset + needed))
  }
}
