internal import CVnic
internal import GsoEngine
internal import NetAdapterCore
internal import VirtualNIC
internal import WireFormats

// The functions of `vnic.h` that save and restore. Their documentation is there.

@c @implementation
internal func vnic_nic_save(
  _ nic: OpaquePointer?, _ buffer: UnsafeMutableRawPointer?, _ size: Int,
  _ needed: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: nic, as: COwnedNIC.self) { (owner) throws(CallError) in
    try unsafe give(buffer, size, needed) { () throws(SaveError) in try owner.nic.save() }
  }
}

@c @implementation
internal func vnic_nic_restore(
  _ nic: UnsafeMutablePointer<OpaquePointer?>?, _ state: UnsafeRawPointer?, _ size: Int,
  _ code: UnsafePointer<vnic_nic_code>?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error) { () throws(CallError) in
    let result = try unsafe present(nic, argument: 1)
    let octets = try unsafe taken(state, size)
    let made = try unsafe COwnedNIC(restoring: octets, try read(code, argument: 4))
    // C owns the handle when callbacks get it, which may destroy it.
    let handle = unsafe handle(of: made)
    made.openGate()
    guard !made.gate.isClosed else { throw .reentered }
    unsafe result.pointee = unsafe handle
  }
}

@c @implementation
internal func vnic_wire_save(
  _ wire: OpaquePointer?, _ buffer: UnsafeMutableRawPointer?, _ size: Int,
  _ needed: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: wire, as: ImpairedLink.self) { (wire) throws(CallError) in
    try unsafe give(buffer, size, needed) { () throws(SaveError) in try wire.save() }
  }
}

@c @implementation
internal func vnic_wire_restore(
  _ wire: UnsafeMutablePointer<OpaquePointer?>?, _ state: UnsafeRawPointer?, _ size: Int,
  _ end: UnsafePointer<vnic_wire_end>?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error) { () throws(CallError) in
    try unsafe create(wire) { () throws(CallError) in
      let octets = try unsafe taken(state, size)
      let end = try unsafe read(end, argument: 4)
      let next = try unsafe wireEnd(end.receiver, end.send, end.context, argument: 4)
      return try CallError.state { () throws(StateError) in
        try ImpairedLink(restoring: octets, next: next)
      }
    }
  }
}

@c @implementation
internal func vnic_coalescer_save(
  _ coalescer: OpaquePointer?, _ buffer: UnsafeMutableRawPointer?, _ size: Int,
  _ needed: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: coalescer, as: COwnedCoalescer.self) { (owner) throws(CallError) in
    try unsafe give(owner.save(), buffer, size, needed)
  }
}

@c @implementation
internal func vnic_coalescer_restore(
  _ coalescer: OpaquePointer?, _ state: UnsafeRawPointer?, _ size: Int,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: coalescer, as: COwnedCoalescer.self) { (owner) throws(CallError) in
    try owner.restore(try unsafe taken(state, size))
  }
}

/// Copies what `save` returns into memory of C, and writes its length.
private func give(
  _ buffer: UnsafeMutableRawPointer?, _ size: Int, _ needed: UnsafeMutablePointer<Int>?,
  _ save: () throws(SaveError) -> [UInt8]
) throws(CallError) {
  let state: [UInt8]
  do throws(SaveError) { state = try save() } catch { throw .save(error) }
  try unsafe give(state, buffer, size, needed)
}

/// Copies a state into memory of C, and writes its length.
private func give(
  _ state: [UInt8], _ buffer: UnsafeMutableRawPointer?, _ size: Int,
  _ needed: UnsafeMutablePointer<Int>?
) throws(CallError) {
  try unsafe withOutput(buffer, size, argument: 2) { (output) throws(CallError) in
    unsafe needed?.pointee = state.count
    guard state.count <= output.byteCount else {
      throw .tooSmall(needed: state.count, available: output.byteCount)
    }
    copyOctets(state.octets, to: &output)
  }
}

/// Copies a state of C.
private func taken(_ state: UnsafeRawPointer?, _ size: Int) throws(CallError) -> [UInt8] {
  try unsafe withOctets(state, size, argument: 2) { (octets) throws(CallError) in octets.array() }
}

extension CallError {
  /// Runs `body`, and turns an error of a state into one of a call.
  internal static func state<Value>(
    _ body: () throws(StateError) -> Value
  ) throws(CallError) -> Value {
    do throws(StateError) { return try body() } catch { throw .state(error) }
  }
}
