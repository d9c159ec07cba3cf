import GsoEngine
import VirtualNICTesting
import WireFormats

extension Call {
  static let segmentSizeCalls: [Call] = [
    Call("AnnouncedSegmentSizes.learn(from:_:)") { walk in
      if walk.random.oneIn(20) {
        walk.memory.sizes = AnnouncedSegmentSizes(capacity: walk.number(1...9))
      }
      let (frame, layout) = try walk.parsed()
      walk.memory.sizes.learn(from: frame.octets, layout)
    },
    Call("AnnouncedSegmentSizes.announcement(toSenderOf:_:)") { walk in
      let (frame, layout) = try walk.parsed()
      _ = walk.memory.sizes.announcement(toSenderOf: frame.octets, layout)
    },
    Call("AnnouncedSegmentSizes.maximumPayload(of:_:)") { walk in
      let (frame, layout) = try walk.parsed()
      _ = walk.memory.sizes.maximumPayload(of: frame.octets, layout)
    },
    Call("AnnouncedSegmentSizes.isExceeded(by:_:)") { walk in
      let (frame, layout) = try walk.parsed()
      _ = walk.memory.sizes.isExceeded(by: frame.octets, layout)
    },
    Call("SegmentationPlan.init(ofFront:layout:request:)") { walk in
      let (frame, layout) = try walk.parsed()
      let front = Array(frame.prefix(walk.random.below(120)))
      walk.memory.plan = try SegmentationPlan(
        ofFront: front.octets, layout: layout, request: walk.segmentation())
    },
    Call("SegmentationPlan.renderHeaders(front:segments:into:)") { walk in
      let (frame, segments) = walk.planned()
      let front = Array(frame.prefix(walk.random.below(120)))
      var output = [UInt8](repeating: 0, count: walk.random.below(2_000))
      try output.withRaw { span in
        _ = try walk.memory.plan?.renderHeaders(
          front: front.octets, segments: segments, into: &span)
      }
    },
  ]
}

extension Walk {
  /// A frame, and its layout or that of another one.
  func parsed() throws -> (frame: [UInt8], layout: PacketLayout) {
    let (frame, other) = (frame(), frame())
    return (frame, try PacketLayout(parsing: random.oneIn(3) ? other : frame))
  }
}
