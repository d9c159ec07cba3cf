/// One element of a fragment ring: `NET_FRAGMENT`.
///
/// A fragment names the octets of one buffer that belong to a packet. The buffer of fragment *i*
/// starts at *i* × ``NetRingCollection/bufferCapacity`` in ``NetRingCollection/memory``.
///
/// The layout is Microsoft's, eight octets. Setters clamp a number to the range of its field; the
/// initialiser throws.
public struct NetFragment: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline internal var word: UInt64 = 0

  /// A fragment without a buffer: all zero.
  @inlinable
  public init() {}

  /// Creates a fragment from its lengths and its offset.
  ///
  /// - Parameters:
  ///   - validLength: Octets that belong to the packet, below 2^26.
  ///   - capacity: Octets of the buffer, below 2^26.
  ///   - offset: Octets of the buffer before the first valid one, below 2^10.
  /// - Throws: ``NetFieldError`` naming the first number that does not fit.
  @inlinable
  public init(validLength: Int, capacity: Int, offset: Int = 0) throws(NetFieldError) {
    try Self.validLengthBits.check(validLength, .validLength)
    try Self.capacityBits.check(capacity, .capacity)
    try Self.offsetBits.check(offset, .offset)
    self.validLength = validLength
    self.capacity = capacity
    self.offset = offset
  }

  /// `ValidLength`: octets that belong to the packet; 26 bits.
  @inlinable public var validLength: Int {
    get { Self.validLengthBits.read(word) }
    set { word = Self.validLengthBits.write(newValue, into: word) }
  }

  /// `Capacity`: octets of the buffer; 26 bits.
  @inlinable public var capacity: Int {
    get { Self.capacityBits.read(word) }
    set { word = Self.capacityBits.write(newValue, into: word) }
  }

  /// `Offset`: octets of the buffer before the first valid one; 10 bits.
  @inlinable public var offset: Int {
    get { Self.offsetBits.read(word) }
    set { word = Self.offsetBits.write(newValue, into: word) }
  }

  /// `Scratch`: for the driver's use while it owns the element.
  @inlinable public var scratch: Bool {
    get { Self.scratchBits.read(word) != 0 }
    set { word = Self.scratchBits.write(newValue ? 1 : 0, into: word) }
  }

  /// `OsReserved_Bounced`: drivers must not change it.
  @inlinable public var isBounced: Bool {
    get { Self.bouncedBits.read(word) != 0 }
    set { word = Self.bouncedBits.write(newValue ? 1 : 0, into: word) }
  }

  @inlinable internal static var validLengthBits: BitField { BitField(0, width: 26) }
  @inlinable internal static var capacityBits: BitField { BitField(26, width: 26) }
  @inlinable internal static var offsetBits: BitField { BitField(52, width: 10) }
  @inlinable internal static var scratchBits: BitField { BitField(62, width: 1) }
  @inlinable internal static var bouncedBits: BitField { BitField(63, width: 1) }
}
