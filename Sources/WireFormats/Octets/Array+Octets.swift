extension Array where Element == UInt8 {
  /// The octets of the array, borrowed, for calls that take a span.
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

extension RawSpan {
  /// Copies a part of the span into an array.
  ///
  /// - Precondition: `range` lies in the span.
  /// - Complexity: O(*n*), one allocation.
  @inlinable
  public func array(_ range: Range<Int>) -> [UInt8] {
    // SAFETY: the buffer is only read, and only while the closure runs.
    unsafe extracting(range).withUnsafeBytes { unsafe Array($0) }
  }

  /// Copies the octets of the span, to keep a frame that is only lent.
  ///
  /// ```swift
  /// nic.onReceive = { frame, checksums, time in inbox.append(frame.array()) }
  /// ```
  ///
  /// - Complexity: O(*n*), one allocation.
  @inlinable
  public func array() -> [UInt8] { array(0..<byteCount) }
}
