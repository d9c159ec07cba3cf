/// One element of a packet ring: `NET_PACKET`.
///
/// A packet is a run of elements of the fragment ring, which wraps around.
///
/// Twelve octets, as Microsoft lays them out. Setters put the nearest number that fits in place of one
/// that does not; the initialiser throws.
public struct NetPacket: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline internal var index: UInt32 = 0
  @usableFromInline internal var count: UInt16 = 0
  /// `Layout`: kinds and lengths of the headers.
  public var layout = NetPacketLayout()
  @usableFromInline internal var flags: UInt8 = 0

  /// A packet without fragments: all zero.
  @inlinable
  public init() {}

  /// Joins a run of fragments and a layout.
  ///
  /// - Parameters:
  ///   - fragmentIndex: The first fragment, below 2^32.
  ///   - fragmentCount: Number of fragments, below 2^16.
  ///   - layout: Kinds and lengths of the headers.
  /// - Throws: ``NetFieldError`` naming the first number that does not fit.
  @inlinable
  public init(
    fragmentIndex: Int, fragmentCount: Int, layout: NetPacketLayout = .init()
  ) throws(NetFieldError) {
    try BitField(0, width: 32).check(fragmentIndex, .fragmentIndex)
    try BitField(0, width: 16).check(fragmentCount, .fragmentCount)
    index = UInt32(clamping: fragmentIndex)
    count = UInt16(clamping: fragmentCount)
    self.layout = layout
  }

  /// `FragmentIndex`: the first fragment; 32 bits.
  @inlinable public var fragmentIndex: Int {
    get { Int(index) }
    set { index = UInt32(clamping: newValue) }
  }

  /// `FragmentCount`: number of fragments; 16 bits.
  @inlinable public var fragmentCount: Int {
    get { Int(count) }
    set { count = UInt16(clamping: newValue) }
  }

  /// `Ignore`: a packet to send is skipped and returned by the driver, a received one is thrown away.
  @inlinable public var isIgnored: Bool {
    get { flags & 1 != 0 }
    set { flags = flags & ~1 | (newValue ? 1 : 0) }
  }

  /// `Scratch`: for the driver alone, while the element is in its window.
  @inlinable public var scratch: Bool {
    get { flags & 2 != 0 }
    set { flags = flags & ~2 | (newValue ? 2 : 0) }
  }

  /// `Reserved1`, 6 bits: drivers leave it alone.
  @inlinable public var reserved: UInt8 {
    get { flags >> 2 }
    set { flags = flags & 3 | min(newValue, 63) << 2 }
  }
}
