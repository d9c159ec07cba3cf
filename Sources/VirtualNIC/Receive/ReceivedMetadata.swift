public import GsoEngine
public import NetAdapterCore
public import WireFormats

/// What a NIC knows of a received frame.
///
/// The evaluation of its checksums (`NET_PACKET_CHECKSUM`), and from how many segments it was
/// coalesced (`NET_PACKET_RSC`).
public struct ReceivedMetadata: Hashable, Sendable {
  /// The evaluation of one checksum; a frame with an invalid checksum is delivered as well.
  public typealias Evaluation = NetPacketChecksum.Evaluation

  /// The evaluation of the IPv4 header checksum.
  public var layer3 = Evaluation.notChecked
  /// The evaluation of the TCP or UDP checksum.
  public var layer4 = Evaluation.notChecked
  /// The segments that the frame was coalesced from; all zero if it was not.
  public var rsc = NetPacketRsc()
  /// The difference between the timestamps of these segments.
  public var rscTimestamp = NetPacketRscTimestamp()

  /// The virtio-net header for a frame that was coalesced; it asks for nothing for others.
  ///
  /// A receiver that passes the frame on to a kernel sends it before the frame. What it says of the
  /// transport checksum follows ``ReceiveCoalescing/checksum``.
  public var virtioNetHeader = VirtioNetHeader()

  /// Nothing was checked, and nothing was coalesced.
  public init() {}

  /// Checks the checksums whose offload is active.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - active: The active checksum offloads.
  /// - Complexity: O(*n*) in the length of the frame. Does not allocate.
  public init(of frame: RawSpan, active: ActiveOffloads.RxChecksum) {
    guard active.ipv4 || active.tcp || active.udp,
      let layout = try? PacketLayout(parsing: frame, tunnels: .none),
      let network = layout.network
    else { return }
    if active.ipv4, network.version == .ipv4,
      let header = try? IPv4Header(frame, at: network.offset)
    {
      layer3 = header.hasValidChecksum ? .valid : .invalid
    }
    let isActive = layout.transport?.kind == .tcp ? active.tcp : active.udp
    guard isActive, let found = layout.transportChecksum(of: frame) else { return }
    switch found {
    case .valid: layer4 = .valid
    case .unused: layer4 = .notChecked
    case .pseudoHeaderSum, .pseudoHeaderSumWithoutLength, .wrong: layer4 = .invalid
    }
  }

  /// Describes a unit of several frames.
  ///
  /// Their checksums were checked before they were merged, so both are valid whatever the offloads
  /// for checksums are.
  ///
  /// - Parameters:
  ///   - unit: What is known of the unit.
  ///   - isIPv4: Whether it has an IPv4 header.
  ///   - isUDP: Whether it is of datagrams.
  public init(_ unit: CoalescedUnit.Metadata, isIPv4: Bool, isUDP: Bool) {
    if isIPv4 { layer3 = .valid }
    layer4 = .valid
    virtioNetHeader = unit.virtioNetHeader
    let count = UInt16(clamping: unit.segmentCount)
    rsc =
      isUDP
      ? NetPacketRsc(coalescedSegmentCount: count, segmentSize: UInt16(clamping: unit.segmentSize))
      : NetPacketRsc(
        coalescedSegmentCount: count, duplicateAckCount: UInt16(clamping: unit.duplicateAckCount))
    if !isUDP { rscTimestamp = NetPacketRscTimestamp(tcpTimestampDelta: unit.timestampDelta) }
  }
}

extension NetPacketChecksum {
  /// Creates the per-packet data of receive rings, for drivers of receive queues.
  public init(_ found: ReceivedMetadata) {
    self.init(layer3: found.layer3, layer4: found.layer4)
  }
}
