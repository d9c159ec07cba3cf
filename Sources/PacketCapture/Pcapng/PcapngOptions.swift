/// Walks the options of a pcapng block.
///
/// Each is a code, a length and a value padded to four octets. A list ends with code 0 or with its
/// block.
///
/// - SeeAlso: draft-ietf-opsawg-pcapng, section 3.5.
struct PcapngOptions: ~Escapable {
  struct Option {
    let code: UInt16
    /// Where the value is, counted from the start of the list.
    let value: Range<Int>
  }

  private let bytes: RawSpan
  private let order: ByteOrder
  private var position = 0

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, _ order: ByteOrder) {
    self.bytes = bytes
    self.order = order
  }

  /// The next option, or `nil` at the end of the list.
  @_lifetime(self: copy self)
  mutating func next() throws(Defect) -> Option? {
    let available = bytes.byteCount - position
    // A block's length is a multiple of four, so what is left is nothing or a whole header.
    guard available >= 4 else { return nil }
    let code: UInt16 = bytes.load(position, order)
    guard code != PcapngOptionCode.endOfOptions else { return nil }
    let length: UInt16 = bytes.load(position + 2, order)
    let start = position + 4
    let padded = (Int(length) + 3) & ~3
    guard padded <= bytes.byteCount - start else {
      throw Defect(
        .optionTooLong(code: code, claimed: length, available: available - 4), at: position)
    }
    position = start + padded
    return Option(code: code, value: start..<start + Int(length))
  }

  /// The codes of all options of a list, up to its end or the first damage.
  static func codes(_ list: RawSpan, _ order: ByteOrder) -> [UInt16] {
    var options = PcapngOptions(list, order)
    var codes: [UInt16] = []
    while let option = try? options.next() { codes.append(option.code) }
    return codes
  }
}

/// Writing of pcapng options: code, length, value, padding to four octets.
///
/// - SeeAlso: draft-ietf-opsawg-pcapng, section 3.5.
extension OctetBuffer {
  /// Appends an option whose value is UTF-8 text.
  mutating func append(
    _ code: UInt16, text: String, _ order: ByteOrder
  ) throws(CaptureWriteError) {
    let octets = Array(text.utf8)
    guard octets.count <= Int(UInt16.max) else {
      throw .textTooLong(byteCount: octets.count, limit: Int(UInt16.max))
    }
    append(code, octets: octets.span.rawOctets, order)
  }

  /// Appends an option of at most 65,535 octets.
  mutating func append(_ code: UInt16, octets: RawSpan, _ order: ByteOrder) {
    append(code, order)
    append(UInt16(truncatingIfNeeded: octets.byteCount), order)
    append(octets)
    appendZeros(-octets.byteCount & 3)
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
