public import WireFormats

/// How a frame will be segmented: known before a single octet is copied.
///
/// A plan is a small value. It holds no part of the frame and can be sent to other threads; every
/// segment can be looked at, or rendered, without the ones before it.
///
/// ```swift
/// let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 1_448))
/// plan.count                            // 45
/// plan[44].payloadRange                 // 63_778..<65_226
/// plan[44].tcpFlags.contains(.fin)      // only here
/// ```
public struct SegmentationPlan: Hashable, Sendable {
  // The parts of the layout, those that every plan has not optional, and everything as small as the
  // formats allow: a plan is moved about a lot.
  @usableFromInline package let network: NetworkLayout
  @usableFromInline package let tunnel: TunnelLayout?
  @usableFromInline package let transport: TransportLayout
  @usableFromInline internal let etherType: EtherType?
  @usableFromInline internal let link: LinkLayer
  @usableFromInline internal let vlanTagCount8: UInt8
  @usableFromInline internal let frameLength32: UInt32
  @usableFromInline internal let segmentSize32: UInt32
  @usableFromInline internal let count32: UInt32
  private let identification16: UInt16
  private let outerIdentification16: UInt16
  private let sequenceNumber32: UInt32
  internal let tcpFlags: TCPFlags
  /// True for what a virtio-net header asked for.
  internal let isDescribed: Bool
  /// How the TCP or UDP checksum of each segment is made.
  public let checksum: SegmentationRequest.Checksum
  /// How the checksum of the outer UDP header of a tunnel is made.
  public let outerChecksum: SegmentationRequest.OuterChecksum
  /// How fields change.
  public let rules: SegmentationRules

  /// Where everything lies in the frame.
  @inlinable public var layout: PacketLayout {
    PacketLayout(
      frameLength: frameLength, link: link, vlanTagCount: Int(vlanTagCount8),
      etherType: etherType, tunnel: tunnel, network: network, transport: transport)
  }

  /// The offload that this is.
  @inlinable public var offload: SegmentationRequest.Offload {
    transport.kind == .tcp ? .lso : .uso
  }

  /// Payload octets of every segment but the last, which has 1 to as many.
  @inlinable public var segmentSize: Int { Int(segmentSize32) }

  /// Number of segments; 1 if the frame fits into one.
  @inlinable public var count: Int { Int(count32) }

  /// Octets of all headers before the payload.
  @inlinable public var headerLength: Int { transport.payloadOffset }

  /// The transport payload of the frame, in octets from its start.
  @inlinable public var payloadRange: Range<Int> {
    transport.payloadOffset..<network.end
  }

  /// Length of the link header with its VLAN tags, in octets.
  package var linkHeaderLength: Int {
    link.headerLength + Int(vlanTagCount8) * VLANTag.byteCount
  }

  /// Length of the frame that was planned, in octets.
  @inlinable internal var frameLength: Int { Int(frameLength32) }

  /// IPv4 identification of the first segment; nil over IPv6.
  internal var identification: UInt16? { network.version == .ipv4 ? identification16 : nil }

  /// The same of the outer header of a tunnel.
  internal var outerIdentification: UInt16? {
    tunnel?.network.version == .ipv4 ? outerIdentification16 : nil
  }

  /// Sequence number of the first segment; nil for UDP.
  internal var sequenceNumber: UInt32? { transport.kind == .tcp ? sequenceNumber32 : nil }

  /// Plans the segmentation of a frame whose layout is known.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - layout: The layout of that frame.
  ///   - request: What is asked for.
  /// - Throws: ``SegmentationError`` if the frame cannot be segmented as asked.
  /// - Complexity: O(1). Does not allocate.
  @inline(__always)
  public init(
    of frame: RawSpan, layout: PacketLayout, request: SegmentationRequest
  ) throws(SegmentationError) {
    guard frame.byteCount == layout.frameLength else {
      throw .frameLengthChanged(planned: layout.frameLength, given: frame.byteCount)
    }
    try self.init(front: frame, layout: layout, request: request)
  }

