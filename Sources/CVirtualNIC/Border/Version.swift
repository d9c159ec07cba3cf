internal import CVnic

// What this library is.

@c @implementation
internal func vnic_abi() -> UInt32 { UInt32(VNIC_ABI) }

/// The version of the package, which `vnic.pc` has as well.
private let version: StaticString = "0.1.0"

@c @implementation
internal func vnic_version() -> UnsafePointer<CChar>! {
  // SAFETY: the text is static, ends with 0, and is ASCII.
  unsafe UnsafeRawPointer(version.utf8Start).assumingMemoryBound(to: CChar.self)
}
