internal import CVnic
internal import NetAdapterCore
internal import VirtualNIC

// The functions of `vnic.h` about the life of a NIC. Their documentation is there.

@c @implementation
internal func vnic_nic_create(
  _ nic: UnsafeMutablePointer<OpaquePointer?>?, _ config: UnsafePointer<vnic_nic_config>?,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error) { () throws(CallError) in
    try unsafe create(nic) { () throws(CallError) in
      try unsafe COwnedNIC(read(config, argument: 2))
    }
  }
}

@c @implementation
internal func vnic_nic_destroy(_ nic: OpaquePointer?) {
  guard let owner = try? unsafe object(nic, as: COwnedNIC.self) else { return }
  owner.disconnect()
  unsafe release(nic, as: COwnedNIC.self)
}

@c @implementation
internal func vnic_nic_start(_ nic: OpaquePointer?, _ error: UnsafeMutablePointer<vnic_error>?)
  -> Int32
{
  unsafe control(nic, error) { (nic) throws(CallError) in
    do throws(AdapterError) { try nic.start() } catch { throw .adapter(error) }
  }
}

@c @implementation
internal func vnic_nic_stop(_ nic: OpaquePointer?, _ error: UnsafeMutablePointer<vnic_error>?)
  -> Int32
{
  unsafe control(nic, error) { (nic) throws(CallError) in
    do throws(AdapterError) { try nic.stop() } catch { throw .adapter(error) }
  }
}

@c @implementation
internal func vnic_nic_pause(_ nic: OpaquePointer?, _ error: UnsafeMutablePointer<vnic_error>?)
  -> Int32
{
  unsafe control(nic, error) { (nic) throws(CallError) in
    try CallError.adapter { () throws(AdapterViolation) in
      try nic.adapter.pauseOffloadCapabilities()
    }
  }
}

@c @implementation
internal func vnic_nic_resume(
  _ nic: OpaquePointer?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe control(nic, error) { (nic) throws(CallError) in
    try CallError.adapter { () throws(AdapterViolation) in
      try nic.adapter.resumeOffloadCapabilities()
    }
  }
}

@c @implementation
internal func vnic_nic_set_mtu(
  _ nic: OpaquePointer?, _ mtu: UInt32, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe control(nic, error) { (nic) throws(CallError) in
    try CallError.adapter { () throws(AdapterViolation) in
      try nic.adapter.setLinkLayerMtuSize(Int(mtu))
    }
  }
}

@c @implementation
internal func vnic_nic_set_connected(
  _ nic: OpaquePointer?, _ connected: Int32, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe control(nic, error) { (nic) throws(CallError) in
    let isConnected = try number(connected, in: 0...1, argument: 2) == 1
    try CallError.adapter { () throws(AdapterViolation) in
      let state = isConnected ? LinkState.connected(linkSpeed: 10_000_000_000) : LinkState()
      try nic.adapter.setLinkState(state)
    }
  }
}

@c @implementation
internal func vnic_nic_state(_ nic: OpaquePointer?) -> Int32 {
  guard let owner = try? unsafe object(nic, as: COwnedNIC.self) else { return -1 }
  return Int32(owner.nic.adapter.state.number)
}

@c @implementation
internal func vnic_nic_refusal_text(
  _ nic: OpaquePointer?, _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int
) -> Int {
  var text = unsafe CText(buffer, size)
  if let owner = try? unsafe object(nic, as: COwnedNIC.self) { text.append(owner.refusal) }
  return text.finish()
}

/// Runs a call of the control path.
internal func control(
  _ nic: OpaquePointer?, _ error: UnsafeMutablePointer<vnic_error>?,
  _ body: (VirtualNIC) throws(CallError) -> Void
) -> Int32 {
  unsafe call(error, on: nic, as: COwnedNIC.self) { (owner) throws(CallError) in
    try owner.control(body)
  }
}

extension CallError {
  /// Runs `body`, and turns a broken rule of NetAdapterCx into an error of a call.
  internal static func adapter(
    _ body: () throws(AdapterViolation) -> Void
  ) throws(CallError) {
    do throws(AdapterViolation) { try body() } catch { throw .violation(error) }
  }
}
