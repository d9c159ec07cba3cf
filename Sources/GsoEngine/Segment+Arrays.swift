public import WireFormats

/// Cuts a frame into frames whose IP packets have at most `mtu` octets.
///
/// All checksums come out right, whatever the sender left in their fields.
///
/// A packet that fits into the MTU comes back as the only frame: with complete checksums if it is TCP
/// or UDP that could be segmented, else unmodified.
///
/// ```swift
/// let frames = try segment(superFrame, mtu: 1_500)
/// ```
///
/// - Parameters:
///   - frame: The whole frame, from its link header.
///   - mtu: Largest IP packet, in octets; the link header does not count.
///   - segmentSize: Payload of a segment, in octets. TCP takes less if no more fits. UDP datagrams that
///     exceed the MTU need it, because only their sender knows where they ended, and those of a size
///     that does not fit are refused (``SegmentationError/segmentSizeExceedsMTU(segmentSize:fitting:)``).
///   - link: What the frame starts with.
///   - tunnels: Which encapsulations to look into.
///   - rules: How fields change, and what is refused.
///   - guessesDatagramSize: True if UDP datagrams that exceed the MTU may become datagrams of what
///     fits where no `segmentSize` is given; see ``SegmentationRequest/guessesDatagramSize``.
/// - Returns: The frames in order.
/// - Throws: ``SegmentationError`` with the reason if the packet exceeds the MTU and cannot be segmented.
/// - Complexity: O(*n*) in the length of the frame; one allocation per frame.
public func segment(
  _ frame: [UInt8], mtu: Int, segmentSize: Int? = nil, link: LinkLayer = .ethernet,
  tunnels: TunnelRecognition = .wellKnown, rules: SegmentationRules = .linux,
  guessesDatagramSize: Bool = false
) throws(SegmentationError) -> [[UInt8]] {
  if let segmentSize, !(1...SegmentationRequest.maximumSegmentSize).contains(segmentSize) {
    throw .segmentSizeOutOfRange(segmentSize)
  }
  let octets = frame.octets
  let layout: PacketLayout
  do throws(WireError) {
    layout = try PacketLayout(parsing: octets, link: link, tunnels: tunnels)
  } catch {
    throw .frame(error)
  }
  do throws(SegmentationError) {
    var request = SegmentationRequest(mtu: mtu, segmentSize: segmentSize, rules: rules)
    request.guessesDatagramSize = guessesDatagramSize
    let plan = try SegmentationPlan(of: octets, layout: layout, request: request)
    return try plan.frames(of: octets)
  } catch {
    let end = layout.outerNetwork?.end ?? layout.frameLength
    guard end - layout.linkHeaderLength <= mtu else { throw error }
    return [frame]
  }
}

extension SegmentationPlan {
  /// Reads the headers of a frame that is held as an array, and plans its cut.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  ///   - request: What is asked for.
  /// - Throws: ``SegmentationError`` if the frame cannot be segmented as asked.
  public init(
    of frame: [UInt8], link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown,
    request: SegmentationRequest
  ) throws(SegmentationError) {
    try self.init(of: frame.octets, link: link, tunnels: tunnels, request: request)
  }
}
