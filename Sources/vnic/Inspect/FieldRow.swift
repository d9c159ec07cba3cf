import VirtualNIC

/// One field of a frame, or a header as a row of its own.
struct FieldRow: Encodable {
  /// The header that it belongs to.
  let layer: String
  /// Octets from the start of the frame.
  let offset: Int
  /// Octets that the field touches.
  let length: Int
  /// Empty for the header itself.
  let name: String
  let value: String

  /// A header and its fields.
  static func rows(_ header: Explanation.Header) -> [FieldRow] {
    let first = FieldRow(
      layer: header.layer, offset: header.offset, length: header.length, name: "", value: "")
    return [first]
      + header.fields.map {
        FieldRow(
          layer: header.layer, offset: $0.offset, length: $0.length, name: $0.name, value: $0.text)
      }
  }

  /// Fields as a table.
  static func text(_ rows: [FieldRow]) -> String {
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
