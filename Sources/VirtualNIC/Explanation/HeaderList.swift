internal import WireFormats

/// Collects headers with their fields, from the outside in.
internal struct HeaderList {
  private(set) var headers: [Explanation.Header] = []

  /// Starts a header.
  mutating func begin(_ layer: String, at offset: Int, length: Int) {
    headers.append(Explanation.Header(layer: layer, offset: offset, length: length))
  }

  /// Adds a field of the current header, from whose start `offset` counts.
  mutating func add(
    _ name: String, at offset: Int, _ length: Int, _ value: some Any, note: String? = nil
  ) {
    guard let last = headers.indices.last else { return }
    let start = headers[last].offset + offset
    headers[last].fields.append(
      Explanation.Field(
        name: name, offset: start, length: length, value: "\(value)", note: note))
  }

  /// Where the headers so far end, in octets from the start of the frame.
  var end: Int { headers.last?.range.upperBound ?? 0 }
}

/// A number in hexadecimal digits: `0x4000`.
internal func hex(_ number: some FixedWidthInteger & UnsignedInteger) -> String {
  "0x" + hexadecimal(number)
}
