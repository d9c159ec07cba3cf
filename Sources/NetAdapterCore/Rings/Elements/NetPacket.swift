/// One element of a packet ring: `NET_PACKET`.
///
/// A packet consists of consecutive elements of the fragment ring, which wrap around.
///
/// The layout is Microsoft's, twelve octets. Setters clamp a number to the range of its field; the
/// initialiser throws.
public struct NetPacket: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline internal var index: UInt32 = 0
  @usableFromInline internal var count: UInt16 = 0
  /// `Layout`: kinds and lengths of the headers.
  public var layout = NetPacketLayout()
  @usableFromInline internal var flags: UInt8 = 0

  /// A packet without fragments: all zero.
  @inlinable
  public init() {}

  /// Creates a packet from its fragments and a layout.
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

  /// `Ignore`: the driver returns a packet to send without sending it; the operating system
  /// discards a received one.
  @inlinable public var isIgnored: Bool {
    get { flags & 1 != 0 }
    set { flags = flags & ~1 | (newValue ? 1 : 0) }
  }

  /// `Scratch`: for the driver's use while it owns the element.
  @inlinable public var scratch: Bool {
    get { flags & 2 != 0 }
    set { flags = flags & ~2 | (newValue ? 2 : 0) }
  }

  /// `Reserved1`, 6 bits: drivers must not change it.
  @inlinable public var reserved: UInt8 {
    get { flags >> 2 }
    set { flags = flags & 3 | min(newValue, 63) << 2 }
  }
}
