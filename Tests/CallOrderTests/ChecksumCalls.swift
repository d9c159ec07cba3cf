import GsoEngine
import VirtualNICTesting
import WireFormats

extension Call {
  static let checksumCalls: [Call] = [
    Call("ChecksumPlan.init(of:link:tunnels:fields:rules:)") { walk in
      walk.memory.checksums = try ChecksumPlan(of: walk.frame(), fields: walk.fields())
    },
    Call("ChecksumPlan.init(of:layout:fields:rules:)") { walk in
      let (frame, other) = (walk.frame(), walk.frame())
      let layout = try PacketLayout(parsing: walk.random.oneIn(2) ? frame : other)
      walk.memory.checksums = try ChecksumPlan(
        of: frame.octets, layout: layout, fields: walk.fields())
    },
    Call("ChecksumPlan.init(of:headers:link:tunnels:fields:rules:)") { walk in
      let fields = walk.fields()
      try walk.scattered(walk.frame()) {
        walk.memory.checksums = try ChecksumPlan(
          of: $0, headers: &walk.memory.headers, fields: fields)
      }
    },
    Call("ChecksumPlan.apply(to:)") { walk in
      var frame = walk.summed()
      try walk.memory.checksums?.apply(to: &frame)
    },
    Call("ChecksumPlan.findings(in:)") { walk in
      _ = try walk.memory.checksums?.findings(in: walk.summed().octets)
    },
    Call("ChecksumPlan.findings(in:headers:)") { walk in
      try walk.scattered(walk.summed()) {
        _ = try walk.memory.checksums?.findings(in: $0, headers: walk.memory.headers)
      }
    },
    Call("ChecksumPlan.render(_:into:)") { walk in
      let frame = walk.summed()
      try walk.memory.withArena { arena in
        try walk.memory.checksums?.render(frame.octets, into: &arena)
        try walk.scattered(frame) { try walk.memory.checksums?.render($0, into: &arena) }
      }
    },
    Call("ChecksumCompletion.init(start:offset:frameLength:)") { walk in
      _ = try ChecksumCompletion(
        start: walk.number(0...60), offset: walk.number(0...20), frameLength: walk.number(60...99))
    },
    Call("ChecksumCompletion.apply(to:)") { walk in
      let frame = walk.frame()
      let completion = try ChecksumCompletion(
        start: walk.number(34...54), offset: walk.number(6...16), frameLength: frame.count)
      var other = walk.random.oneIn(3) ? walk.frame() : frame
      try other.withRaw { span in
        try completion.apply(to: &span)
      }
    },
    Call("ChecksumCompletion.applied(to:)") { walk in
      let frame = walk.frame()
      let completion = try ChecksumCompletion(start: 34, offset: 16, frameLength: frame.count)
      _ = try completion.applied(to: walk.random.oneIn(3) ? walk.frame() : frame)
    },
    Call(
      "OffloadAction.init(on:describedBy:link:checksum:rules:fragmentIdentification:)"
    ) { walk in _ = try OffloadAction(on: walk.frame(), describedBy: walk.virtioHeader()) },
    Call(
      "OffloadAction.init(onFront:frameLength:describedBy:link:checksum:rules:"
        + "fragmentIdentification:)"
    ) { walk in
      let frame = walk.frame()
      let front = Array(frame.prefix(walk.random.below(frame.count + 1)))
      _ = try OffloadAction(
        onFront: front.octets, frameLength: walk.number(0...frame.count),
        describedBy: walk.virtioHeader())
    },
    Call("OffloadAction.frames(of:)") { walk in
      let frame = walk.frame()
      let action = try OffloadAction(on: frame, describedBy: walk.virtioHeader())
      _ = try action.frames(of: walk.random.oneIn(3) ? walk.frame() : frame)
    },
    Call("NdisHandOff.init(_:segmentedAs:lengths:)") { walk in
      guard let plan = walk.memory.plan else { return }
      _ = try NdisHandOff(
        walk.planned().frame, segmentedAs: plan,
        lengths: walk.random.pick(NdisHandOff.Lengths.allCases))
    },
    Call("VirtioHandOff.init(_:segmentedAs:)") { walk in
      guard let plan = walk.memory.plan else { return }
      _ = try VirtioHandOff(walk.planned().frame, segmentedAs: plan)
    },
  ]
}

extension Walk {
  fileprivate func fields() -> ChecksumPlan.Fields { .init(rawValue: random.integer()) }

  /// A frame as long as the one whose checksums are planned, mostly.
  fileprivate func summed() -> [UInt8] {
    random.oneIn(4) ? frame() : random.octets(memory.checksums?.layout.frameLength ?? 60)
  }

  func virtioHeader() -> VirtioNetHeader {
    var header = VirtioNetHeader()
    header.flags = .init(rawValue: random.integer())
    header.gsoType = .init(rawValue: random.integer())
    header.gsoSize = random.integer()
    header.headerLength = random.integer()
    header.checksumStart = UInt16(random.below(80))
    header.checksumOffset = UInt16(random.below(20))
    return header
  }
}
