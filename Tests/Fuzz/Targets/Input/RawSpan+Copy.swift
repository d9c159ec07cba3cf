extension RawSpan {
  /// The octets as an array.
  func copied() -> [UInt8] {
    (0..<byteCount).map { offset in
      // SAFETY: every pattern of eight bits is an octet.
      unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
  }
}
