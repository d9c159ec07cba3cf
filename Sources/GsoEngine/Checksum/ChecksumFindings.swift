public import WireFormats

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

// Findings without a plan.
extension PacketLayout {
  /// Completes ``ChecksumPlan/Fields/partial`` in place.
  ///
  /// - Parameter frame: The frame that the layout was read from. One of another length is
  ///   unmodified.
  /// - Returns: What the fields held.
  /// - Complexity: O(*n*). Does not allocate.
  @discardableResult
  public func completePartialChecksums(in frame: inout MutableRawSpan) -> ChecksumFindings {
    guard frame.byteCount == frameLength else { return ChecksumFindings() }
    let completion = FieldCompletion(
      of: frame.bytes, headers: frame.bytes, layout: self, fields: .partial, rules: .linux)
    completion.write(to: &frame)
    return completion.findings
  }

  /// Returns what the checksum and length fields of a frame hold.
  ///
  /// - Parameter frame: The frame that the layout was read from. One of another length has no
  ///   findings.
  /// - Returns: What they hold, and whether completing the partial ones changes the frame.
  /// - Complexity: O(*n*). Does not allocate.
  public func checksumFindings(of frame: RawSpan) -> ChecksumFindings {
    guard frame.byteCount == frameLength else { return ChecksumFindings() }
    return FieldCompletion(
      of: frame, headers: frame, layout: self, fields: .partial, rules: .linux
    ).findings
  }
}
