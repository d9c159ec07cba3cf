/// Kinds and lengths of the headers of a packet: `NET_PACKET_LAYOUT`.
///
/// The layout is Microsoft's, five octets. Setters clamp a number to the range of its field; the
/// initialiser throws. All lengths are in octets.
public struct NetPacketLayout: Hashable, Sendable, BitwiseCopyable {
  // Wider integers would add padding.
  @usableFromInline internal var low: UInt8 = 0
  @usableFromInline internal var high: UInt8 = 0
  @usableFromInline internal var length4: UInt8 = 0
  @usableFromInline internal var types2And3: UInt8 = 0
  @usableFromInline internal var type4: UInt8 = 0

  /// An unspecified layout: all zero.
  @inlinable
  public init() {}

  /// Creates a layout from kinds and lengths of headers.
  ///
  /// - Parameters:
  ///   - layer2: Kind of the link header.
  ///   - layer2HeaderLength: Its length, below 2^7.
  ///   - layer3: Kind of the IP header.
  ///   - layer3HeaderLength: Its length with options or extension headers, below 2^9.
  ///   - layer4: Kind of the transport header.
  ///   - layer4HeaderLength: Its length with options, below 2^8.
  /// - Throws: ``NetFieldError`` naming the first number that does not fit.
  @inlinable
  public init(
    layer2: Layer2Type, layer2HeaderLength: Int, layer3: Layer3Type = .unspecified,
    layer3HeaderLength: Int = 0, layer4: Layer4Type = .unspecified, layer4HeaderLength: Int = 0
  ) throws(NetFieldError) {
    try Self.length2Bits.check(layer2HeaderLength, .layer2HeaderLength)
    try Self.length3Bits.check(layer3HeaderLength, .layer3HeaderLength)
    try BitField(0, width: 8).check(layer4HeaderLength, .layer4HeaderLength)
    (layer2Type, layer3Type, layer4Type) = (layer2, layer3, layer4)
    self.layer2HeaderLength = layer2HeaderLength
    self.layer3HeaderLength = layer3HeaderLength
    self.layer4HeaderLength = layer4HeaderLength
  }

  /// `Layer2HeaderLength`; 7 bits.
  @inlinable public var layer2HeaderLength: Int {
    get { Self.length2Bits.read(word) }
    set { word = Self.length2Bits.write(newValue, into: word) }
  }

  /// `Layer3HeaderLength`, with options or extension headers; 9 bits.
  @inlinable public var layer3HeaderLength: Int {
    get { Self.length3Bits.read(word) }
    set { word = Self.length3Bits.write(newValue, into: word) }
  }

  /// `Layer4HeaderLength`, with options; 8 bits.
  @inlinable public var layer4HeaderLength: Int {
    get { Int(length4) }
    set { length4 = UInt8(clamping: newValue) }
  }

  /// `Layer2Type`; 4 bits.
  @inlinable public var layer2Type: Layer2Type {
    get { Layer2Type(rawValue: types2And3 & 0x0F) }
    set { types2And3 = types2And3 & 0xF0 | newValue.rawValue }
  }

  /// `Layer3Type`; 4 bits.
  @inlinable public var layer3Type: Layer3Type {
    get { Layer3Type(rawValue: types2And3 >> 4) }
    set { types2And3 = types2And3 & 0x0F | newValue.rawValue << 4 }
  }

  /// `Layer4Type`; 4 bits.
  @inlinable public var layer4Type: Layer4Type {
    get { Layer4Type(rawValue: type4 & 0x0F) }
    set { type4 = type4 & 0xF0 | newValue.rawValue }
  }

  /// `Reserved0`, 4 bits: drivers must not change it.
  @inlinable public var reserved: UInt8 {
    get { type4 >> 4 }
    set { type4 = type4 & 0x0F | min(newValue, 15) << 4 }
  }

  /// The lengths of layers 2 and 3 as one word.
  @inlinable internal var word: UInt64 {
    get { UInt64(low) | UInt64(high) << 8 }
    set {
      low = UInt8(truncatingIfNeeded: newValue)
      high = UInt8(truncatingIfNeeded: newValue >> 8)
    }
  }

  /// The largest ``layer3HeaderLength``, in octets.
  public static let maximumLayer3HeaderLength = 511

  @inlinable internal static var length2Bits: BitField { BitField(0, width: 7) }
  @inlinable internal static var length3Bits: BitField { BitField(7, width: 9) }
}
