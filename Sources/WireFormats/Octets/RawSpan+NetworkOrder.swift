// The one file of this module that loads integers from untyped memory outside the checksum kernels.

extension RawSpan {
  /// Reads a network-order integer; traps if the field leaves the span.
  ///
  /// Callers compare `offset` with ``byteCount`` first and throw, so that the trap is never
  /// reached.
  @inlinable
  package func networkOrder<T>(at offset: Int, as type: T.Type = T.self) -> T
  where T: FixedWidthInteger & BitwiseCopyable {
    // SAFETY: the callee checks bounds, and every bit pattern is a valid integer.
    T(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// Reads a little-endian integer; traps if the field leaves the span.
  @inlinable
  package func littleEndian<T>(at offset: Int, as type: T.Type = T.self) -> T
  where T: FixedWidthInteger & BitwiseCopyable {
    // SAFETY: the callee checks bounds, and every bit pattern is a valid integer.
    T(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// Reads an integer in the byte order of this machine; traps if the field leaves the span.
  @inlinable
  package func hostOrder<T>(at offset: Int, as type: T.Type = T.self) -> T
  where T: FixedWidthInteger & BitwiseCopyable {
    // SAFETY: the callee checks bounds, and every bit pattern is a valid integer.
    unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: T.self)
  }

  /// Reads one octet; traps if it lies outside the span.
  @inlinable
  package func octet(at offset: Int) -> UInt8 { networkOrder(at: offset) }
}

extension MutableRawSpan {
  /// Writes a network-order integer; traps if the field leaves the span.
  @inlinable
  @_lifetime(self: copy self)
  package mutating func setNetworkOrder<T>(_ value: T, at offset: Int)
  where T: FixedWidthInteger & BitwiseCopyable {
    storeBytes(of: value.bigEndian, toByteOffset: offset, as: T.self)
  }

  /// Writes an integer in the byte order of this machine; traps if the field leaves the span.
  @inlinable
  @_lifetime(self: copy self)
  package mutating func setMemoryOrder<T>(_ value: T, at offset: Int)
  where T: FixedWidthInteger & BitwiseCopyable {
    storeBytes(of: value, toByteOffset: offset, as: T.self)
  }

  /// Writes a little-endian integer; traps if the field leaves the span.
  @inlinable
  @_lifetime(self: copy self)
  package mutating func setLittleEndian<T>(_ value: T, at offset: Int)
  where T: FixedWidthInteger & BitwiseCopyable {
    storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
  }
}
