internal import CVnic
internal import NetAdapterCore

// Structs of C that declare offloads, as capabilities. `argument` is the position of the struct.

extension GsoCapabilities {
  internal init(
    _ pointer: UnsafePointer<vnic_gso_capabilities>?, _ gate: Gate, argument: Int
  ) throws(CallError) {
    let asked = try unsafe read(pointer, argument: argument)
    try unsafe self.init(
      layer3: Layer3Flags(rawValue: asked.layer3), layer4: Layer4Flags(rawValue: asked.layer4),
      maximumOffloadSize: number(asked.maximum_offload_size, in: 0...Int.max, argument: argument),
      minimumSegmentCount: number(asked.minimum_segment_count, in: 0...Int.max, argument: argument),
      evtSetGso: gate.callback(asked.set_gso, asked.context))
    layer4HeaderOffsetLimit = try unsafe offsetLimit(
      asked.layer4_header_offset_limit, argument: argument)
  }
}

extension TxChecksumCapabilities {
  internal init(
    _ pointer: UnsafePointer<vnic_tx_checksum_capabilities>?, _ gate: Gate, argument: Int
  ) throws(CallError) {
    let asked = try unsafe read(pointer, argument: argument)
    unsafe self.init(
      layer3: Layer3Flags(rawValue: asked.layer3),
      evtSetTxChecksum: gate.callback(asked.set_tx_checksum, asked.context))
    layer4 = unsafe Layer4Flags(rawValue: asked.layer4)
    layer3HeaderOffsetLimit = try unsafe offsetLimit(
      asked.layer3_header_offset_limit, argument: argument)
    layer4HeaderOffsetLimit = try unsafe offsetLimit(
      asked.layer4_header_offset_limit, argument: argument)
  }
}

extension RscCapabilities {
  internal init(
    _ pointer: UnsafePointer<vnic_rsc_capabilities>?, _ gate: Gate, argument: Int
  ) throws(CallError) {
    let asked = try unsafe read(pointer, argument: argument)
    unsafe self.init(
      layer3: Layer3Flags(rawValue: asked.layer3), layer4: Layer4Flags(rawValue: asked.layer4),
      evtSetRsc: gate.callback(asked.set_rsc, asked.context))
    tcpTimestampOption =
      try unsafe number(asked.tcp_timestamp_option, in: 0...1, argument: argument) == 1
  }
}

extension DeclaredCapabilities {
  /// What a NIC that is restored is given anew.
  internal init(_ code: vnic_nic_code, _ gate: Gate) throws(CallError) {
    self.init()
    if unsafe code.gso != nil { gso = try unsafe GsoCapabilities(code.gso, gate, argument: 4) }
    if unsafe code.tx_checksum != nil {
      txChecksum = try unsafe TxChecksumCapabilities(code.tx_checksum, gate, argument: 4)
    }
    if unsafe code.rsc != nil { rsc = try unsafe RscCapabilities(code.rsc, gate, argument: 4) }
    if let callback = unsafe gate.callback(code.set_rx_checksum, code.rx_checksum_context) {
      rxChecksum = RxChecksumCapabilities(evtSetRxChecksum: callback)
    }
  }
}

/// Returns an offset of a struct, which has 16 bits in Microsoft's.
private func offsetLimit(_ value: UInt32, argument: Int) throws(CallError) -> UInt16 {
  UInt16(truncatingIfNeeded: try number(value, in: 0...0xFFFF, argument: argument))
}
