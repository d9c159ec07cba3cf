public import WireFormats

/// How the checksums of a frame that is not segmented are completed or computed: what
/// `NET_PACKET_CHECKSUM` asks for, and what senders leave to a NIC without saying so.
///
/// ```swift
/// let plan = try ChecksumPlan(of: frame, fields: .partial)
/// let found = try plan.apply(to: &octets)
/// found.partial    // what the sender had left
/// found.wrong      // what is wrong, and stays so
/// ```
///
/// Nothing changes but checksums, and lengths of IPv4, IPv6 and UDP that are 0 although the data
/// says how long they are, as senders with large send offload leave them. Where that makes a right
/// checksum wrong, it is computed anew: one that was right, of the octets as they stood or as they
/// will be, is right afterwards. Octets after the packet stay, and so do frames whose checksum
/// cannot be told.
///
/// A TCP checksum that comes to 0 is stored as 0 (RFC 9293, section 3.1), that of UDP as 0xFFFF
/// (RFC 768).
public struct ChecksumPlan: Hashable, Sendable {
  /// Checksums to complete or compute.
  public struct Fields: OptionSet, Hashable, Sendable {
    /// One bit for each.
    public let rawValue: UInt8
    /// Takes all bits unmodified.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// That of the IPv4 header, and of an outer one, whatever they hold; IPv6 has none.
    public static let ipv4Header = Fields(rawValue: 1)
    /// That of TCP or UDP, of an outer UDP header if it is not 0, and of an outer GRE header that
    /// has one, whatever they hold.
    public static let transport = Fields(rawValue: 2)
    /// Each of these whose sender left it partial; wrong ones stay wrong.
    ///
    /// Partial is the sum of a pseudo header with or without a length in TCP and UDP, and 0 that
    /// does not verify in an IPv4 header or a GRE header with a checksum.
    public static let partial = Fields(rawValue: 4)
  }

  /// Where everything lies in the frame.
  public let layout: PacketLayout
  /// Checksums to complete or compute.
  public let fields: Fields
  /// What a UDP checksum of 0 means, before and after.
  private let rules: SegmentationRules
  /// Octets of all headers.
  private let headerLength: Int

  /// Plans the checksums of a frame whose layout is known.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - layout: The layout of that frame.
  ///   - fields: Checksums to complete or compute.
  ///   - rules: What a UDP checksum of 0 means, before and after.
  /// - Throws: ``SegmentationError`` if a checksum is to be computed that the frame does not have,
  ///   as an IP fragment has none of TCP. ``Fields/partial`` alone asks for none.
  /// - Complexity: O(1). Does not allocate.
  public init(
    of frame: RawSpan, layout: PacketLayout, fields: Fields, rules: SegmentationRules = .linux
  ) throws(SegmentationError) {
    guard frame.byteCount == layout.frameLength else {
      throw .frameLengthChanged(planned: layout.frameLength, given: frame.byteCount)
    }
    try self.init(front: frame, layout: layout, fields: fields, rules: rules)
  }

  /// Plans the checksums of a frame that starts with `frame`, from which its layout was read.
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
  ///   - rules: What a UDP checksum of 0 means, before and after.
  /// - Throws: ``SegmentationError`` if the headers cannot be read or lack a checksum that is to be
  ///   computed.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  public init(
    of frame: RawSpan, link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown,
    fields: Fields, rules: SegmentationRules = .linux
  ) throws(SegmentationError) {
    let layout: PacketLayout
    do throws(WireError) {
      layout = try PacketLayout(parsing: frame, link: link, tunnels: tunnels)
    } catch {
      throw .frame(error)
    }
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

  /// What the fields of a frame hold, and whether ``apply(to:)`` would change it.
  ///
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one.
  /// - Complexity: O(*n*). Does not allocate.
  public func findings(in frame: RawSpan) throws(SegmentationError) -> ChecksumFindings {
    try checkLength(frame.byteCount)
    return FieldCompletion(
      of: frame, headers: frame, layout: layout, fields: fields, rules: rules
    ).findings
  }

  /// What the fields of a frame in pieces hold, and whether ``apply(to:)`` would change it.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - headers: Its headers, as the plan left them.
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

// The same without a plan, for those who have a layout anyway.
extension PacketLayout {
  /// Completes what the sender of a frame left partial, in place: ``ChecksumPlan/Fields/partial``.
  ///
  /// - Parameter frame: The frame that the layout was read from; any other one stays unmodified.
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

  /// What the checksum and length fields of a frame hold.
  ///
  /// - Parameter frame: The frame that the layout was read from; of any other one nothing is found.
  /// - Returns: What they hold, and whether completing the partial ones changes the frame.
  /// - Complexity: O(*n*). Does not allocate.
  public func checksumFindings(of frame: RawSpan) -> ChecksumFindings {
    guard frame.byteCount == frameLength else { return ChecksumFindings() }
    return FieldCompletion(
      of: frame, headers: frame, layout: self, fields: .partial, rules: .linux
    ).findings
  }
}
