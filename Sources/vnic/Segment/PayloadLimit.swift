import GsoEngine
import PacketCapture
import WireFormats

/// The largest payload of a segment besides what the MTU takes: what `--mss` states, or what the
/// receiver of a TCP frame announced when the connection was opened.
///
/// An object, because a frame may teach something on its way through code that only reads.
final class PayloadLimit {
  /// What `--mss` states, in octets.
  let stated: Int?
  /// What receivers announced; nil if that does not count.
  ///
  /// Accesses are not checked at run time.
  ///
  /// SAFETY: each of them ends before any code of this program runs.
  @exclusivity(unchecked) private var announced: AnnouncedSegmentSizes?

  init(_ arguments: ParsedArguments) throws(Failure) {
    stated = try arguments.number("--mss", in: 1...SegmentationRequest.maximumSegmentSize)
    unsafe announced =
      stated == nil && !arguments.has(Self.option.name) ? AnnouncedSegmentSizes() : nil
  }

  /// Learns from a frame, if it opens a connection.
  func learn(from frame: RawSpan, _ layout: PacketLayout) {
    unsafe announced?.learn(from: frame, layout)
  }

  /// The limit for a frame, in octets; nil for what fits the MTU.
  func callAsFunction(for frame: RawSpan, _ layout: PacketLayout?) -> Int? {
    stated ?? layout.flatMap { unsafe announced?.maximumPayload(of: frame, $0) }
  }

  /// Whether the payload of a frame exceeds the limit.
  func isExceeded(by frame: RawSpan, _ layout: PacketLayout) -> Bool {
    guard let stated else { return unsafe announced?.isExceeded(by: frame, layout) ?? false }
    return layout.payloadRange.map { $0.count > stated } ?? false
  }

  /// What the receiver of a TCP frame announced, in words; nil if that does not count or was not
  /// seen.
  func announcement(for frame: RawSpan, _ layout: PacketLayout) -> String? {
    guard let announcement = unsafe announced?.announcement(toSenderOf: frame, layout) else {
      return nil
    }
    return announcement.isDefault
      ? "no MSS option from its receiver, so \(announcement.size)"
      : "its receiver announced MSS \(announcement.size)"
  }

  /// The option that forbids it.
  static let option = CommandDescription.Option(
    "--ignore-announced-mss",
    """
    TCP: what fits --mtu, even if the receiver announced a
    smaller MSS when the connection was opened
    """)
}
