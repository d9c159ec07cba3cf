import GsoEngine
import PacketCapture
import WireFormats

extension PacketFlags {
  /// Whether the sender left the transport checksum to its NIC, for one frame or for all segments.
  var leavesChecksum: Bool { !isDisjoint(with: [.checksumNotReady, .segmentationOffload]) }
}

// What the flags of a pcapng frame say about its transport checksum goes before what the field
// looks like.
extension PacketLayout {
  /// What the sender of a captured frame left to its NIC.
  ///
  /// A checksum that the flags call not ready is computed whatever the field holds, and so is that
  /// of a frame whose segmentation was left to the NIC. A checksum that the flags call valid is
  /// copied, even if it looks like the sum of a pseudo header.
  ///
  /// - Parameters:
  ///   - frame: The frame that the layout was read from.
  ///   - flags: Nil if the capture says nothing.
  /// - Returns: What to complete, and what the fields hold.
  func checksumsToComplete(
    in frame: RawSpan, _ flags: PacketFlags?
  ) -> (fields: ChecksumPlan.Fields, findings: ChecksumFindings) {
    guard let flags else { return (.partial, checksumFindings(of: frame)) }
    if flags.leavesChecksum,
      let plan = try? ChecksumPlan(of: frame, layout: self, fields: [.partial, .transport]),
      var findings = try? plan.findings(in: frame)
    {
      findings.partial.insert(.transport)
      findings.wrong.remove(.transport)
      return (plan.fields, findings)
    }
    var findings = checksumFindings(of: frame)
    guard flags.contains(.checksumValid), findings.partial.contains(.transport) else {
      return (.partial, findings)
    }
    // The flag says nothing about the header, which is completed all the same.
    findings.partial.remove(.transport)
    let isHeaderPartial = findings.partial == .ipv4Header && findings.wrong.isEmpty
    (findings.completesLength, findings.changesFrame) = (false, isHeaderPartial)
    return (.ipv4Header, findings)
  }

  /// Completes what the sender of a captured frame left to its NIC, in place.
  ///
  /// - Parameters:
  ///   - frame: The frame that the layout was read from.
  ///   - flags: Nil if the capture says nothing.
  ///   - fixesAll: True if wrong checksums are computed, too.
  /// - Returns: What the fields held.
  func completeChecksums(
    in frame: inout MutableRawSpan, _ flags: PacketFlags?, fixesAll: Bool = false
  ) -> ChecksumFindings {
    if fixesAll { return fixChecksums(in: &frame) }
    guard let flags else { return completePartialChecksums(in: &frame) }
    let (fields, findings) = checksumsToComplete(in: frame.bytes, flags)
    if findings.changesFrame,
      let plan = try? ChecksumPlan(of: frame.bytes, layout: self, fields: fields)
    {
      _ = try? plan.apply(to: &frame)
    }
    return findings
  }

  /// Computes all checksums that the frame has, in place, and completes lengths of 0.
  ///
  /// A UDP checksum of 0 over IPv4 means that there is none, and stays 0. Where there is no
  /// transport header, as in a fragment, only IPv4 header checksums are computed.
  private func fixChecksums(in frame: inout MutableRawSpan) -> ChecksumFindings {
    var rules = SegmentationRules.linux
    rules.zeroUDPChecksum = .copied
    for fields in [[.partial, .ipv4Header, .transport], [.partial, .ipv4Header], .partial]
      as [ChecksumPlan.Fields]
    {
      if let plan = try? ChecksumPlan(
        of: frame.bytes, layout: self, fields: fields, rules: rules),
        let findings = try? plan.apply(to: &frame)
      {
        return findings
      }
    }
    return ChecksumFindings()
  }
}
