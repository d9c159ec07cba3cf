internal import WireFormats

/// Everything about a frame's headers that is the same for all segments, gathered once.
///
/// The sums are those of the fields that do not change, so a segment's checksums take a few
/// additions and nothing that was written is read again. Nothing is ever subtracted: the seed in the
/// frame's own checksum field plays no part.
internal struct HeaderTemplate {
  private let headerLength: Int
  private let network: NetworkTemplate
  private let transport: TransportTemplate
  private let tunnel: TunnelTemplate?
  /// True if finishing the headers needs the sum of the payload.
  let needsPayloadSum: Bool

  init(_ frame: RawSpan, _ plan: SegmentationPlan) {
    headerLength = plan.headerLength
    network = NetworkTemplate(
      frame, plan.network, plan, identification: plan.identification)
    transport = TransportTemplate(frame, plan)
    tunnel = plan.layout.tunnel.map { TunnelTemplate(frame, $0, plan) }
    // An inner checksum that is left alone tells nothing about the payload.
    needsPayloadSum =
      transport.needsPayloadSum || (transport.field == .copied && plan.layout.tunnel != nil)
  }

  /// Turns the frame's headers, copied to the front of `header`, into those of segment `index`.
  @inline(__always)
  @_lifetime(header: copy header)
  func finish(
    _ index: Int, payloadLength: Int, payloadSum: UInt64, in header: inout MutableRawSpan
  ) {
    let transportSum = transport.write(
      index, payloadLength: payloadLength, payloadSum: payloadSum, to: &header)
    let upperLength = transport.headerLength &+ payloadLength
    let networkSum = network.write(index, upperLength: upperLength, to: &header)
    if let tunnel {
      let outerEnd = tunnel.network.offset &+ tunnel.network.headerLength
      tunnel.write(
        index, upperLength: headerLength &- outerEnd &+ payloadLength,
        innerSum: networkSum &+ transportSum, to: &header)
    }
  }
}
