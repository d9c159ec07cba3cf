extension Array where Element == UInt8 {
  /// The octets of the array, borrowed: what takes a span can be given these.
  ///
  /// - Complexity: O(1). Does not allocate.
  @inlinable
  public var octets: RawSpan {
    @_lifetime(borrow self)
    get {
      // SAFETY: every octet of an array of octets is initialised, and the lifetime is the array's.
      unsafe span.bytes
    }
  }

  /// Runs `body` with the octets of the array, for writing.
  package mutating func withMutableOctets(_ body: (inout MutableRawSpan) -> Void) {
    var elements = mutableSpan
    // SAFETY: every bit pattern is a valid octet.
    var octets = unsafe elements.mutableBytes
    body(&octets)
  }
}
