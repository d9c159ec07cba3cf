public import WireFormats

/// How a frame will be cut: known before a single octet is copied.
///
/// A plan is a small value. It holds no part of the frame and can be sent to other threads; every
/// segment can be looked at, or rendered, without the ones in front of it.
///
/// ```swift
/// let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 1_448))
/// plan.count                            // 45
/// plan[44].payloadRange                 // 63_778..<65_226
/// plan[44].tcpFlags.contains(.fin)      // only here
/// ```
public struct SegmentationPlan: Hashable, Sendable {
  /// Where everything lies in the frame.
  public let layout: PacketLayout
  /// The offload that this is.
  public let offload: SegmentationRequest.Offload
  /// Payload octets of every segment but the last, which has 1 to as many.
  public let segmentSize: Int
  /// Number of segments; 1 if the frame needs no cut.
  public let count: Int
  /// What becomes of the TCP or UDP checksum.
  public let checksum: SegmentationRequest.Checksum
  /// What becomes of the checksum of the outer UDP header of a tunnel.
  public let outerChecksum: SegmentationRequest.OuterChecksum
  /// True for what a virtio-net header asked for.
  internal let isDescribed: Bool
  /// How fields change.
  public let rules: SegmentationRules
  /// Everything in front of the payload, in octets.
  public let headerLength: Int
  /// The transport payload of the frame, in octets from its start.
  public let payloadRange: Range<Int>

  internal let network: NetworkPlace
  internal let transport: TransportLayout
  internal let identification: UInt16?
  internal let outerIdentification: UInt16?
  internal let sequenceNumber: UInt32?
  internal let tcpFlags: TCPFlags

  /// Plans the cut of a frame whose layout is known.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - layout: The layout of that frame.
  ///   - request: What is asked for.
  /// - Throws: ``SegmentationError`` if the frame cannot be cut as asked.
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

  /// Plans the cut of a frame that starts with `frame`, from which its layout was read.
  @inline(__always)
  internal init(
    front frame: RawSpan, layout: PacketLayout, request: SegmentationRequest
  ) throws(SegmentationError) {
    let cut = try Judgement(of: frame, layout: layout, request: request)
    self.layout = layout
    (network, transport) = (cut.network, cut.transport)
    offload = cut.transport.kind == .tcp ? .lso : .uso
    (segmentSize, count) = (cut.segmentSize, cut.segmentCount)
    (rules, isDescribed) = (request.rules, request.isDescribed)
    checksum = request.rules.transportChecksum == .copied ? .untouched : request.checksum
    let isOuterZero =
      request.rules.outerUDPChecksumOverIPv4 == .zero && layout.outerNetwork?.version == .ipv4
    outerChecksum = isOuterZero ? .zero : request.outerChecksum
    headerLength = cut.transport.payloadOffset
    payloadRange = cut.payloadRange
    identification = Self.identification(of: frame, network.version, at: network.offset)
      .map { request.identification ?? $0 }
    outerIdentification = layout.tunnel.flatMap {
      Self.identification(of: frame, $0.network.version, at: $0.network.offset)
    }
    if cut.transport.kind == .tcp {
      sequenceNumber = frame.networkOrder(at: cut.transport.offset + 4)
      tcpFlags = TCPFlags(rawValue: frame.networkOrder(at: cut.transport.offset + 12))
    } else {
      sequenceNumber = nil
      tcpFlags = []
    }
  }

  /// Reads the headers of a frame and plans its cut.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  ///   - request: What is asked for.
  /// - Throws: ``SegmentationError`` if the frame cannot be cut as asked.
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

  @inline(__always)
  private static func identification(
    of frame: RawSpan, _ version: NetworkLayout.Version, at offset: Int
  ) -> UInt16? {
    version == .ipv4 ? frame.networkOrder(at: offset + 4) : nil
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
