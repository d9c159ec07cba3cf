/// What a packet to send carries beside its octets.
public struct TransmitMetadata: Hashable, Sendable {
  /// Kinds and lengths of its headers; the framework fills it in for every packet.
  public var layout: NetPacketLayout
  /// How to cut it.
  public var gso: NetPacketGso
  /// Which checksums to compute.
  public var checksum: NetPacketChecksum
  /// The tag to put in.
  public var ieee8021Q: NetPacketIeee8021Q

  /// Nothing is asked for unless told.
  public init(
    layout: NetPacketLayout = .init(), gso: NetPacketGso = .init(),
    checksum: NetPacketChecksum = .init(), ieee8021Q: NetPacketIeee8021Q = .init()
  ) {
    (self.layout, self.gso) = (layout, gso)
    (self.checksum, self.ieee8021Q) = (checksum, ieee8021Q)
  }
}

/// A packet that a driver is done with.
public struct CompletedPacket: Hashable, Sendable, BitwiseCopyable {
  /// What it was posted with.
  public let tag: Int
  /// True if it was posted for the driver to skip.
  public let isIgnored: Bool
}
