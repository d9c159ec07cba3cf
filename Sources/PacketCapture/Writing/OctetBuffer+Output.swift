/// The half of the buffer that the two writers share.
extension OctetBuffer {
  /// Hands everything to `sink` at once, and forgets it if `sink` returns.
  mutating func drain<Failure>(_ sink: (RawSpan) throws(Failure) -> Void) throws(Failure) {
    guard count > 0 else { return }
    try sink(bytes)
    consume(count)
  }

  /// Takes everything as an array.
  mutating func take() -> [UInt8] {
    let octets = bytes.copied()
    consume(count)
    return octets
  }
}
