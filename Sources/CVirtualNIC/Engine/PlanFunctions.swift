internal import CVnic
internal import GsoEngine
internal import WireFormats

// The functions of `vnic.h` that plan. Their documentation is there.

@c @implementation
internal func vnic_plan_size() -> Int { MemoryLayout<vnic_plan>.size }

@c @implementation
internal func vnic_plan_make(
  _ plan: UnsafeMutablePointer<vnic_plan>?, _ frame: UnsafePointer<vnic_buffer>?, _ count: Int,
  _ request: UnsafePointer<vnic_segmentation>?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error) { () throws(CallError) in
    let memory = try unsafe present(plan, argument: 1)
    let asked = try unsafe read(request, argument: 4)
    // Most frames lie in one buffer and are segmented by a size alone: neither a request nor a plan
    // is copied for them.
    guard asked.asksForSizeAlone, count == 1, let buffer = unsafe frame?.pointee else {
      return try unsafe makePlan(in: memory, frame, count, request)
    }
    let checksum = try segmentChecksum(asked.checksum, argument: 4)
    let link = try linkLayer(asked.link, argument: 4)
    try unsafe withOctets(buffer.octets, buffer.size, argument: 2) { (frame) throws(CallError) in
      try unsafe PlanStorage.replan(memory) { (plan) throws(SegmentationError) in
        try plan.replan(
          frame, link: link, segmentSize: Int(asked.segment_size), checksum: checksum)
      }
    }
  }
}

/// Plans a frame in any number of buffers, with all that can be asked for.
@inline(never)
private func makePlan(
  in memory: UnsafeMutablePointer<vnic_plan>, _ frame: UnsafePointer<vnic_buffer>?, _ count: Int,
  _ request: UnsafePointer<vnic_segmentation>?
) throws(CallError) {
  let asked = try unsafe read(request, argument: 4)
  let request = try asked.request(argument: 4)
  let link = try linkLayer(asked.link, argument: 4)
  try unsafe withFrame(
    frame, count, argument: 2,
    whole: { (frame) throws(CallError) in
      let plan = try CallError.engine { () throws(SegmentationError) in
        try SegmentationPlan(of: frame, link: link, tunnels: asked.tunnels, request: request)
      }
      unsafe PlanStorage.store(plan, .segmentation, in: memory)
    },
    scattered: { (frame) throws(CallError) in
      try withHeaders(of: frame) { (front) throws(SegmentationError) in
        let layout = try readLayout(front, of: frame, link, asked.tunnels)
        let plan = try SegmentationPlan(ofFront: front, layout: layout, request: request)
        unsafe PlanStorage.store(plan, .segmentation, in: memory)
      }
    })
}

@c @implementation
internal func vnic_plan_make_virtio(
  _ plan: UnsafeMutablePointer<vnic_plan>?, _ header: UnsafeRawPointer?, _ header_size: Int,
  _ frame: UnsafePointer<vnic_buffer>?, _ count: Int,
  _ request: UnsafePointer<vnic_segmentation>?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error) { () throws(CallError) in
    let memory = try unsafe present(plan, argument: 1)
    let header = try unsafe virtioHeader(header, header_size, argument: 2)
    var asked = vnic_segmentation()
    if unsafe request != nil { asked = try unsafe read(request, argument: 6) }
    let request = try VirtioRequest(header, asked, argument: 6)
    let (action, frameLength) = try unsafe withFrame(
      frame, count, argument: 4,
      whole: { (frame) throws(CallError) in
        let action = try CallError.engine { () throws(SegmentationError) in
          try request.action(onFront: frame, frameLength: frame.byteCount)
        }
        return (action, frame.byteCount)
      },
      scattered: { (frame) throws(CallError) in
        let length = frame.byteCount
        let action = try withHeaders(
          of: frame, startingWith: request.needsWholeFrame ? length : usualHeaderLength
        ) { (front) throws(SegmentationError) in
          try request.action(onFront: front, frameLength: length)
        }
        return (action, length)
      })
    unsafe PlanStorage.store(action, frameLength: frameLength, in: memory)
  }
}

/// Octets that are gathered to find headers in them: enough for nearly all frames.
private let usualHeaderLength = 512

/// What a virtio-net header asks for.
private struct VirtioRequest {
  private let header: VirtioNetHeader
  private let link: LinkLayer
  private let checksum: SegmentationRequest.Checksum
  private let rules: SegmentationRules
  private let fragmentIdentification: UInt32

  init(
    _ header: VirtioNetHeader, _ asked: vnic_segmentation, argument: Int
  ) throws(CallError) {
    self.header = header
    link = try linkLayer(asked.link, argument: argument)
    checksum = try asked.request(argument: argument).checksum
    rules = try segmentationRules(asked.rules, argument: argument)
    fragmentIdentification = asked.fragment_identification
  }

  /// Whether the engine reads more than the headers.
  var needsWholeFrame: Bool { header.gsoType.isTunnel || header.gsoType.base == .udp }

  func action(onFront front: RawSpan, frameLength: Int) throws(SegmentationError) -> OffloadAction {
    try OffloadAction(
      onFront: front, frameLength: frameLength, describedBy: header, link: link,
      checksum: checksum, rules: rules, fragmentIdentification: fragmentIdentification)
  }
}

/// Reads the virtio-net header in memory of C.
internal func virtioHeader(
  _ header: UnsafeRawPointer?, _ size: Int, argument: Int
) throws(CallError) -> VirtioNetHeader {
  guard unsafe header != nil else { throw .null(argument: argument) }
  let form = try form(ofSize: size, argument: argument + 1)
  return try unsafe withOctets(header, size, argument: argument) {
    (octets) throws(CallError) in
    try CallError.engine { () throws(SegmentationError) in
      do throws(WireError) { return try VirtioNetHeader(parsing: octets, form: form) } catch {
        throw .frame(error)
      }
    }
  }
}

/// Reads the layout of a frame of which only the first octets are gathered.
private func readLayout(
  _ front: RawSpan, of frame: ScatteredFrame, _ link: LinkLayer, _ tunnels: TunnelRecognition
) throws(SegmentationError) -> PacketLayout {
  do throws(WireError) {
    return try PacketLayout(
      parsingFront: front, ofFrameLength: frame.byteCount, link: link, tunnels: tunnels)
  } catch {
    throw .frame(error)
  }
}

/// Runs `body` with the first octets of a frame, and with more of them if headers are missing.
private func withHeaders<Value>(
  of frame: ScatteredFrame, startingWith byteCount: Int = usualHeaderLength,
  _ body: (RawSpan) throws(SegmentationError) -> Value
) throws(CallError) -> Value {
  var wanted = byteCount
  while true {
    do throws(CallError) {
      return try withFront(of: frame, byteCount: wanted) { (front) throws(CallError) in
        try CallError.engine { () throws(SegmentationError) in try body(front) }
      }
    } catch {
      guard wanted < frame.byteCount, case .segmentation(.frame(.truncated)) = error else {
        throw error
      }
      wanted *= 4
    }
  }
}
