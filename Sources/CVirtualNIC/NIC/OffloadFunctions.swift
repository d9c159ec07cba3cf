internal import CVnic
internal import NetAdapterCore
internal import VirtualNIC

// The functions of `vnic.h` that declare offloads. Their documentation is there.

@c @implementation
internal func vnic_nic_set_gso(
  _ nic: OpaquePointer?, _ capabilities: UnsafePointer<vnic_gso_capabilities>?,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe declare(nic, error) { (nic, owner) throws(CallError) in
    let gso = try unsafe GsoCapabilities(capabilities, owner.gate, argument: 2)
    try CallError.adapter { () throws(AdapterViolation) in
      try nic.adapter.setGsoCapabilities(gso)
    }
  }
}

@c @implementation
internal func vnic_nic_set_tx_checksum(
  _ nic: OpaquePointer?, _ capabilities: UnsafePointer<vnic_tx_checksum_capabilities>?,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe declare(nic, error) { (nic, owner) throws(CallError) in
    let checksum = try unsafe TxChecksumCapabilities(capabilities, owner.gate, argument: 2)
    try CallError.adapter { () throws(AdapterViolation) in
      try nic.adapter.setTxChecksumCapabilities(checksum)
    }
  }
}

@c @implementation
internal func vnic_nic_set_rx_checksum(
  _ nic: OpaquePointer?, _ set_rx_checksum: vnic_set_offload?,
  _ context: UnsafeMutableRawPointer?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe declare(nic, error) { (nic, owner) throws(CallError) in
    let callback = unsafe owner.gate.callback(set_rx_checksum, context)
    try CallError.adapter { () throws(AdapterViolation) in
      try nic.adapter.setRxChecksumCapabilities(RxChecksumCapabilities(evtSetRxChecksum: callback))
    }
  }
}

@c @implementation
internal func vnic_nic_set_rsc(
  _ nic: OpaquePointer?, _ capabilities: UnsafePointer<vnic_rsc_capabilities>?,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe declare(nic, error) { (nic, owner) throws(CallError) in
    let rsc = try unsafe RscCapabilities(capabilities, owner.gate, argument: 2)
    try CallError.adapter { () throws(AdapterViolation) in
      try nic.adapter.setRscCapabilities(rsc)
    }
  }
}

@c @implementation
internal func vnic_nic_active(_ nic: OpaquePointer?) -> UInt32 {
  guard let owner = try? unsafe object(nic, as: COwnedNIC.self) else { return 0 }
  return owner.nic.adapter.activeOffloads.bits
}

/// Runs a declaration.
private func declare(
  _ nic: OpaquePointer?, _ error: UnsafeMutablePointer<vnic_error>?,
  _ body: (VirtualNIC, COwnedNIC) throws(CallError) -> Void
) -> Int32 {
  unsafe call(error, on: nic, as: COwnedNIC.self) { (owner) throws(CallError) in
    try owner.control { (nic) throws(CallError) in try body(nic, owner) }
  }
}

extension ActiveOffloads {
  /// The bits `VNIC_ACTIVE_…`.
  internal var bits: UInt32 {
    var bits: UInt32 = 0
    func add(_ isActive: Bool, _ bit: UInt32) { if isActive { bits |= bit } }
    add(isLsoIPv4Enabled, 1)
    add(isLsoIPv6Enabled, 2)
    add(isUsoIPv4Enabled, 4)
    add(isUsoIPv6Enabled, 8)
    add(isTxChecksumIPv4Enabled, 16)
    add(isTxChecksumTcpEnabled, 32)
    add(isTxChecksumUdpEnabled, 64)
    add(isRxChecksumIPv4Enabled, 128)
    add(isRxChecksumTcpEnabled, 256)
    add(isRxChecksumUdpEnabled, 512)
    add(isTcpRscIPv4Enabled, 1_024)
    add(isTcpRscIPv6Enabled, 2_048)
    add(isRscTcpTimestampOptionEnabled, 4_096)
    add(isUdpRscEnabled, 8_192)
    return bits
  }
}
