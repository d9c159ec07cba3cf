/// One field of a frame.
struct FieldRow: Encodable {
  /// The header that it belongs to.
  let layer: String
  /// Octets from the start of the frame.
  let offset: Int
  /// Octets that the field touches.
  let length: Int
  let name: String
  let value: String
}

/// Collects the fields of one header, whose own start they count from.
struct FieldList {
  private(set) var rows: [FieldRow] = []
  /// Where the current header starts.
  private var start = 0
  private var layer = ""

  /// Starts a header.
  mutating func begin(_ layer: String, at start: Int, length: Int, _ value: String = "") {
    (self.layer, self.start) = (layer, start)
    rows.append(FieldRow(layer: layer, offset: start, length: length, name: "", value: value))
  }

  /// Adds a field of the current header.
  mutating func add(_ name: String, at offset: Int, _ length: Int, _ value: some Any) {
    rows.append(
      FieldRow(
        layer: layer, offset: start + offset, length: length, name: name, value: "\(value)"))
  }

  /// The fields as a table.
  var text: String {
    var text = "  offset  length\n"
    for row in rows {
      let place = "\(aligned("\(row.offset)", 8))\(aligned("\(row.length)", 8))"
      let title = row.name.isEmpty ? row.layer : "  " + row.name
      let line = row.value.isEmpty ? title : padded(title, 26) + " \(row.value)"
      text += place + "  " + line + "\n"
    }
    return text
  }
}

/// A number in hexadecimal digits: `0x4000`.
func hex(_ number: some FixedWidthInteger & UnsignedInteger) -> String {
  let digits = String(number, radix: 16)
  return "0x" + String(repeating: "0", count: number.bitWidth / 4 - digits.count) + digits
}
