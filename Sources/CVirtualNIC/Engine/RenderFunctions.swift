internal import CVnic
internal import GsoEngine
internal import WireFormats

// The functions of `vnic.h` that write frames. Their documentation is there.

@c @implementation
internal func vnic_plan_render(
  _ plan: UnsafePointer<vnic_plan>?, _ frame: UnsafePointer<vnic_buffer>?, _ count: Int,
  _ first: UInt64, _ frames: UInt64, _ output: UnsafeMutableRawPointer?, _ capacity: Int,
  _ written: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error) { () throws(CallError) in
    let stored = try unsafe StoredPlan(plan, argument: 1)
    let octets = try unsafe withOutput(output, capacity, argument: 6) {
      (output) throws(CallError) in
      guard isUsual(first, frames, count), case .segmentation(let plan) = stored else {
        let range = try frameRange(first, frames, count: stored.count)
        return try unsafe render(stored, frame, count, range, into: &output)
      }
      guard let buffer = unsafe frame?.pointee else { throw .null(argument: 2) }
      return try unsafe withOctets(buffer.octets, buffer.size, argument: 2) {
        (frame) throws(CallError) in
        try CallError.engine { () throws(SegmentationError) in
          try unsafe plan.pointee.render(frame, into: &output)
        }
      }
    }
    unsafe written?.pointee = octets
  }
}

@c @implementation
internal func vnic_plan_render_headers(
  _ plan: UnsafePointer<vnic_plan>?, _ frame: UnsafePointer<vnic_buffer>?, _ count: Int,
  _ first: UInt64, _ frames: UInt64, _ output: UnsafeMutableRawPointer?, _ capacity: Int,
  _ written: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error) { () throws(CallError) in
    let plan = try unsafe PlanStorage.segmentation(plan, argument: 1)
    let octets = try unsafe withOutput(output, capacity, argument: 6) {
      (output) throws(CallError) in
      guard isUsual(first, frames, count) else {
        let range = try unsafe frameRange(first, frames, count: plan.pointee.count)
        return try unsafe renderHeaders(plan, frame, count, range, into: &output)
      }
      guard let buffer = unsafe frame?.pointee else { throw .null(argument: 2) }
      return try unsafe withOctets(buffer.octets, buffer.size, argument: 2) {
        (frame) throws(CallError) in
        try CallError.engine { () throws(SegmentationError) in
          try unsafe plan.pointee.renderHeaders(frame, into: &output)
        }
      }
    }
    unsafe written?.pointee = octets
  }
}

/// Whether a call is for all frames of a plan, with the planned frame in one buffer, as most are.
///
/// Such a call has a path of its own, without the steps that only others need.
@inline(__always)
private func isUsual(_ first: UInt64, _ frames: UInt64, _ count: Int) -> Bool {
  first == 0 && frames == .max && count == 1
}

/// Writes some frames of a plan of any kind, of a frame in any number of buffers.
@inline(never)
private func render(
  _ plan: StoredPlan, _ frame: UnsafePointer<vnic_buffer>?, _ count: Int, _ range: Range<Int>,
  into output: inout MutableRawSpan
) throws(CallError) -> Int {
  try unsafe withFrame(
    frame, count, argument: 2,
    whole: { (frame) throws(CallError) in try plan.render(frame, range, into: &output) },
    scattered: { (frame) throws(CallError) in try plan.render(frame, range, into: &output) })
}

/// Writes the headers of some segments of a frame in any number of buffers.
@inline(never)
private func renderHeaders(
  _ plan: UnsafePointer<SegmentationPlan>, _ frame: UnsafePointer<vnic_buffer>?, _ count: Int,
  _ range: Range<Int>, into output: inout MutableRawSpan
) throws(CallError) -> Int {
  try unsafe withFrame(
    frame, count, argument: 2,
    whole: { (frame) throws(CallError) in
      try CallError.engine { () throws(SegmentationError) in
        try unsafe plan.pointee.renderHeaders(frame, segments: range, into: &output)
      }
    },
    scattered: { (frame) throws(CallError) in
      try unsafe withFront(of: frame, byteCount: plan.pointee.payloadRange.lowerBound) {
        (front) throws(CallError) in
        try CallError.engine { () throws(SegmentationError) in
          try unsafe plan.pointee.renderHeaders(
            frame, front: front, segments: range, into: &output)
        }
      }
    })
}