  /// Plans the segmentation of a frame that starts with `frame`, from which its layout was read.
  @inline(__always)
  internal init(
    front frame: RawSpan, layout: PacketLayout, request: SegmentationRequest
  ) throws(SegmentationError) {
    let check = try SegmentationCheck(of: frame, layout: layout, request: request)
    (network, tunnel, transport) = (check.network, layout.tunnel, check.transport)
    (etherType, link) = (layout.etherType, layout.link)
    vlanTagCount8 = UInt8(truncatingIfNeeded: layout.vlanTagCount)
    frameLength32 = UInt32(truncatingIfNeeded: layout.frameLength)
    segmentSize32 = UInt32(truncatingIfNeeded: check.segmentSize)
    count32 = UInt32(truncatingIfNeeded: check.segmentCount)
    (rules, isDescribed) = (request.rules, request.isDescribed)
    checksum = request.rules.transportChecksum == .copied ? .copied : request.checksum
    let outer = tunnel?.network ?? network
    let isOuterZero = request.rules.outerUDPChecksumOverIPv4 == .zero && outer.version == .ipv4
    outerChecksum = isOuterZero ? .zero : request.outerChecksum
    identification16 =
      request.identification ?? Self.identification(of: frame, network)
    outerIdentification16 = tunnel.map { Self.identification(of: frame, $0.network) } ?? 0
    let isTCP = transport.kind == .tcp
    sequenceNumber32 =
      isTCP ? frame.networkOrder(at: transport.offset + TCPHeader.Field.sequenceNumber) : 0
    tcpFlags =
      isTCP
      ? TCPFlags(rawValue: frame.networkOrder(at: transport.offset + TCPHeader.Field.dataOffset))
      : []
  }

  /// Reads the headers of a frame and plans its cut.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  ///   - request: What is asked for.
  /// - Throws: ``SegmentationError`` if the frame cannot be segmented as asked.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  @inline(__always)
  public init(
    of frame: RawSpan, link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown,
    request: SegmentationRequest
  ) throws(SegmentationError) {
    let layout: PacketLayout
    do throws(WireError) {
      layout = try PacketLayout(parsing: frame, link: link, tunnels: tunnels)
    } catch {
      throw .frame(error)
    }
    try self.init(of: frame, layout: layout, request: request)
  }

  /// The identification in an IPv4 header; 0 for IPv6.
  @inline(__always)
  private static func identification(of frame: RawSpan, _ network: NetworkLayout) -> UInt16 {
    network.version == .ipv4
      ? frame.networkOrder(at: network.offset + IPv4Header.Field.identification) : 0
  }

  /// How identifications run for this transport protocol.
  internal var identificationRule: SegmentationRules.Identification {
    offload == .lso ? rules.tcpIdentification : rules.udpIdentification
  }
}

extension SegmentationPlan: FramePlan {
  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of segments.
  public var endIndex: Int { count }

  /// What segment `index` will be.
  ///
  /// - Precondition: `index` is in `0..<count`.
  /// - Complexity: O(1). Does not allocate.
  public subscript(index: Int) -> Segment {
    precondition(index >= 0 && index < count, "segment index out of range")
    return Segment(
      index: index, isFirst: index == 0, isLast: index == count - 1,
      payloadRange: payloadRange(of: index), headerLength: headerLength,
      identification: identification.map { identificationRule.value(base: $0, index: index) },
      outerIdentification: outerIdentification.map {
        identificationRule.value(base: $0, index: index)
      },
      sequenceNumber: sequenceNumber.map {
        $0 &+ UInt32(truncatingIfNeeded: index * segmentSize)
      },
      tcpFlags: flags(of: index))
  }

  internal func payloadRange(of index: Int) -> Range<Int> {
    let start = payloadRange.lowerBound + index * segmentSize
    return start..<Swift.min(start + segmentSize, payloadRange.upperBound)
  }

  @inline(__always)
  internal func flags(of index: Int) -> TCPFlags {
    var flags = tcpFlags
    // One by one: a list of flags would be an array, and on the heap if nothing optimises it away.
    if index != count - 1 {
      flags.remove(.fin)
      flags.remove(.psh)
    }
    if index != 0, rules.congestionWindowReduced == .firstSegment { flags.remove(.cwr) }
    return flags
  }
}

extension SegmentationPlan {
  /// Length of every frame but the last, in octets.
  public var fullFrameLength: Int { headerLength + Swift.min(segmentSize, payloadRange.count) }

  /// What all frames take together, in octets.
  public var totalFrameLength: Int { count * headerLength + payloadRange.count }

  /// Where frame `index` lies if all are written back to back, in octets.
  ///
  /// - Precondition: `index` is in `0..<count`.
  public func outputRange(of index: Int) -> Range<Int> {
    precondition(index >= 0 && index < count, "segment index out of range")
    let start = index * fullFrameLength
    return start..<(start + headerLength + payloadRange(of: index).count)
  }
}
