internal import CVnic
internal import GsoEngine
internal import WireFormats

// The functions of `vnic.h` that coalesce. Their documentation is there.

@c @implementation
internal func vnic_coalescer_create(
  _ coalescer: UnsafeMutablePointer<OpaquePointer?>?,
  _ request: UnsafePointer<vnic_coalescing>?, _ deliver: vnic_deliver?,
  _ context: UnsafeMutableRawPointer?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error) { () throws(CallError) in
    try unsafe create(coalescer) { () throws(CallError) in
      var asked = vnic_coalescing()
      if unsafe request != nil { asked = try unsafe read(request, argument: 2) }
      guard let deliver = unsafe deliver else { throw .null(argument: 3) }
      let request = try asked.request(argument: 2)
      do throws(CoalescingError) {
        return try unsafe COwnedCoalescer(request, deliver, context)
      } catch {
        throw .coalescing(error)
      }
    }
  }
}

@c @implementation
internal func vnic_coalescer_destroy(_ coalescer: OpaquePointer?) {
  unsafe release(coalescer, as: COwnedCoalescer.self)
}

@c @implementation
internal func vnic_coalescer_receive(
  _ coalescer: OpaquePointer?, _ frame: UnsafeRawPointer?, _ size: Int,
  _ virtio_header: UnsafeRawPointer?, _ header_size: Int, _ time: UInt64,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: coalescer, as: COwnedCoalescer.self) { (owner) throws(CallError) in
    var header: VirtioNetHeader?
    if unsafe virtio_header != nil || header_size != 0 {
      header = try unsafe virtioHeader(virtio_header, header_size, argument: 4)
    }
    try unsafe withOctets(frame, size, argument: 2) { (frame) throws(CallError) in
      try owner.deliver { coalescer, deliver in
        if let header {
          coalescer.receive(frame, describedBy: header, at: time, deliver)
        } else {
          coalescer.receive(frame, at: time, deliver)
        }
      }
    }
  }
}

@c @implementation
internal func vnic_coalescer_advance(
  _ coalescer: OpaquePointer?, _ time: UInt64, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: coalescer, as: COwnedCoalescer.self) { (owner) throws(CallError) in
    try owner.deliver { $0.advance(to: time, $1) }
  }
}

@c @implementation
internal func vnic_coalescer_end_batch(
  _ coalescer: OpaquePointer?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: coalescer, as: COwnedCoalescer.self) { (owner) throws(CallError) in
    try owner.deliver { $0.endBatch($1) }
  }
}

@c @implementation
internal func vnic_coalescer_flush(
  _ coalescer: OpaquePointer?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: coalescer, as: COwnedCoalescer.self) { (owner) throws(CallError) in
    try owner.deliver { $0.flush($1) }
  }
}

@c @implementation
internal func vnic_coalescer_held(_ coalescer: OpaquePointer?) -> UInt64 {
  guard let owner = try? unsafe object(coalescer, as: COwnedCoalescer.self) else { return 0 }
  return owner.heldUnitCount
}

@c @implementation
internal func vnic_coalescer_next_deadline(
  _ coalescer: OpaquePointer?, _ time: UnsafeMutablePointer<UInt64>?
) -> Int32 {
  let owner = try? unsafe object(coalescer, as: COwnedCoalescer.self)
  return unsafe give(owner?.nextDeadline, time)
}

extension vnic_coalescing {
  /// The request that the struct describes.
  fileprivate func request(argument: Int) throws(CallError) -> CoalescingRequest {
    var request = CoalescingRequest(rules: try coalescingRules(argument: argument))
    request.checksum = try mergedChecksum(checksum, argument: argument)
    request.link = try linkLayer(link, argument: argument)
    if flow_capacity != 0 { request.flowCapacity = Int(flow_capacity) }
    if try number(has_window, in: 0...1, argument: argument) == 1 { request.window = window }
    return request
  }

  private func coalescingRules(argument: Int) throws(CallError) -> CoalescingRules {
    switch rules {
    case 0: return .linux
    case 1: return .linuxAccurateECN
    case 2: return .ndis
    case 3: return .ndisRsc
    case 4: return .ndisUro
    default: throw .value(argument: argument, Int(rules), maximum: 4)
    }
  }
}

/// Returns the checksum with a number of `VNIC_MERGED_CHECKSUM_…`.
internal func mergedChecksum(
  _ value: UInt32, argument: Int
) throws(CallError) -> CoalescingRequest.Checksum {
  switch value {
  case 0: return .complete
  case 1: return .pseudoHeader
  case 2: return .zero
  default: throw .value(argument: argument, Int(value), maximum: 2)
  }
}
