public import WireFormats

/// A frame that another receiver is to segment: a TAP device or a hypervisor that takes virtio-net
/// headers.
///
/// The frame has what the Linux kernel expects, whatever the input had: the length of the IP
/// packet, a valid IPv4 header checksum, and the pseudo header sum with its length in the transport
/// checksum.
///
/// A virtio-net header has no field for rules: the receiver segments by its own, Linux by
/// ``SegmentationRules/linux``. The receiver completes all checksums, whatever the plan asks for.
public struct VirtioHandOff: Hashable, Sendable {
  /// The header to send before the frame.
  public let header: VirtioNetHeader
  /// The frame, not segmented.
  public let frame: [UInt8]

  /// Prepares a frame that could be segmented as `plan` says.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - plan: How it would be segmented; tunnels must be UDP tunnels.
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one;
  ///   ``SegmentationError/segmentTooLong(packetLength:limit:)`` if no IP header can say the
  ///   length, or no virtio-net header that of all headers together;
  ///   ``SegmentationError/metadata(_:)`` for tunnels that it cannot describe.
  /// - Complexity: O(*n*) in the length of the frame, a few allocations.
  public init(_ frame: [UInt8], segmentedAs plan: SegmentationPlan) throws(SegmentationError) {
    guard frame.count == plan.frameLength else {
      throw .frameLengthChanged(planned: plan.frameLength, given: frame.count)
    }
    // The field for the start of the checksum has 16 bits.
    guard plan.headerLength <= 0xFFFF else {
      throw .segmentTooLong(packetLength: plan.headerLength, limit: 0xFFFF)
    }
    // One segment with the whole payload is the frame with its fields completed.
    var whole = SegmentationRequest(
      segmentSize: Swift.max(plan.payloadRange.count, 1), checksum: .pseudoHeader)
    let hasOuterChecksum = plan.hasOuterChecksum(frame)
    // Without segmentation the receiver does not complete the outer checksum, so it is completed
    // here.
    whole.outerChecksum = !hasOuterChecksum ? .zero : plan.count > 1 ? .pseudoHeader : .complete
    let repaired = try SegmentationPlan(of: frame.octets, layout: plan.layout, request: whole)
    self.frame = try repaired.frames(of: frame)[0]
    header = try plan.virtioNetHeader(hasOuterChecksum: hasOuterChecksum)
  }
}

extension SegmentationPlan {
  /// True if the outer UDP header of a tunnel has a checksum, or gets one.
  fileprivate func hasOuterChecksum(_ frame: [UInt8]) -> Bool {
    guard let tunnel = layout.tunnel, tunnel.kind.isOverUDP else { return false }
    switch outerChecksum {
    case .automatic:
      return frame.octets.networkOrder(
        at: tunnel.headerOffset + UDPHeader.Field.checksum, as: UInt16.self) != 0
    case .complete, .pseudoHeader: return true
    case .zero: return false
    }
  }

  /// The virtio-net header that asks for this segmentation.
  fileprivate func virtioNetHeader(
    hasOuterChecksum: Bool
  ) throws(SegmentationError) -> VirtioNetHeader {
    var header = VirtioNetHeader()
    header.flags = [.needsChecksum]
    var type: VirtioNetHeader.GsoType =
      offload == .uso ? .udpL4 : network.version == .ipv4 ? .tcpv4 : .tcpv6
    if offload == .lso, tcpFlags.contains(.cwr) {
      type = VirtioNetHeader.GsoType(rawValue: type.rawValue | VirtioNetHeader.GsoType.ecnBit)
    }
    if let tunnel = layout.tunnel {
      let bit =
        tunnel.network.version == .ipv4
        ? VirtioNetHeader.GsoType.udpTunnelIPv4Bit : VirtioNetHeader.GsoType.udpTunnelIPv6Bit
      type = VirtioNetHeader.GsoType(rawValue: type.rawValue | bit)
      // A receiver of the header copies tunnel headers, so a length in one would be wrong.
      guard tunnel.kind.isOverUDP, tunnel.lengthOffset == nil else {
        throw .metadata(.tunnelMismatch(gsoType: type.rawValue))
      }
      if count > 1 {
        header.outerTransportOffset = UInt16(truncatingIfNeeded: tunnel.headerOffset)
        header.innerNetworkOffset = UInt16(truncatingIfNeeded: network.offset)
        if hasOuterChecksum { header.flags.insert(.udpTunnelChecksum) }
      }
    }
    header.gsoType = count > 1 ? type : .none
    header.gsoSize = count > 1 ? UInt16(truncatingIfNeeded: segmentSize) : 0
    header.headerLength = UInt16(truncatingIfNeeded: headerLength)
    header.checksumStart = UInt16(truncatingIfNeeded: transport.offset)
    header.checksumOffset = UInt16(truncatingIfNeeded: transport.kind.checksumOffset)
    return header
  }
}
