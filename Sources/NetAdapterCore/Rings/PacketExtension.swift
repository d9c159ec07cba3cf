/// Data that packets carry beside their octets: `NET_EXTENSION`.
///
/// An adapter registers extensions at start, by what its hardware declares; see
/// ``NetAdapter/registeredExtensions``.
public struct PacketExtension: Hashable, Sendable {
  /// Microsoft's name, such as `ms_packet_gso`.
  public let name: String
  /// Version of the layout.
  public let version: UInt32

  private init(_ name: String, version: UInt32 = 1) { (self.name, self.version) = (name, version) }

  /// Segment size of LSO and USO: `NET_PACKET_EXTENSION_GSO_NAME`.
  public static let gso = PacketExtension("ms_packet_gso")
  /// Checksum actions or evaluations: `NET_PACKET_EXTENSION_CHECKSUM_NAME`.
  public static let checksum = PacketExtension("ms_packet_checksum")
  /// Number of coalesced TCP segments: `NET_PACKET_EXTENSION_RSC_NAME`.
  public static let rsc = PacketExtension("ms_packet_rsc")
  /// Number of coalesced TCP segments or UDP datagrams: version 2 of ``rsc``.
  public static let rscWithUdp = PacketExtension("ms_packet_rsc", version: 2)
  /// Timestamps of coalesced TCP segments: `NET_PACKET_EXTENSION_RSC_TIMESTAMP_NAME`.
  public static let rscTimestamp = PacketExtension("ms_packet_rsc_timestamp")
  /// Tags of IEEE 802.1Q: `NET_PACKET_EXTENSION_IEEE8021Q_NAME`.
  public static let ieee8021Q = PacketExtension("ms_packet_ieee8021q")
  /// `ms_packet_lso`, which the framework of release 21H2 registers for drivers of release 2004.
  public static let legacyLso = PacketExtension("ms_packet_lso")
}

/// One value for each element of a packet ring: the memory of a ``PacketExtension``.
///
/// If the extension is not registered, reading returns zero and writing has no effect.
public struct NetExtension<Value: BitwiseCopyable>: ~Copyable {
  /// `Enabled`: whether the extension is registered.
  public let isEnabled: Bool
  @usableFromInline internal let zero: Value
  @usableFromInline internal var memory: FixedMemory<Value>

  internal init(isEnabled: Bool, count: Int, zero: Value) {
    self.isEnabled = isEnabled
    self.zero = zero
    memory = FixedMemory(count: isEnabled ? count : 1, repeating: zero)
  }

  /// The value of the packet at `index` modulo the number of elements.
  ///
  /// - Complexity: O(1).
  @inlinable
  public subscript(index: Int) -> Value {
    get { isEnabled ? memory[index] : zero }
    set { if isEnabled { memory[index] = newValue } }
  }
}
