/// Data that packets carry besides their octets: `NET_EXTENSION`.
public struct PacketExtension: Hashable, Sendable {
  /// Microsoft's name, such as `ms_packet_gso`.
  public let name: String
  /// Version of the layout.
  public let version: UInt32

  /// Names an extension.
  public init(name: String, version: UInt32 = 1) { (self.name, self.version) = (name, version) }

  /// Segment size of LSO and USO: `NET_PACKET_EXTENSION_GSO_NAME`.
  public static let gso = PacketExtension(name: "ms_packet_gso")
  /// Checksum work or verdicts: `NET_PACKET_EXTENSION_CHECKSUM_NAME`.
  public static let checksum = PacketExtension(name: "ms_packet_checksum")
  /// Counts of coalesced TCP segments: `NET_PACKET_EXTENSION_RSC_NAME`.
  public static let rsc = PacketExtension(name: "ms_packet_rsc")
  /// Counts of coalesced TCP segments or UDP datagrams.
  public static let rscWithUdp = PacketExtension(name: "ms_packet_rsc", version: 2)
  /// Timestamps of coalesced TCP segments: `NET_PACKET_EXTENSION_RSC_TIMESTAMP_NAME`.
  public static let rscTimestamp = PacketExtension(name: "ms_packet_rsc_timestamp")
  /// Tags of IEEE 802.1Q: `NET_PACKET_EXTENSION_IEEE8021Q_NAME`.
  public static let ieee8021Q = PacketExtension(name: "ms_packet_ieee8021q")
  /// What the framework of release 21H2 still carries for drivers of 2004.
  public static let legacyLso = PacketExtension(name: "ms_packet_lso")

  /// What the declared capabilities bring with them.
  internal static func registered(
    for hardware: DeclaredCapabilities, quirks: Quirks
  ) -> [PacketExtension] {
    var extensions: [PacketExtension] = []
    if hardware.txChecksum != nil || hardware.rxChecksum != nil { extensions.append(.checksum) }
    if hardware.gso != nil { extensions.append(.gso) }
    if let rsc = hardware.rsc {
      extensions.append(rsc.layer4.contains(.udp) ? .rscWithUdp : .rsc)
      if rsc.tcpTimestampOption { extensions.append(.rscTimestamp) }
    }
    if let tags = hardware.ieee8021Q, !tags.flags.isEmpty { extensions.append(.ieee8021Q) }
    if quirks.contains(.release21H2) { extensions.append(.legacyLso) }
    return extensions
  }
}
