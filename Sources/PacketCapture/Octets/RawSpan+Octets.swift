/// Loads and copies that the standard library has only in unsafe form, each wrapped once.
///
/// This is one of the two files of the module that use unsafe constructs; the other one is
/// `OctetBuffer.swift`.
extension RawSpan {
  /// Reads the integer at `offset` in the given order; traps if it leaves the span.
  func load<Value>(_ offset: Int, _ order: ByteOrder, as type: Value.Type = Value.self) -> Value
  where Value: FixedWidthInteger & BitwiseCopyable {
    // SAFETY: the callee checks the bounds, and every bit pattern is a valid integer.
    let stored = unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self)
    return order == .bigEndian ? Value(bigEndian: stored) : Value(littleEndian: stored)
  }

  /// The octets as an array of their own.
  func copied() -> [UInt8] {
    unsafe withUnsafeBytes { source in
      // SAFETY: both sides have exactly `byteCount` octets, and the new array overlaps nothing.
      unsafe [UInt8](unsafeUninitializedCapacity: source.count) { target, initializedCount in
        unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
        initializedCount = source.count
      }
    }
  }

  /// The octets as text; what is not UTF-8 becomes U+FFFD.
  func text() -> String {
    // SAFETY: the buffer is only used inside the closure; decoding copies it.
    unsafe withUnsafeBytes { octets in unsafe String(decoding: octets, as: UTF8.self) }
  }

  /// The same octets, as a span of `UInt8`.
  var octetSpan: Span<UInt8> {
    @_lifetime(copy self)
    get {
      // SAFETY: every octet is a valid `UInt8`, which has neither padding nor alignment.
      unsafe _unsafeView(as: UInt8.self)
    }
  }
}

extension Span<UInt8> {
  /// The same octets, untyped.
  var rawOctets: RawSpan {
    @_lifetime(copy self)
    get {
      // SAFETY: `UInt8` has no padding, so every octet of the span is initialised.
      unsafe bytes
    }
  }
}
