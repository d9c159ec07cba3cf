import GsoEngine
import WireFormats

/// How it is known where the datagrams end that a UDP frame above the MTU becomes.
enum DatagramBoundaries {
  /// The command line states their size, or the frame is TCP, which has no boundaries.
  case stated
  /// The flow's other datagrams are as long.
  case fromFlow
  /// Nothing says so: they are as long as fits.
  case guessed

  /// The option that permits more than ``stated``.
  static let option = CommandDescription.Option(
    "--udp-from-flow",
    """
    UDP above the MTU: datagrams as long as the others of the
    flow in this capture, else what fits, which is a guess
    """)
}

/// A UDP frame above the MTU for which no option says the size of its datagrams.
struct UnstatedDatagrams {
  let plan: SegmentationPlan
  let boundaries: DatagramBoundaries

  /// Plans what may be planned.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - layout: Its layout.
  ///   - mtu: Largest IP packet, in octets.
  ///   - rules: How fields change, and what is refused.
  ///   - flows: What is known of flows; nil if that may decide nothing.
  ///   - tunnels: What the frame was searched for.
  /// - Throws: Why the frame is skipped; if nothing but its boundaries is in the way,
  ///   `datagramSizeUnknown` or `opaqueTunnel`.
  init(
    in frame: RawSpan, _ layout: PacketLayout, mtu: Int, rules: SegmentationRules,
    from flows: DatagramSizes?, besides tunnels: TunnelRecognition
  ) throws(SegmentationError) {
    var request = SegmentationRequest(mtu: mtu, rules: rules)
    do throws(SegmentationError) {
      plan = try SegmentationPlan(of: frame, layout: layout, request: request)
      boundaries = .stated
      return
    } catch {
      guard case .datagramSizeUnknown(_, let packetLength, _) = error else { throw error }
      // The engine knows the usual ports; the command line may have named more.
      if let tunnel = OpaqueTunnel(in: frame, layout, besides: tunnels) {
        throw .opaqueTunnel(tunnel, packetLength: packetLength, mtu: mtu)
      }
      guard let flows else { throw error }
      if let size = flows.size(of: frame, layout),
        let found = Self.plan(frame, layout, request, datagrams: size, mtu: mtu)
      {
        (plan, boundaries) = (found, .fromFlow)
        return
      }
    }
    request.guessesDatagramSize = true
    plan = try SegmentationPlan(of: frame, layout: layout, request: request)
    boundaries = .guessed
  }

  /// Datagrams of a size; nil if one exceeds the MTU, or if they are more than a sender may join.
  private static func plan(
    _ frame: RawSpan, _ layout: PacketLayout, _ request: SegmentationRequest, datagrams size: Int,
    mtu: Int
  ) -> SegmentationPlan? {
    var request = request
    request.size = .payload(size)
    guard let plan = try? SegmentationPlan(of: frame, layout: layout, request: request),
      plan.fullFrameLength - layout.linkHeaderLength <= mtu
    else { return nil }
    return plan
  }
}
