internal import CVnic
internal import GsoEngine
internal import VirtualNIC

// The functions of `vnic.h` about wires. Their documentation is there.

@c @implementation
internal func vnic_wire_create(
  _ wire: UnsafeMutablePointer<OpaquePointer?>?, _ config: UnsafePointer<vnic_wire_config>?,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error) { () throws(CallError) in
    try unsafe create(wire) { () throws(CallError) in
      try unsafe makeWire(read(config, argument: 2))
    }
  }
}

/// Makes the wire that a struct describes.
private func makeWire(_ config: vnic_wire_config) throws(CallError) -> ImpairedLink {
  let impairments: Impairments
  do throws(LinkError) {
    impairments = try Impairments {
      unsafe $0.lossRate = config.loss_rate
      unsafe $0.duplicationRate = config.duplication_rate
      unsafe $0.corruptionRate = config.corruption_rate
      unsafe $0.reorderingRate = config.reordering_rate
      unsafe $0.reorderingDelay = config.reordering_delay
      unsafe $0.delay = config.delay
      unsafe $0.bandwidth = config.bandwidth == 0 ? nil : config.bandwidth
    }
  } catch {
    throw .link(error)
  }
  let next = try unsafe wireEnd(config.receiver, config.send, config.context, argument: 2)
  return unsafe ImpairedLink(impairments, seed: config.seed, next: next)
}

/// The end of a wire: a NIC, or a function.
internal func wireEnd(
  _ receiver: OpaquePointer?, _ send: vnic_send?, _ context: UnsafeMutableRawPointer?,
  argument: Int
) throws(CallError) -> any Link {
  guard unsafe receiver != nil else { return unsafe FunctionLink(send, context) }
  return try unsafe NICEnd(object(receiver, as: COwnedNIC.self, argument: argument))
}

@c @implementation
internal func vnic_wire_destroy(_ wire: OpaquePointer?) {
  unsafe release(wire, as: ImpairedLink.self)
}

@c @implementation
internal func vnic_nic_connect(
  _ nic: OpaquePointer?, _ wire: OpaquePointer?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: nic, as: COwnedNIC.self) { (owner) throws(CallError) in
    guard unsafe wire != nil else { return owner.connect(nil) }
    try unsafe owner.connect(object(wire, as: ImpairedLink.self, argument: 2))
  }
}

@c @implementation
internal func vnic_wire_send(
  _ wire: OpaquePointer?, _ frames: UnsafePointer<vnic_buffer>?, _ count: Int, _ time: UInt64,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: wire, as: ImpairedLink.self) { (wire) throws(CallError) in
    let time = VirtualTime(nanoseconds: time)
    try unsafe withFrame(
      frames, count, argument: 2,
      whole: { (frame) throws(CallError) in wire.send(frame, at: time) },
      scattered: { (frames) throws(CallError) in
        for index in 0..<frames.buffers.count {
          wire.send(frames.memory.extracting(frames.buffers[index]), at: time)
        }
      })
  }
}

@c @implementation
internal func vnic_wire_advance(
  _ wire: OpaquePointer?, _ time: UInt64, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: wire, as: ImpairedLink.self) { (wire) throws(CallError) in
    wire.advance(to: VirtualTime(nanoseconds: time))
  }
}

@c @implementation
internal func vnic_wire_next_arrival(
  _ wire: OpaquePointer?, _ time: UnsafeMutablePointer<UInt64>?
) -> Int32 {
  let wire = try? unsafe object(wire, as: ImpairedLink.self)
  return unsafe give(wire?.nextArrival?.nanoseconds, time)
}

@c @implementation
internal func vnic_wire_get_counters(
  _ wire: OpaquePointer?, _ counters: UnsafeMutablePointer<vnic_wire_counters>?,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: wire, as: ImpairedLink.self) { (wire) throws(CallError) in
    let result = try unsafe checkResult(counters, argument: 2)
    let counted = wire.counters
    unsafe result.pointee.sent = UInt64(counted.sent)
    unsafe result.pointee.lost = UInt64(counted.lost)
    unsafe result.pointee.duplicated = UInt64(counted.duplicated)
    unsafe result.pointee.corrupted = UInt64(counted.corrupted)
    unsafe result.pointee.held_back = UInt64(counted.heldBack)
    unsafe result.pointee.delivered = UInt64(counted.delivered)
    unsafe result.pointee.answers_dropped = UInt64(counted.answersDropped)
  }
}
