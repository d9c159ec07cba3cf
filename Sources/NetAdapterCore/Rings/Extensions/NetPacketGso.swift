/// The segment size of a packet to cut: `NET_PACKET_GSO`, extension ``PacketExtension/gso``.
///
/// Four octets. Microsoft's structure is a union of a view for TCP and one for UDP, which are alike.
public struct NetPacketGso: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline internal var word: UInt32 = 0

  /// A packet that is not cut: all zero.
  @inlinable
  public init() {}

  /// A packet to cut.
  ///
  /// - Parameter mss: Payload octets of a segment, below 2^20; 0 for a packet that is not cut.
  /// - Throws: ``NetFieldError`` if the number does not fit.
  @inlinable
  public init(mss: Int) throws(NetFieldError) {
    try Self.mssBits.check(mss, .mss)
    self.mss = mss
  }

  /// `TCP.Mss`, `UDP.Mss`: payload octets of a segment, or 0; 20 bits.
  ///
  /// The nearest number that fits takes the place of one that does not.
  @inlinable public var mss: Int {
    get { Self.mssBits.read(UInt64(word)) }
    set { word = UInt32(truncatingIfNeeded: Self.mssBits.write(newValue, into: UInt64(word))) }
  }

  @inlinable internal static var mssBits: BitField { BitField(0, width: 20) }
}
