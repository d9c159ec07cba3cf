internal import WireFormats

/// What the checksum and length fields of a frame hold, and whether completing them changes the
/// frame.
public struct ChecksumFindings: Hashable, Sendable {
  /// Checksums that the sender left partial: in TCP and UDP the sum of a pseudo header with or
  /// without a length, in IPv4 and in GRE with a checksum 0.
  public var partial: ChecksumPlan.Fields = []
  /// Checksums that are neither valid, nor partial, nor unused.
  public var wrong: ChecksumPlan.Fields = []
  /// True if a length of IPv4, IPv6 or UDP is 0 and is completed.
  public var completesLength = false
  /// True if at least one octet changes.
  public var changesFrame = false

  /// No findings.
  public init() {}
}
