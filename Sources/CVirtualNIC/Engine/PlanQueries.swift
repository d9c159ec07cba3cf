internal import CVnic
internal import GsoEngine
internal import WireFormats

// The functions of `vnic.h` that describe a plan. Their documentation is there.

@c @implementation
internal func vnic_plan_count(_ plan: UnsafePointer<vnic_plan>?) -> UInt64 {
  do throws(CallError) {
    return UInt64(try unsafe StoredPlan(plan, argument: 1).count)
  } catch {
    return 0
  }
}

@c @implementation
internal func vnic_plan_get_info(
  _ plan: UnsafePointer<vnic_plan>?, _ info: UnsafeMutablePointer<vnic_plan_info>?,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error) { () throws(CallError) in
    let stored = try unsafe StoredPlan(plan, argument: 1)
    let result = try unsafe checkResult(info, argument: 2)
    var info = vnic_plan_info(stored)
    unsafe info.size = result.pointee.size
    unsafe result.pointee = info
  }
}

extension vnic_plan_info {
  /// Describes a plan.
  fileprivate init(_ plan: StoredPlan) {
    self.init()
    kind = UInt32(truncatingIfNeeded: plan.kind.rawValue)
    count = UInt64(plan.count)
    switch plan {
    case .unmodified(let frameLength): setLengths(total: frameLength, full: frameLength)
    case .checksum(let completion):
      let length = unsafe completion.pointee.frameLength
      setLengths(total: length, full: length)
    case .segmentation(let plan):
      unsafe setLengths(
        total: plan.pointee.totalFrameLength, full: plan.pointee.fullFrameLength)
      header_length = unsafe UInt64(plan.pointee.headerLength)
      segment_size = unsafe UInt64(plan.pointee.segmentSize)
    case .fragmentation(let plan):
      let first = unsafe plan.pointee[0]
      unsafe setLengths(total: plan.pointee.totalFrameLength, full: first.frameLength)
      header_length = UInt64(first.headerLength)
      segment_size = unsafe UInt64(plan.pointee.fragmentSize)
    }
  }

  private mutating func setLengths(total: Int, full: Int) {
    (total_length, full_length) = (UInt64(total), UInt64(full))
  }
}

@c @implementation
internal func vnic_plan_get_segment(
  _ plan: UnsafePointer<vnic_plan>?, _ index: UInt64,
  _ segment: UnsafeMutablePointer<vnic_segment>?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error) { () throws(CallError) in
    let stored = try unsafe StoredPlan(plan, argument: 1)
    let count = stored.count
    guard index < UInt64(count) else { throw .index(Int(clamping: index), count: count) }
    let result = try unsafe checkResult(segment, argument: 3)
    var segment = vnic_segment(Int(index), of: stored)
    if index == 0 { segment.flags |= UInt32(VNIC_SEGMENT_FIRST) }
    if index == UInt64(count) - 1 { segment.flags |= UInt32(VNIC_SEGMENT_LAST) }
    unsafe segment.size = result.pointee.size
    unsafe result.pointee = segment
  }
}

extension vnic_segment {
  /// Describes a frame of a plan.
  @inline(__always)
  fileprivate init(_ index: Int, of plan: StoredPlan) {
    self.init()
    switch plan {
    case .unmodified(let length): setWhole(length)
    case .checksum(let completion): unsafe setWhole(completion.pointee.frameLength)
    case .segmentation(let plan): unsafe set(plan.pointee[index], plan.pointee, index)
    case .fragmentation(let plan): unsafe set(plan.pointee[index], plan.pointee, index)
    }
  }

  private mutating func setWhole(_ length: Int) {
    (payload_length, frame_length) = (UInt64(length), UInt64(length))
  }

  @inline(__always)
  private mutating func set(_ segment: Segment, _ plan: SegmentationPlan, _ index: Int) {
    payload_offset = UInt64(segment.payloadRange.lowerBound)
    payload_length = UInt64(segment.payloadRange.count)
    frame_length = UInt64(segment.frameLength)
    output_offset = UInt64(index * plan.fullFrameLength)
    if let number = segment.identification {
      identification = UInt32(number)
      flags |= UInt32(VNIC_SEGMENT_HAS_IDENTIFICATION)
    }
    if let number = segment.outerIdentification {
      outer_identification = UInt32(number)
      flags |= UInt32(VNIC_SEGMENT_HAS_OUTER_IDENTIFICATION)
    }
    if let number = segment.sequenceNumber {
      sequence_number = number
      tcp_flags = UInt32(segment.tcpFlags.rawValue)
      flags |= UInt32(VNIC_SEGMENT_IS_TCP)
    }
  }

  private mutating func set(_ fragment: Fragment, _ plan: FragmentationPlan, _ index: Int) {
    payload_offset = UInt64(fragment.payloadRange.lowerBound)
    payload_length = UInt64(fragment.payloadRange.count)
    frame_length = UInt64(fragment.frameLength)
    output_offset = UInt64(plan.outputRange(of: index).lowerBound)
    identification = fragment.identification
    flags |= UInt32(VNIC_SEGMENT_HAS_IDENTIFICATION)
  }
}
