public import WireFormats

/// How the checksums of a frame that is not cut are computed: what `NET_PACKET_CHECKSUM` asks for.
///
/// The octets are those that a cut into one segment would give, but nothing in front of or behind
/// the packet is lost, and packets that carry neither TCP nor UDP can have the checksum of their IPv4
/// header. What the fields held before does not matter.
///
/// ```swift
/// let plan = try ChecksumPlan(of: frame, fields: [.ipv4Header, .transport])
/// try plan.apply(to: &octets)
/// ```
public struct ChecksumPlan: Hashable, Sendable {
  /// Checksums to compute.
  public struct Fields: OptionSet, Hashable, Sendable {
    /// One bit for each.
    public let rawValue: UInt8
    /// Takes all bits as they are.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// That of the IPv4 header, and of an outer one in front of it; IPv6 has none.
    public static let ipv4Header = Fields(rawValue: 1)
    /// That of TCP or UDP, and, if it is not 0, that of an outer UDP header.
    public static let transport = Fields(rawValue: 2)
  }

  /// Where everything lies in the frame.
  public let layout: PacketLayout
  /// Checksums to compute.
  public let fields: Fields
  /// The frame as its own only segment; nil if only IPv4 headers are summed.
  private let segment: SegmentationPlan?

  /// Plans the checksums of a frame whose layout is known.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - layout: The layout of that frame.
  ///   - fields: Checksums to compute.
  ///   - rules: What a UDP checksum of 0 means, before and after.
  /// - Throws: ``SegmentationError`` if the frame has no such checksum, as an IP fragment has none of
  ///   TCP.
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
    guard layout.network != nil else { throw .notIP(layout.etherType) }
    (self.layout, self.fields) = (layout, fields)
    guard fields.contains(.transport) else {
      segment = nil
      return
    }
    let size = min(max(1, layout.payloadRange?.count ?? 1), SegmentationRequest.maximumSegmentSize)
    let request = SegmentationRequest(segmentSize: size, rules: rules.forChecksums(fields))
    segment = try SegmentationPlan(front: frame, layout: layout, request: request)
  }

  /// Reads the headers of a frame and plans its checksums.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  ///   - fields: Checksums to compute.
  ///   - rules: What a UDP checksum of 0 means, before and after.
  /// - Throws: ``SegmentationError`` if the frame has no such checksum.
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

  /// Computes the checksums in place.
  ///
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one.
  /// - Complexity: O(*n*). Does not allocate.
  public func apply(to frame: inout MutableRawSpan) throws(SegmentationError) {
    guard frame.byteCount == layout.frameLength else {
      throw .frameLengthChanged(planned: layout.frameLength, given: frame.byteCount)
    }
    if let segment {
      let payload = segment.payloadRange
      let sum = WordSum.sum(frame.bytes.extracting(payload))
      let template = HeaderTemplate(frame.bytes, segment)
      template.finish(0, payloadLength: payload.count, payloadSum: sum, in: &frame)
    } else if fields.contains(.ipv4Header) {
      Self.finish(layout.network, in: &frame)
      Self.finish(layout.tunnel?.network, in: &frame)
    }
  }

  private static func finish(_ network: NetworkLayout?, in frame: inout MutableRawSpan) {
    guard let network, network.version == .ipv4 else { return }
    frame.setMemoryOrder(UInt16(0), at: network.offset + 10)
    let header = network.offset..<(network.offset + network.headerLength)
    let sum = WordSum.sum(frame.bytes.extracting(header))
    frame.setMemoryOrder(~WordSum.fold(sum), at: network.offset + 10)
  }
}

extension SegmentationRules {
  /// Rules for a frame that is not cut: only what a UDP checksum of 0 means is taken from here.
  fileprivate func forChecksums(_ fields: ChecksumPlan.Fields) -> SegmentationRules {
    var rules = SegmentationRules.linux
    rules.zeroUDPChecksum = zeroUDPChecksum
    rules.computedZeroUDPChecksum = computedZeroUDPChecksum
    rules.ipv4HeaderChecksum = fields.contains(.ipv4Header) ? .computed : .copied
    return rules
  }
}
