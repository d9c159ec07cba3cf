extension Array where Element == UInt8 {
  /// Calls `body` with the octets in place, for writing.
  mutating func withRaw(_ body: (inout MutableRawSpan) throws -> Void) rethrows {
    var span = mutableSpan
    // SAFETY: any octet is an octet.
    var raw = unsafe span.mutableBytes
    try body(&raw)
  }
}

extension OutputRawSpan {
  /// Appends as many octets as there is room for.
  @_lifetime(self: copy self)
  mutating func write(_ octets: [UInt8]) {
    for octet in octets.prefix(freeCapacity) {
      // SAFETY: there is room, and any octet is an octet.
      unsafe append(octet, as: UInt8.self)
    }
  }
}
