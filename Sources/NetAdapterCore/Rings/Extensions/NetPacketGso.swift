/// The segment size of a packet to segment: `NET_PACKET_GSO`, extension ``PacketExtension/gso``.
///
/// Four octets. Microsoft's structure is a union of a view for TCP and one for UDP with the same
/// fields.
public struct NetPacketGso: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline internal var word: UInt32 = 0

  /// A packet that is not to be segmented: all zero.
  @inlinable
  public init() {}

  /// A packet to segment.
  ///
  /// - Parameter mss: Payload octets per segment, below 2^20; 0 for no segmentation.
  /// - Throws: ``NetFieldError`` if the number does not fit.
  @inlinable
  public init(mss: Int) throws(NetFieldError) {
    try Self.mssBits.check(mss, .mss)
    self.mss = mss
  }

  /// `TCP.Mss`, `UDP.Mss`: payload octets per segment, or 0 for no segmentation; 20 bits.
  ///
  /// The setter clamps to 0...1,048,575.
  @inlinable public var mss: Int {
    get { Self.mssBits.read(word) }
    set { word = Self.mssBits.write(newValue, into: word) }
  }

  @inlinable internal static var mssBits: BitField { BitField(0, width: 20) }
}
