public import WireFormats

/// Segments a frame into frames whose IP packets have at most `mtu` octets.
///
/// All checksums of segments are computed; those of the frame are not read.
///
/// A frame whose packet fits into the MTU is the only result: with computed checksums if it is TCP
/// or UDP that could be segmented, else unmodified.
///
/// ```swift
/// let frames = try segment(superFrame, mtu: 1_500)
/// ```
///
/// - Parameters:
///   - frame: The whole frame, from its link header.
///   - mtu: Largest IP packet, in octets; the link header does not count.
///   - segmentSize: Payload of a segment, in octets. TCP segments are smaller if the MTU requires
///     it. A UDP datagram that exceeds the MTU needs a size, because only its sender knows the
///     boundaries of the datagrams in it. A size that exceeds the MTU is refused for UDP
///     (``SegmentationError/segmentSizeExceedsMTU(segmentSize:fitting:)``).
///   - link: The link header that the frame starts with.
///   - tunnels: Which tunnels to recognise; defaults to all well-known ones.
///   - rules: How fields change, and what is refused.
///   - guessesDatagramSize: True if UDP datagrams without a `segmentSize` may be segmented at the
///     largest payload that the MTU allows; see ``SegmentationRequest/guessesDatagramSize``.
/// - Returns: The frames in order.
/// - Throws: ``SegmentationError`` with the reason if the packet exceeds the MTU and cannot be
///   segmented.
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
  let layout = try PacketLayout(reading: octets, link: link, tunnels: tunnels)
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
