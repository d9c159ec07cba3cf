internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

/// What a NIC would do with a frame, and why, as a value to print or to draw.
///
/// ```swift
/// let explanation = nic.explain(superFrame.octets, TransmitRequest(segmentSize: 1_448))
/// explanation.decision.sentence                  // The hardware makes 46 segments …
/// explanation.segments[45].payloadRange          // 65_226..<65_292
/// explanation.changes.map(\.rule)                // base + index modulo 65,536, …
/// ```
///
/// Nothing is sent or counted for it. All offsets and lengths are octets; offsets count from the
/// first octet of the frame. It is `Encodable`, with every number that it has.
public struct Explanation: Hashable, Sendable, Encodable {
  /// Length of the frame, with a tag that the NIC inserts.
  public let frameLength: Int
  /// The headers of the frame, and what follows them: together every octet.
  public let headers: [Header]
  /// Which offloads are declared, switched and active.
  public let handshake: Handshake
  /// What the sender asks for.
  public let request: Request
  /// Who does what with the frame, and the numbers from which that was decided.
  public let decision: Decision
  /// The segments in order; empty for a frame that is not segmented.
  public let segments: [Segment]
  /// The header fields in which the frames that are sent differ from the frame, outermost first.
  public let changes: [Change]
  /// Why the frame is not sent; nil if it is.
  public let refusal: Refusal?
  /// What `transmit` would return.
  ///
  /// It is not encoded: ``decision`` and ``segments`` say the same.
  public let report: TransmitReport

  private enum CodingKeys: String, CodingKey {
    case frameLength, headers, handshake, request, decision, segments, changes, refusal
  }
}

extension Explanation {
  /// What the sender of a frame asks of the NIC, and what limits it.
  public struct Request: Hashable, Sendable, Encodable {
    /// Octets of payload that a segment is to have; nil if none were asked for.
    public let segmentSize: Int?
    /// Whether the frame is to be segmented to fit the MTU.
    public let segmentsToFit: Bool
    /// The checksums to compute in a frame that is not segmented: `IPv4 header`, `transport`,
    /// `partial`.
    public let checksums: [String]
    /// The identifier of a VLAN tag beside the octets of the frame; nil without one.
    public let vlanIdentifier: UInt16?
    /// The largest IP packet in octets.
    public let mtu: Int
    /// The rules of segmentation that are not those of Linux:
    /// `tcpIdentification: incrementing15 instead of incrementing16`.
    public let ruleDifferences: [String]

    internal init(_ request: TransmitRequest, mtu: Int, rules: SegmentationRules) {
      segmentSize =
        request.segmentsToFit || request.segmentSize == 0 ? nil : request.segmentSize
      segmentsToFit = request.segmentsToFit
      let names: [(ChecksumPlan.Fields, String)] = [
        (.ipv4Header, "IPv4 header"), (.transport, "transport"), (.partial, "partial"),
      ]
      checksums = names.filter { request.checksums.contains($0.0) }.map(\.1)
      vlanIdentifier = request.vlanTag?.identifier
      self.mtu = mtu
      ruleDifferences = rules.difference(from: .linux).map(\.description)
    }
  }

  /// A frame that segmentation makes.
  public struct Segment: Hashable, Sendable, Encodable {
    /// Its position, from 0.
    public let index: Int
    /// Where its payload starts in the super-frame.
    public let payloadOffset: Int
    /// Octets of its payload.
    public let payloadLength: Int
    /// Length of the whole frame.
    public let frameLength: Int
    /// Identification of the (inner) IPv4 header; nil over IPv6.
    public let identification: UInt16?
    /// Identification of the outer IPv4 header of a tunnel; nil without one.
    public let outerIdentification: UInt16?
    /// Sequence number of its first octet of payload; nil for UDP.
    public let sequenceNumber: UInt32?
    /// Its TCP flags: `ACK,PSH`; empty for UDP.
    public let flags: String

    /// The octets of the super-frame that are its payload.
    public var payloadRange: Range<Int> { payloadOffset..<payloadOffset + payloadLength }

    internal init(_ segment: GsoEngine.Segment, offload: SegmentationRequest.Offload) {
      index = segment.index
      (payloadOffset, payloadLength) = (
        segment.payloadRange.lowerBound, segment.payloadRange.count
      )
      frameLength = segment.frameLength
      identification = segment.identification
      outerIdentification = segment.outerIdentification
      sequenceNumber = segment.sequenceNumber
      flags = offload == .lso ? "\(segment.tcpFlags)" : ""
    }
  }
}
