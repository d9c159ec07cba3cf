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
    let asked = try unsafe read(capabilities, argument: 2)
    var gso = try unsafe GsoCapabilities(
      layer3: Layer3Flags(rawValue: asked.layer3), layer4: Layer4Flags(rawValue: asked.layer4),
      maximumOffloadSize: number(asked.maximum_offload_size, in: 0...Int.max, argument: 2),
      minimumSegmentCount: number(asked.minimum_segment_count, in: 0...Int.max, argument: 2),
      evtSetGso: owner.callback(asked.set_gso, asked.context))
    gso.layer4HeaderOffsetLimit = try unsafe offsetLimit(asked.layer4_header_offset_limit)
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
    let asked = try unsafe read(capabilities, argument: 2)
    var checksum = unsafe TxChecksumCapabilities(
      layer3: Layer3Flags(rawValue: asked.layer3),
      evtSetTxChecksum: owner.callback(asked.set_tx_checksum, asked.context))
    checksum.layer4 = unsafe Layer4Flags(rawValue: asked.layer4)
    checksum.layer3HeaderOffsetLimit = try unsafe offsetLimit(asked.layer3_header_offset_limit)
    checksum.layer4HeaderOffsetLimit = try unsafe offsetLimit(asked.layer4_header_offset_limit)
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
    let callback = unsafe owner.callback(set_rx_checksum, context)
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
    let asked = try unsafe read(capabilities, argument: 2)
    var rsc = unsafe RscCapabilities(
      layer3: Layer3Flags(rawValue: asked.layer3), layer4: Layer4Flags(rawValue: asked.layer4),
      evtSetRsc: owner.callback(asked.set_rsc, asked.context))
    rsc.tcpTimestampOption =
      try unsafe number(asked.tcp_timestamp_option, in: 0...1, argument: 2) == 1
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
  unsafe call(error) { () throws(CallError) in
    let owner = try unsafe object(nic, as: COwnedNIC.self)
    try owner.control { (nic) throws(CallError) in try body(nic, owner) }
  }
}

/// Returns an offset of a struct, which has 16 bits in Microsoft's.
private func offsetLimit(_ value: UInt32) throws(CallError) -> UInt16 {
  UInt16(truncatingIfNeeded: try number(value, in: 0...0xFFFF, argument: 2))
}

/// A set callback of C with its argument.
///
/// C says that both may be used on the thread that a call of the NIC came from.
@safe
private struct SetCallback: @unchecked Sendable {
  let function: vnic_set_offload
  let context: UnsafeMutableRawPointer?
  let nic: OpaquePointer
  let gate: Gate

  func callAsFunction(_ active: UInt32) {
    // SAFETY: the NIC exists as long as its adapter calls back.
    if gate.isOpen { unsafe function(context, nic, active) }
  }
}

extension COwnedNIC {
  /// The callback of the adapter that calls a function of C; nil for NULL.
  fileprivate func callback(
    _ function: vnic_set_offload?, _ context: UnsafeMutableRawPointer?
  ) -> EvtAdapterSetOffload? {
    guard let function = unsafe function else { return nil }
    // SAFETY: the same pointer as the handle of C; the adapter does not own it.
    let handle = unsafe OpaquePointer(Unmanaged.passUnretained(self).toOpaque())
    let callback = unsafe SetCallback(
      function: function, context: context, nic: handle, gate: gate)
    return { _, offload in callback(offload.offloads.bits) }
  }
}

extension ActiveOffloads {
  /// The bits `VNIC_ACTIVE_…`.
  fileprivate var bits: UInt32 {
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
