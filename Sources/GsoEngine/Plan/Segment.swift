public import WireFormats

/// One segment of a plan, described before it is written.
///
/// All lengths are octets; ranges count from the first octet of the frame that was planned.
public struct Segment: PlannedFrame, Hashable {
  /// Position in the plan, from 0.
  public let index: Int
  /// True for the first segment.
  public let isFirst: Bool
  /// True for the last segment.
  public let isLast: Bool
  /// The payload octets of the frame that this segment carries.
  public let payloadRange: Range<Int>
  /// Length of all headers before the payload.
  public let headerLength: Int
  /// Identification of the (inner) IPv4 header; nil over IPv6.
  public let identification: UInt16?
  /// Identification of the outer IPv4 header of a tunnel; nil without one.
  public let outerIdentification: UInt16?
  /// Sequence number of the first payload octet; nil for UDP.
  public let sequenceNumber: UInt32?
  /// Control bits and reserved bits of TCP; empty for UDP.
  public let tcpFlags: TCPFlags

  /// Length of the complete frame.
  public var frameLength: Int { headerLength + payloadRange.count }
}

extension SegmentationPlan: FramePlan {
  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of segments.
  public var endIndex: Int { count }

  /// Describes segment `index`.
  ///
  /// - Precondition: `index` is in `0..<count`.
  /// - Complexity: O(1). Does not allocate.
  public subscript(index: Int) -> Segment {
    precondition(index >= 0 && index < count, "segment index out of range")
    return Segment(
      index: index, isFirst: index == 0, isLast: index == count - 1,
      payloadRange: payloadRange(of: index), headerLength: headerLength,
      identification: identification.map { identificationRule.value(base: $0, index: index) },
      outerIdentification: outerIdentification.map {
        identificationRule.value(base: $0, index: index)
      },
      sequenceNumber: sequenceNumber.map {
        $0 &+ UInt32(truncatingIfNeeded: index * segmentSize)
      },
      tcpFlags: flags(of: index))
  }

  internal func payloadRange(of index: Int) -> Range<Int> {
    let start = payloadRange.lowerBound + index * segmentSize
    return start..<Swift.min(start + segmentSize, payloadRange.upperBound)
  }

  @inline(__always)
  internal func flags(of index: Int) -> TCPFlags {
    var flags = tcpFlags
    // One by one: a list of flags would be an array, which may be allocated on the heap.
    if index != count - 1 {
      flags.remove(.fin)
      flags.remove(.psh)
    }
    if index != 0, rules.congestionWindowReduced == .firstSegment { flags.remove(.cwr) }
    return flags
  }
}

extension SegmentationPlan {
  /// Length of every frame but the last, in octets.
  @inlinable public var fullFrameLength: Int {
    headerLength + Swift.min(segmentSize, payloadRange.count)
  }

  /// Length of all frames together, in octets.
  @inlinable public var totalFrameLength: Int { count * headerLength + payloadRange.count }

  /// Where frame `index` lies if all are written back to back, in octets.
  ///
  /// - Precondition: `index` is in `0..<count`.
  public func outputRange(of index: Int) -> Range<Int> {
    precondition(index >= 0 && index < count, "segment index out of range")
    let start = index * fullFrameLength
    return start..<(start + headerLength + payloadRange(of: index).count)
  }

  /// The lengths of some frames: what any ``FramePlan`` has, in less time.
  @inline(__always)
  internal func lengths(of segments: Range<Int>) -> FrameLengths {
    let full = fullFrameLength
    let count = segments.upperBound &- segments.lowerBound
    // Cannot overflow: a plan has at most 4 GiB of payload, and as many segments at most.
    let last =
      segments.upperBound == self.count
      ? headerLength &+ payloadRange.count &- (self.count &- 1) &* segmentSize : full
    return FrameLengths(
      count: count, first: count == 1 ? last : full, middle: full, last: count == 0 ? 0 : last)
  }
}
