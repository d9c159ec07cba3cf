/// Writing of pcapng options: code, length, value, padding to four octets.
///
/// - SeeAlso: draft-ietf-opsawg-pcapng, section 3.5.
extension OctetBuffer {
  /// Appends an option whose value is UTF-8 text.
  mutating func append(
    _ code: UInt16, text: String, _ order: ByteOrder
  ) throws(CaptureWriteError) {
    let octets = Array(text.utf8)
    guard let length = UInt16(exactly: octets.count) else {
      throw .textTooLong(byteCount: octets.count, limit: Int(UInt16.max))
    }
    append(code, order)
    append(length, order)
    append(octets.span.rawOctets)
    appendZeros(-octets.count & 3)
  }

  /// Appends an option whose value is one integer.
  mutating func append<Value>(_ code: UInt16, integer value: Value, _ order: ByteOrder)
  where Value: FixedWidthInteger & BitwiseCopyable {
    append(code, order)
    append(UInt16(MemoryLayout<Value>.size), order)
    append(value, order)
    appendZeros(-MemoryLayout<Value>.size & 3)
  }

  /// Ends a list of options; a list without any needs no end.
  mutating func endOptions(_ order: ByteOrder) {
    if count > 0 { appendEndOfOptions(order) }
  }

  mutating func appendEndOfOptions(_ order: ByteOrder) {
    append(PcapngOptionCode.endOfOptions, order)
    append(0 as UInt16, order)
  }
}
