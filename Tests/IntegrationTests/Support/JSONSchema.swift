import TestSupport

/// A JSON Schema of `Fixtures/Schemas`, with the few keywords that those use.
struct JSONSchema {
  private let root: JSONValue

  init(_ name: String) throws { root = try JSONValue(Fixtures.octets("Schemas/\(name).json")) }

  /// What is wrong with some JSON; empty if it has the form.
  ///
  /// Stricter than the schema: a key that it does not know is wrong, too, because it is
  /// undocumented.
  func problems(of json: [UInt8]) throws -> [String] {
    Self.problems(of: try JSONValue(json), root, at: "$")
  }

  /// Parts of the schema itself that are not documented, or use keywords that are not checked.
  var undocumented: [String] { Self.undocumented(root, at: "$") }

  private static func problems(
    of value: JSONValue, _ schema: JSONValue, at path: String
  ) -> [String] {
    if schema["const"] != .null {
      return value == schema["const"] ? [] : ["\(path): not the constant"]
    }
    switch (schema["type"].text, value) {
    case ("object", .object(let object)):
      let missing = schema["required"].texts.filter { object[$0] == nil }
      return missing.map { "\(path).\($0): missing" }
        + object.keys.sorted().flatMap { key in
          guard let known = schema["properties"].object[key], let value = object[key] else {
            return ["\(path).\(key): not in the schema"]
          }
          return problems(of: value, known, at: "\(path).\(key)")
        }
    case ("array", .array(let array)):
      return array.enumerated().flatMap { problems(of: $1, schema["items"], at: "\(path)[\($0)]") }
    case ("string", .text(let text)):
      let words = schema["enum"].texts
      return words.isEmpty || words.contains(text) ? [] : ["\(path): `\(text)` is none of \(words)"]
    case ("boolean", .boolean): return []
    case ("integer", .number(let number)) where number.rounded() != number:
      return ["\(path): not whole"]
    case ("integer", .number(let number)), ("number", .number(let number)):
      guard case .number(let minimum) = schema["minimum"], number < minimum else { return [] }
      return ["\(path): \(number) is below \(minimum)"]
    case (let type, _): return ["\(path): no \(type ?? "type in the schema")"]
    }
  }

  private static func undocumented(_ schema: JSONValue, at path: String) -> [String] {
    let known: Set = [
      "$schema", "title", "description", "type", "properties", "required", "items", "enum",
      "const", "minimum",
    ]
    var found = Set(schema.object.keys).subtracting(known).map { "\(path): keyword \($0)" }
    if (schema["description"].text ?? "").isEmpty { found.append("\(path): no description") }
    for (key, value) in schema["properties"].object {
      found += undocumented(value, at: "\(path).\(key)")
    }
    if schema["items"] != .null { found += undocumented(schema["items"], at: path + "[]") }
    return found.sorted()
  }
}
