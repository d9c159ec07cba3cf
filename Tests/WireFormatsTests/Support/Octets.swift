import WireFormats
import XCTest

/// The octets that hexadecimal digits spell; blanks and line ends are for the reader.
func hex(_ text: String) -> [UInt8] {
  let digits = text.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map {
    UInt8(digits[$0] << 4 | digits[$0 + 1])
  }
}

/// Two octets in network order.
func word(_ value: Int) -> [UInt8] {
  [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
}

/// As many zeros.
func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

/// What `body` throws; nil if nothing.
func failure(_ body: () throws(WireError) -> Void) -> WireError? {
  do throws(WireError) {
    try body()
    return nil
  } catch {
    return error
  }
}

/// What reading a frame gives, as a value that can be compared.
func reading(
  _ frame: [UInt8], link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .none
) -> Result<PacketLayout, WireError> {
  Result { () throws(WireError) in
    try PacketLayout(parsing: frame, link: link, tunnels: tunnels)
  }
}

/// Cuts `header` to every length below its own, at several places of a buffer, and expects the
/// error to name the layer, the place and the numbers.
///
/// As long as the first `fixed` octets are not all there, no more than those can be asked for.
func assertTruncations(
  of header: [UInt8], fixed: Int, _ layer: ProtocolLayer, line: UInt = #line,
  read: ([UInt8], Int) throws(WireError) -> Void
) {
  for offset in [0, 1, 14] {
    let front = [UInt8](repeating: 0xA5, count: offset)
    for available in 0..<header.count {
      let buffer = front + header[..<available]
      let needed = available < fixed ? fixed : header.count
      XCTAssertEqual(
        failure { () throws(WireError) in try read(buffer, offset) },
        .truncated(layer, offset: offset, needed: needed, available: available),
        "\(available) octets at \(offset)", line: line)
    }
    XCTAssertNil(
      failure { () throws(WireError) in try read(front + header, offset) }, line: line)
  }
  for offset in [-1, Int.min, header.count + 1, Int.max] {
    XCTAssertEqual(
      failure { () throws(WireError) in try read(header, offset) },
      .truncated(layer, offset: offset, needed: fixed, available: 0), line: line)
  }
}

/// `XCTAssertEqual` for fields of a view: its own arguments are closures, which a view cannot
/// enter.
func equal<T: Equatable>(
  _ actual: T, _ expected: T, _ message: String = "", file: StaticString = #filePath,
  line: UInt = #line
) {
  XCTAssertEqual(actual, expected, message, file: file, line: line)
}
