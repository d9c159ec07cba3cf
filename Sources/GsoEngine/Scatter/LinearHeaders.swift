public import WireFormats

/// A contiguous copy of the front of a scattered frame, which has all of its headers.
///
/// It is reused from frame to frame and grows to the longest headers so far.
///
/// ```swift
/// var headers = LinearHeaders()
/// let request = SegmentationRequest(segmentSize: 1_448)
/// let plan = try SegmentationPlan(of: frame, headers: &headers, request: request)
/// try plan.render(frame, headers: headers, into: &arena)
/// ```
public struct LinearHeaders: ~Copyable {
  /// Most headers end before this many octets.
  private static let usualByteCount = 192

  private var storage: [UInt8]
  private var count = 0

  /// The number of octets that a copy may have room for at first: 0 to 16 MiB.
  public static let byteCountRange = 0...16_777_216

  /// Room for 2,048 octets at first.
  public init() { storage = [UInt8](repeating: 0, count: 2_048) }

  /// Room for `byteCount` octets at first.
  ///
  /// - Parameter byteCount: Octets, in ``byteCountRange``; below 192 counts as that.
  /// - Throws: ``SegmentationError/headerByteCountOutOfRange(_:)``.
  public init(byteCount: Int) throws(SegmentationError) {
    guard Self.byteCountRange.contains(byteCount) else {
      throw .headerByteCountOutOfRange(byteCount)
    }
    storage = [UInt8](repeating: 0, count: max(Self.usualByteCount, byteCount))
  }

  /// The copied octets.
  package var octets: RawSpan {
    @_lifetime(borrow self)
    get { storage.octets.extracting(first: count) }
  }

  /// Reads the headers of a frame and copies as much of its front as they take.
  ///
  /// - Parameters:
  ///   - frame: The frame, from its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  /// - Returns: The layout of the frame.
  /// - Throws: ``SegmentationError/frame(_:)`` as for a contiguous frame.
  /// - Complexity: O(*n*) in the number of headers. Allocates only to grow.
  public mutating func layout(
    of frame: ScatteredFrame, link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown
  ) throws(SegmentationError) -> PacketLayout {
    var wanted = Self.usualByteCount
    while true {
      copyFront(of: frame, byteCount: wanted)
      do throws(WireError) {
        return try PacketLayout(
          parsingFront: octets, ofFrameLength: frame.byteCount, link: link, tunnels: tunnels)
      } catch {
        guard count < frame.byteCount, case .truncated(_, let offset, let needed, _) = error else {
          throw .frame(error)
        }
        wanted = max(count * 2, offset + needed)
      }
    }
  }

  private mutating func copyFront(of frame: ScatteredFrame, byteCount: Int) {
    count = min(byteCount, frame.byteCount)
    if storage.count < count { storage = [UInt8](repeating: 0, count: count * 2) }
    storage.withMutableOctets { frame.copy(0..<count, to: &$0) }
  }
}