/// Returns the frames that a caller asks for.
@inline(__always)
private func frameRange(
  _ first: UInt64, _ frames: UInt64, count: Int
) throws(CallError) -> Range<Int> {
  guard first <= UInt64(count) else { throw .index(Int(clamping: first), count: count) }
  let left = UInt64(count) - first
  if frames == .max { return Int(first)..<count }
  guard frames <= left else {
    let (last, overflow) = first.addingReportingOverflow(frames)
    throw .index(overflow ? .max : Int(clamping: last), count: count)
  }
  return Int(first)..<Int(first + frames)
}

extension StoredPlan {
  /// Writes some frames of a frame that lies in one buffer.
  fileprivate func render(
    _ frame: RawSpan, _ range: Range<Int>, into output: inout MutableRawSpan
  ) throws(CallError) -> Int {
    switch self {
    case .segmentation(let plan):
      try CallError.engine { () throws(SegmentationError) in
        try unsafe plan.pointee.render(frame, segments: range, into: &output)
      }
    case .fragmentation(let plan):
      try CallError.engine { () throws(SegmentationError) in
        try unsafe plan.pointee.render(frame, segments: range, into: &output)
      }
    case .checksum, .unmodified:
      try copy(length: frame.byteCount, range, into: &output) {
        copyOctets(frame, to: &$0)
      }
    }
  }

  /// Writes some frames of a frame that lies in several buffers.
  fileprivate func render(
    _ frame: ScatteredFrame, _ range: Range<Int>, into output: inout MutableRawSpan
  ) throws(CallError) -> Int {
    switch self {
    case .segmentation(let plan):
      try unsafe withFront(of: frame, byteCount: plan.pointee.payloadRange.lowerBound) {
        (front) throws(CallError) in
        try CallError.engine { () throws(SegmentationError) in
          try unsafe plan.pointee.render(frame, front: front, segments: range, into: &output)
        }
      }
    case .fragmentation(let plan):
      try withFront(of: frame, byteCount: frame.byteCount) { (whole) throws(CallError) in
        try CallError.engine { () throws(SegmentationError) in
          try unsafe plan.pointee.render(whole, segments: range, into: &output)
        }
      }
    case .checksum, .unmodified:
      try copy(length: frame.byteCount, range, into: &output) {
        frame.copy(0..<frame.byteCount, to: &$0)
      }
    }
  }

  /// Copies a frame that stays one, and completes its checksum if that is the plan.
  private func copy(
    length: Int, _ range: Range<Int>, into output: inout MutableRawSpan,
    _ body: (inout MutableRawSpan) -> Void
  ) throws(CallError) -> Int {
    let planned: Int
    var completion: ChecksumCompletion?
    switch self {
    case .checksum(let stored):
      completion = unsafe stored.pointee
      planned = unsafe stored.pointee.frameLength
    case .unmodified(let frameLength): planned = frameLength
    case .segmentation, .fragmentation: planned = length
    }
    guard length == planned else {
      throw .segmentation(.frameLengthChanged(planned: planned, given: length))
    }
    guard !range.isEmpty else { return 0 }
    guard output.byteCount >= length else {
      throw .segmentation(.outputTooSmall(needed: length, available: output.byteCount))
    }
    var target = output._mutatingExtracting(0..<length)
    body(&target)
    if let completion {
      try CallError.engine { () throws(SegmentationError) in try completion.apply(to: &target) }
    }
    return length
  }
}
