/// Everything that a driver declared about its hardware's offloads; nil where it declared nothing.
///
/// Survives stop and start; a later declaration takes the place of an earlier one.
public struct DeclaredCapabilities: Sendable {
  /// Segmentation, LSO and USO.
  public var gso: GsoCapabilities?
  /// Checksums of packets to send.
  public var txChecksum: TxChecksumCapabilities?
  /// Checksums of received packets.
  public var rxChecksum: RxChecksumCapabilities?
  /// Coalescing of received packets.
  public var rsc: RscCapabilities?
  /// Insertion and removal of 802.1Q tags.
  public var ieee8021Q: Ieee8021QTagCapabilities?

  /// Hardware that offloads nothing.
  public init() {}
}
