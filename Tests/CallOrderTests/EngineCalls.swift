import GsoEngine
import VirtualNICTesting
import WireFormats
import XCTest

extension Call {
  static let engineCalls: [Call] =
    [
      Call("SegmentArena.init(byteCount:slotCount:)") { walk in
        walk.memory.arena = try SegmentArena(
          byteCount: walk.size(0...40_000),
          slotCount: walk.random.oneIn(2) ? nil : walk.size(1...50))
      },
      Call("SegmentArena.reset()") { $0.memory.arena?.reset() },
      Call("SegmentArena.append(_:)") { walk in
        let frame = walk.frame()
        try walk.memory.arena?.append(frame.octets)
        try walk.scattered(frame) { try walk.memory.arena?.append($0) }
      },
      Call("LinearHeaders.init(byteCount:)") { walk in
        walk.memory.headers = try LinearHeaders(byteCount: walk.size(0...3_000))
      },
      Call("LinearHeaders.layout(of:link:tunnels:)") { walk in
        try walk.scattered(walk.frame()) { _ = try walk.memory.headers.layout(of: $0) }
      },
      Call("ScatteredFrame.init(memory:buffers:)") { walk in
        let frame = walk.frame()
        let (start, count) = (walk.number(0...60), walk.size(0...60))
        let (end, overflow) = start.addingReportingOverflow(max(0, count))
        let buffers = [start..<(overflow ? max(start, .max) : end)]
        _ = try ScatteredFrame(memory: frame.octets, buffers: buffers.span)
      },
      Call("SegmentationPlan.init(of:link:tunnels:request:)") { walk in
        walk.memory.plan = try SegmentationPlan(of: walk.frame(), request: walk.segmentation())
      },
      Call("SegmentationPlan.init(of:layout:request:)") { walk in
        let (frame, other) = (walk.frame(), walk.frame())
        let layout = try PacketLayout(parsing: walk.random.oneIn(2) ? frame : other)
        walk.memory.plan = try SegmentationPlan(
          of: frame.octets, layout: layout, request: walk.segmentation())
      },
      Call("SegmentationPlan.init(of:describedBy:checksum:rules:)") { walk in
        let record = NdisOffloadRecord(
          walk.random.pick([.largeSendV1, .largeSendV2(.ipv4), .udpSegmentation(.ipv6)]),
          maximumSegmentSize: walk.number(1...1_460), headerOffset: walk.number(34...54))
        _ = try SegmentationPlan(of: walk.frame(), describedBy: record)
      },
      Call("SegmentationPlan.init(of:headers:link:tunnels:request:)") { walk in
        let request = walk.segmentation()
        try walk.scattered(walk.frame()) {
          walk.memory.plan = try SegmentationPlan(
            of: $0, headers: &walk.memory.headers, request: request)
        }
      },
      Call("SegmentationPlan.render(_:segments:into:)") { walk in
        let (frame, segments) = walk.planned()
        var output = [UInt8](repeating: 0, count: walk.random.below(6_000))
        try output.withRaw { span in
          try walk.memory.plan?.render(frame.octets, segments: segments, into: &span)
        }
      },
      Call("SegmentationPlan.renderHeaders(_:segments:into:)") { walk in
        let (frame, segments) = walk.planned()
        try walk.memory.withArena { arena in
          try walk.memory.plan?.renderHeaders(
            frame.octets, segments: segments, into: &arena)
        }
      },
      Call("SegmentationPlan.render(_:headers:segments:into:)") { walk in
        let (frame, segments) = walk.planned()
        // The headers are those of another frame, or none.
        try walk.memory.withArena { arena in
          try walk.scattered(frame) {
            try walk.memory.plan?.render(
              $0, headers: walk.memory.headers, segments: segments, into: &arena)
          }
        }
      },
      Call("SegmentationPlan.render(_:front:segments:into:)") { walk in
        let (frame, segments) = walk.planned()
        // The first octets are those of another frame, or too few.
        let front = Array(walk.frame().prefix(walk.random.below(300)))
        var output = [UInt8](repeating: 0, count: walk.random.below(6_000))
        try output.withRaw { span in
          try walk.scattered(frame) {
            try walk.memory.plan?.render(
              $0, front: front.octets, segments: segments, into: &span)
          }
        }
      },
      Call("SegmentationPlan.renderHeaders(_:front:segments:into:)") { walk in
        let (frame, segments) = walk.planned()
        let front = Array(walk.frame().prefix(walk.random.below(300)))
        var output = [UInt8](repeating: 0, count: walk.random.below(6_000))
        try output.withRaw { span in
          try walk.scattered(frame) {
            try walk.memory.plan?.renderHeaders(
              $0, front: front.octets, segments: segments, into: &span)
          }
        }
      },
      Call("FramePlan.render(_:segments:into:)") { walk in
        let (frame, segments) = walk.planned()
        try walk.memory.withArena { arena in
          try walk.memory.plan?.render(frame.octets, segments: segments, into: &arena)
          try walk.memory.fragments?.render(frame.octets, segments: segments, into: &arena)
        }
      },
      Call("FramePlan.render(_:into:)") { walk in
        let frame = walk.planned().frame
        try walk.memory.withArena { try walk.memory.fragments?.render(frame, into: &$0) }
      },
      Call("FramePlan.frames(of:)") { _ = try $0.memory.plan?.frames(of: $0.planned().frame) },
      Call("FramePlan.outputRange(of:)") { walk in
        guard let plan = walk.memory.plan else { return }
        _ = plan.outputRange(of: walk.random.below(plan.count))
        _ = plan[walk.random.below(plan.count)]
      },
      Call("FragmentationPlan.init(of:link:tunnels:request:)") { walk in
        walk.memory.fragments = try FragmentationPlan(
          of: walk.frame(),
          request: walk.random.oneIn(2)
            ? FragmentationRequest(mtu: walk.number(68...1_500))
            : FragmentationRequest(fragmentSize: walk.number(8...1_480)))
      },
      Call("FragmentationPlan.init(of:layout:request:)") { walk in
        let (frame, other) = (walk.frame(), walk.frame())
        let layout = try PacketLayout(parsing: walk.random.oneIn(2) ? frame : other)
        walk.memory.fragments = try FragmentationPlan(
          of: frame.octets, layout: layout,
          request: FragmentationRequest(mtu: walk.number(68...1_500)))
      },
      Call("FragmentationPlan.render(_:segments:into:)") { walk in
        let (frame, segments) = walk.planned()
        var output = [UInt8](repeating: 0, count: walk.random.below(6_000))
        try output.withRaw { span in
          _ = try walk.memory.fragments?.render(frame.octets, segments: segments, into: &span)
        }
      },
      Call("segment(_:mtu:segmentSize:link:tunnels:rules:guessesDatagramSize:)") { walk in
        _ = try segment(
          walk.frame(), mtu: walk.number(576...1_500),
          segmentSize: walk.random.oneIn(2) ? nil : walk.number(1...1_460))
      },
    ] + checksumCalls
}

extension Walk {
  /// Calls `body` with a frame in three buffers.
  func scattered(_ frame: [UInt8], _ body: (ScatteredFrame) throws -> Void) throws {
    let cut = random.below(frame.count + 1)
    let buffers = [0..<cut, 0..<0, cut..<frame.count]
    try body(try ScatteredFrame(memory: frame.octets, buffers: buffers.span))
  }

  func segmentation() -> SegmentationRequest {
    random.oneIn(2)
      ? SegmentationRequest(segmentSize: number(100...1_460), rules: rules())
      : SegmentationRequest(mtu: number(576...1_500), rules: rules())
  }

  /// A frame as long as the planned one, mostly, and segments that the plan may have.
  func planned() -> (frame: [UInt8], segments: Range<Int>?) {
    let length = memory.plan?.layout.frameLength ?? 60
    let frame = random.oneIn(4) ? frame() : random.octets(length)
    guard random.oneIn(2) else { return (frame, nil) }
    let start = number(0...3)
    return (frame, start..<max(start, number(0...5)))
  }
}
