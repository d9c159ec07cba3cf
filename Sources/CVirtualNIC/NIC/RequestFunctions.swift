internal import CVnic
internal import NetAdapterCore
internal import VirtualNIC

// The functions of `vnic.h` about keywords and requests. Their documentation is there.

@c @implementation
internal func vnic_nic_set_keyword(
  _ nic: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: nic, as: COwnedNIC.self) { (owner) throws(CallError) in
    guard let name = unsafe name else { throw .null(argument: 2) }
    let text = unsafe value.map { unsafe String(cString: $0) }
    unsafe owner.nic.adapter.setKeyword(
      name: String(cString: name), to: text.map { .string($0) })
  }
}

@c @implementation
internal func vnic_nic_get_keyword(
  _ nic: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ buffer: UnsafeMutablePointer<CChar>?,
  _ size: Int, _ length: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: nic, as: COwnedNIC.self) { (owner) throws(CallError) in
    guard let name = unsafe name else { throw .null(argument: 2) }
    guard let value = unsafe owner.nic.adapter.keywords[name: String(cString: name)] else {
      throw .name(argument: 2)
    }
    var text = unsafe CText(buffer, size)
    switch value {
    case .string(let string): text.append(string)
    case .integer(let number): text.append("\(number)")
    }
    let count = text.finish()
    unsafe length?.pointee = count
  }
}

@c @implementation
internal func vnic_nic_request(
  _ nic: OpaquePointer?, _ request: UnsafePointer<vnic_offload_request>?,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe control(nic, error) { (nic) throws(CallError) in
    let parameters = try unsafe OffloadParameters(read(request, argument: 2))
    do throws(AdapterError) {
      try nic.adapter.setOffloadParameters(parameters)
    } catch {
      throw .adapter(error)
    }
  }
}

extension OffloadParameters {
  /// The request that the struct describes.
  fileprivate init(_ asked: vnic_offload_request) throws(CallError) {
    self.init()
    ipv4Checksum = try Self.value(asked.ipv4_checksum)
    tcpIPv4Checksum = try Self.value(asked.tcp_ipv4_checksum)
    udpIPv4Checksum = try Self.value(asked.udp_ipv4_checksum)
    tcpIPv6Checksum = try Self.value(asked.tcp_ipv6_checksum)
    udpIPv6Checksum = try Self.value(asked.udp_ipv6_checksum)
    lsoV1 = try Self.value(asked.lso_v1)
    lsoV2IPv4 = try Self.value(asked.lso_v2_ipv4)
    lsoV2IPv6 = try Self.value(asked.lso_v2_ipv6)
    usoIPv4 = try Self.value(asked.uso_ipv4)
    usoIPv6 = try Self.value(asked.uso_ipv6)
    rscIPv4 = try Self.value(asked.rsc_ipv4)
    rscIPv6 = try Self.value(asked.rsc_ipv6)
    skipsRegistryUpdate =
      try number(asked.skips_registry_update, in: 0...1, argument: 2) == 1
  }

  /// Returns the code with a number of NDIS.
  private static func value<Code: RawRepresentable<UInt8> & CaseIterable>(
    _ number: UInt32
  ) throws(CallError) -> Code {
    guard let value = UInt8(exactly: number), let code = Code(rawValue: value) else {
      throw .value(argument: 2, Int(number), maximum: Code.allCases.count - 1)
    }
    return code
  }
}
