/// A VLAN tag that is not in the octets of its packet: `NET_PACKET_IEEE8021Q`, extension
/// ``PacketExtension/ieee8021Q``.
///
/// Four octets. Setters clamp a number to the range of its field; the initialiser throws.
public struct NetPacketIeee8021Q: Hashable, Sendable, BitwiseCopyable {
  /// The parts of the tag to insert when sending: `NET_PACKET_TX_IEEE8021Q_ACTION_FLAGS`.
  public struct Tagging: OptionSet, Hashable, Sendable {
    /// Microsoft's two bits.
    public let rawValue: UInt8

    /// Takes the two low bits.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue & 3 }

    /// `NetPacketTxIeee8021qActionFlagPriorityRequired`.
    public static let priority = Tagging(rawValue: 1)
    /// `NetPacketTxIeee8021qActionFlagVlanRequired`.
    public static let vlan = Tagging(rawValue: 2)
  }

  @usableFromInline internal var word: UInt32 = 0

  /// No tag: all zero.
  @inlinable
  public init() {}

  /// Creates a tag from priority and identifier.
  ///
  /// - Parameters:
  ///   - priorityCodePoint: 0 to 7.
  ///   - vlanIdentifier: 0 to 4095.
  ///   - tagging: The parts to insert when sending; empty for a received packet.
  /// - Throws: ``NetFieldError`` naming the first number that does not fit.
  @inlinable
  public init(
    priorityCodePoint: Int, vlanIdentifier: Int, tagging: Tagging = []
  ) throws(NetFieldError) {
    try Self.priorityBits.check(priorityCodePoint, .priorityCodePoint)
    try Self.identifierBits.check(vlanIdentifier, .vlanIdentifier)
    self.priorityCodePoint = priorityCodePoint
    self.vlanIdentifier = vlanIdentifier
    self.tagging = tagging
  }

  /// `PriorityCodePoint`; 3 bits.
  @inlinable public var priorityCodePoint: Int {
    get { Self.priorityBits.read(word) }
    set { word = Self.priorityBits.write(newValue, into: word) }
  }

  /// `VlanIdentifier`; 12 bits.
  @inlinable public var vlanIdentifier: Int {
    get { Self.identifierBits.read(word) }
    set { word = Self.identifierBits.write(newValue, into: word) }
  }

  /// `TxTagging`; 2 bits.
  @inlinable public var tagging: Tagging {
    get { Tagging(rawValue: UInt8(truncatingIfNeeded: Self.taggingBits.read(word))) }
    set { word = Self.taggingBits.write(Int(newValue.rawValue), into: word) }
  }

  @inlinable internal static var priorityBits: BitField { BitField(0, width: 3) }
  @inlinable internal static var identifierBits: BitField { BitField(3, width: 12) }
  @inlinable internal static var taggingBits: BitField { BitField(15, width: 2) }
}
