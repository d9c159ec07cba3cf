internal import WireFormats

/// What the checksum and length fields of a frame that is not segmented held, and whether
/// completing them changes it.
public struct ChecksumFindings: Hashable, Sendable {
  /// Checksums that the sender left partial: the sum of a pseudo header with or without a length in
  /// TCP and UDP, 0 in a header of IPv4 or in a GRE header that announces one.
  public var partial: ChecksumPlan.Fields = []
  /// Checksums that are neither right, nor partial, nor unused.
  public var wrong: ChecksumPlan.Fields = []
  /// True if a length that the sender left at 0 is written: that of IPv4, IPv6 or UDP.
  public var completesLength = false
  /// True if at least one octet is written.
  public var changesFrame = false

  /// Nothing was found.
  public init() {}
}
