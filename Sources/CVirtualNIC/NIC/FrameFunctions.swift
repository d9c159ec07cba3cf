internal import CVnic
internal import GsoEngine
internal import VirtualNIC
internal import WireFormats

// The functions of `vnic.h` that send and receive. Their documentation is there.

@c @implementation
internal func vnic_nic_transmit(
  _ nic: OpaquePointer?, _ frame: UnsafePointer<vnic_buffer>?, _ count: Int,
  _ request: UnsafePointer<vnic_transmit_request>?, _ time: UInt64,
  _ report: UnsafeMutablePointer<vnic_report>?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: nic, as: COwnedNIC.self) { (owner) throws(CallError) in
    var asked = TransmitRequest()
    if unsafe request != nil { asked = try unsafe TransmitRequest(read(request, argument: 4)) }
    if unsafe report != nil { _ = try unsafe checkResult(report, argument: 6) }
    let time = VirtualTime(nanoseconds: time)
    let done = try unsafe withFrame(
      frame, count, argument: 2,
      whole: { (frame) throws(CallError) in owner.nic.transmit(frame, asked, at: time) },
      scattered: { (frame) throws(CallError) in owner.nic.transmit(frame, asked, at: time) })
    if let report = unsafe report { unsafe report.pointee.set(done) }
    if case .dropped(let reason) = done.outcome { throw .drop(reason) }
  }
}

extension TransmitRequest {
  /// The request that the struct describes.
  fileprivate init(_ asked: vnic_transmit_request) throws(CallError) {
    let flags = try number(asked.flags, in: 0...3, argument: 4)
    let fields = try number(asked.checksums, in: 0...7, argument: 4)
    self.init(
      segmentSize: Int(asked.segment_size),
      checksums: ChecksumPlan.Fields(rawValue: UInt8(truncatingIfNeeded: fields)))
    segmentsToFit = flags & Int(VNIC_TO_FIT) != 0
    guard flags & Int(VNIC_INSERT_VLAN_TAG) != 0 else { return }
    let tag = try number(asked.vlan_tag, in: 0...0xFFFF, argument: 4)
    vlanTag = VLANTag(type: .vlan, controlInformation: UInt16(truncatingIfNeeded: tag))
  }
}

extension vnic_report {
  /// Describes what became of a frame; the size stays.
  fileprivate mutating func set(_ report: TransmitReport) {
    frames = 0
    if case .sent(let count) = report.outcome { frames = UInt64(count) }
    segment_size = UInt64(report.plan?.segmentSize ?? 0)
    segmentation =
      switch report.segmentation {
      case .none: vnic_decision()
      case .hardware: vnic_decision(by: 1, nil)
      case .software(let reason): vnic_decision(by: 2, reason)
      }
    checksum =
      switch report.checksum {
      case .none: vnic_decision()
      case .hardware: vnic_decision(by: 1, nil)
      case .software(let reason): vnic_decision(by: 2, reason)
      }
  }
}

extension vnic_decision {
  /// A decision with its reason.
  fileprivate init(by actor: UInt32, _ reason: SoftwareReason?) {
    self.init()
    by = actor
    guard let numbers = reason?.numbers else { return }
    self.reason = numbers.code
    operands = numbers.operands
  }
}

@c @implementation
internal func vnic_nic_receive(
  _ nic: OpaquePointer?, _ frames: UnsafePointer<vnic_buffer>?, _ count: Int, _ time: UInt64,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: nic, as: COwnedNIC.self) { (owner) throws(CallError) in
    let time = VirtualTime(nanoseconds: time)
    try unsafe withFrame(
      frames, count, argument: 2,
      whole: { (frame) throws(CallError) in owner.nic.receive(frame, at: time) },
      scattered: { (frames) throws(CallError) in try owner.receive(frames, at: time) })
  }
}

@c @implementation
internal func vnic_nic_set_filter(
  _ nic: OpaquePointer?, _ flags: UInt32, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: nic, as: COwnedNIC.self) { (owner) throws(CallError) in
    let known = UInt32(
      VNIC_FILTER_DIRECTED | VNIC_FILTER_ALL_MULTICAST | VNIC_FILTER_BROADCAST
        | VNIC_FILTER_PROMISCUOUS)
    guard flags & ~known == 0 else { throw .value(argument: 2, Int(flags), maximum: Int(known)) }
    owner.nic.receiveFilter = ReceiveFilter(ReceiveFilter.Flags(rawValue: flags))
  }
}

@c @implementation
internal func vnic_nic_set_receive_coalescing(
  _ nic: OpaquePointer?, _ coalescing: UnsafePointer<vnic_receive_coalescing>?,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: nic, as: COwnedNIC.self) { (owner) throws(CallError) in
    let asked = try unsafe read(coalescing, argument: 2)
    var settings = ReceiveCoalescing()
    settings.checksum = try mergedChecksum(asked.checksum, argument: 2)
    if asked.flow_capacity != 0 {
      let flows = CoalescingRequest.flowCapacityRange
      settings.flowCapacity = try number(asked.flow_capacity, in: flows, argument: 2)
    }
    if try number(asked.has_window, in: 0...1, argument: 2) == 1 { settings.window = asked.window }
    owner.nic.receiveCoalescing = settings
  }
}
