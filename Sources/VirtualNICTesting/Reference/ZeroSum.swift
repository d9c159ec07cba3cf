public import FrameRecipes

extension FrameRecipe {
  /// The same frame with another source port, chosen so that one segment's checksum comes to zero.
  ///
  /// - Parameters:
  ///   - index: Which segment; the last one if there are fewer.
  ///   - segmentSize: Its payload per segment; nil if it makes one segment.
  ///   - rules: The rules it will be segmented by.
  /// - Returns: A frame that differs in its source port only.
  public func withZeroSum(
    inSegment index: Int = 0, segmentSize: Int? = nil,
    rules: ReferenceRules = ReferenceRules()
  ) -> FrameRecipe {
    var tuned = self
    tuned.transport.sourcePort = 0
    let size = segmentSize ?? max(1, payload.count)
    let segments = referenceSegmentRecipes(of: tuned, segmentSize: size, rules: rules)
    var segment = segments[max(0, min(index, segments.count - 1))]
    segment.checksum = .complete
    // The checksum is what is missing from all ones; as a port, it fills the sum up.
    let missing = segment.checksumField
    tuned.transport.sourcePort = missing
    return tuned
  }
}

extension FrameRecipe.Transport {
  /// The source port; 0 in ICMP, which has none.
  public var sourcePort: UInt16 {
    get {
      switch self {
      case .tcp(let header): header.sourcePort
      case .udp(let header): header.sourcePort
      case .icmp, .icmpv6: 0
      }
    }
    set {
      switch self {
      case .tcp(var header):
        header.sourcePort = newValue
        self = .tcp(header)
      case .udp(var header):
        header.sourcePort = newValue
        self = .udp(header)
      case .icmp, .icmpv6: break
      }
    }
  }
}
