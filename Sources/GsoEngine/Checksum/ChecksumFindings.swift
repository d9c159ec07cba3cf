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
    guard frame.byteCount == frameLength, !isComplete(frame.bytes) else {
      return ChecksumFindings()
    }
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

  /// Whether nothing has to be completed in a frame without a tunnel: lengths are there, and all
  /// checksums verify.
  ///
  /// The fast path of the frames that most captures consist of; false only means that all fields
  /// have to be looked at.
  @inline(__always)
  private func isComplete(_ frame: RawSpan) -> Bool {
    guard tunnel == nil, let network, let transport, network.declaredLength > 0,
      network.missingLength == 0, network.excessSegmentsLeft == nil
    else { return false }
    let segment = transport.offset..<network.end
    let found: UInt16 = frame.hostOrder(at: transport.checksumOffset)
    if transport.kind == .udp {
      // A checksum of 0 means that there is none; a datagram may end before its packet.
      let field = transport.offset + UDPHeader.Field.length
      let length = Int(frame.networkOrder(at: field, as: UInt16.self))
      guard found != 0, length == segment.count else { return false }
    }
    if network.version == .ipv4 {
      let header = frame.wordSum(of: network.offset..<network.upperOffset)
      guard WordSum.fold(header) == 0xFFFF else { return false }
    }
    let around = network.pseudoHeaderSum(of: frame, protocol: transport.kind.ipProtocol)
    let length = WordSum.words(UInt32(truncatingIfNeeded: segment.count))
    return WordSum.fold(around &+ length &+ frame.wordSum(of: segment)) == 0xFFFF
  }
}
