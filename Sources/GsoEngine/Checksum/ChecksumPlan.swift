public import WireFormats

/// How the checksums of a frame that is not segmented are completed or computed: what
/// `NET_PACKET_CHECKSUM` asks for, and what senders leave to a NIC without saying so.
///
/// ```swift
/// let plan = try ChecksumPlan(of: frame, fields: .partial)
/// let found = try plan.apply(to: &octets)
/// found.partial    // checksums that the sender left partial
/// found.wrong      // checksums that are wrong and are not changed
/// ```
///
/// Checksums change, and lengths of IPv4, IPv6 and UDP that are 0, as senders with large send
/// offload leave them. A checksum that was valid before or after a length was completed is valid
/// afterwards. Octets after the packet do not change. A frame with missing octets or an impossible
/// route does not change either.
///
/// A TCP checksum that computes to 0 is stored as 0 (RFC 9293, section 3.1), that of UDP as 0xFFFF
/// (RFC 768).
public struct ChecksumPlan: Hashable, Sendable {
  /// Checksums to complete or compute.
  public struct Fields: OptionSet, Hashable, Sendable {
    /// One bit per field.
    public let rawValue: UInt8
    /// Takes all bits.
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The checksum of the IPv4 header, and of an outer one.
    ///
    /// It is computed whatever the field holds.
    @inlinable public static var ipv4Header: Fields { Fields(rawValue: 1) }
    /// The checksum of TCP or UDP, of an outer UDP header if it is not 0, and of an outer GRE
    /// header with a checksum.
    ///
    /// It is computed whatever the field holds.
    @inlinable public static var transport: Fields { Fields(rawValue: 2) }
    /// Each of these that its sender left partial.
    ///
    /// Wrong checksums are copied.
    ///
    /// A checksum of TCP or UDP is partial if it is the sum of the pseudo header with or without a
    /// length. A checksum of IPv4 or GRE is partial if it is 0 and does not verify.
    @inlinable public static var partial: Fields { Fields(rawValue: 4) }
  }

  /// The layout of the frame that was planned.
  public let layout: PacketLayout
  /// Checksums to complete or compute.
  public let fields: Fields
  /// What a UDP checksum of 0 means in the input, and how a computed 0 is stored.
  private let rules: SegmentationRules
  /// Length of all headers, in octets.
  private let headerLength: Int

  /// Plans the checksums of a frame whose layout is known.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - layout: The layout of that frame.
  ///   - fields: Checksums to complete or compute.
  ///   - rules: What a UDP checksum of 0 means in the input, and how a computed 0 is stored.
  /// - Throws: ``SegmentationError`` if a checksum is to be computed that the frame does not have,
  ///   such as the TCP checksum of an IP fragment. ``Fields/partial`` alone never throws for that.
  /// - Complexity: O(1). Does not allocate.
  public init(
    of frame: RawSpan, layout: PacketLayout, fields: Fields, rules: SegmentationRules = .linux
  ) throws(SegmentationError) {
    guard frame.byteCount == layout.frameLength else {
      throw .frameLengthChanged(planned: layout.frameLength, given: frame.byteCount)
    }
    try self.init(front: frame, layout: layout, fields: fields, rules: rules)
  }

  /// Plans the checksums of a frame that starts with `frame`, which has all headers.
  internal init(
    front frame: RawSpan, layout: PacketLayout, fields: Fields, rules: SegmentationRules
  ) throws(SegmentationError) {
    (self.layout, self.fields, self.rules) = (layout, fields, rules)
    headerLength = max(
      layout.headerLength ?? 0, layout.network?.upperOffset ?? layout.linkHeaderLength)
    guard fields != .partial else { return }
    guard layout.network != nil else { throw .notIP(layout.etherType) }
    if fields.contains(.transport) { try SegmentationCheck.checkChecksums(of: frame, layout) }
  }

  /// Reads the headers of a frame and plans its checksums.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  ///   - fields: Checksums to complete or compute.
  ///   - rules: What a UDP checksum of 0 means in the input, and how a computed 0 is stored.
  /// - Throws: ``SegmentationError`` if the headers cannot be read or lack a checksum that is to be
  ///   computed.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  public init(
    of frame: RawSpan, link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown,
    fields: Fields, rules: SegmentationRules = .linux
  ) throws(SegmentationError) {
    let layout = try PacketLayout(reading: frame, link: link, tunnels: tunnels)
    try self.init(of: frame, layout: layout, fields: fields, rules: rules)
  }

  /// Completes the fields in place.
  ///
  /// - Returns: What they held.
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one.
  /// - Complexity: O(*n*). Does not allocate.
  @discardableResult
  public func apply(to frame: inout MutableRawSpan) throws(SegmentationError) -> ChecksumFindings {
    try checkLength(frame.byteCount)
    let completion = FieldCompletion(
      of: frame.bytes, headers: frame.bytes, layout: layout, fields: fields, rules: rules)
    completion.write(to: &frame)
    return completion.findings
  }

  /// Returns what the fields of a frame hold, and whether ``apply(to:)-([UInt8])`` would change it.
  ///
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one.
  /// - Complexity: O(*n*). Does not allocate.
  public func findings(in frame: RawSpan) throws(SegmentationError) -> ChecksumFindings {
    try checkLength(frame.byteCount)
    return FieldCompletion(
      of: frame, headers: frame, layout: layout, fields: fields, rules: rules
    ).findings
  }

  /// Returns what the fields of a scattered frame hold, and whether ``apply(to:)-([UInt8])`` would
  /// change it.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - headers: Its headers, as planning left them.
  /// - Returns: What they hold.
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` or `headers` are
  ///   those of another one.
  /// - Complexity: O(*n*). Does not allocate.
  public func findings(
    in frame: ScatteredFrame, headers: borrowing LinearHeaders
  ) throws(SegmentationError) -> ChecksumFindings {
    try checkLength(frame.byteCount)
    guard headers.octets.byteCount >= headerLength else {
      throw .frameLengthChanged(planned: headerLength, given: headers.octets.byteCount)
    }
    return FieldCompletion(
      of: frame, headers: headers.octets, layout: layout, fields: fields, rules: rules
    ).findings
  }

  private func checkLength(_ byteCount: Int) throws(SegmentationError) {
    guard byteCount == layout.frameLength else {
      throw .frameLengthChanged(planned: layout.frameLength, given: byteCount)
    }
  }
}
