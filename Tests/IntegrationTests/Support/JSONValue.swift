import Foundation

/// Any JSON, with booleans told apart from numbers.
enum JSONValue: Decodable, Equatable {
  case object([String: JSONValue])
  case array([JSONValue])
  case text(String)
  case number(Double)
  case boolean(Bool)
  case null

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let boolean = try? value.decode(Bool.self) {
      self = .boolean(boolean)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let array = try? value.decode([JSONValue].self) {
      self = .array(array)
    } else {
      self = .object(try value.decode([String: JSONValue].self))
    }
  }

  init(_ octets: [UInt8]) throws {
    self = try JSONDecoder().decode(JSONValue.self, from: Data(octets))
  }

  /// The value of a key; null without it.
  subscript(_ key: String) -> JSONValue {
    guard case .object(let object) = self else { return .null }
    return object[key] ?? .null
  }

  var object: [String: JSONValue] {
    guard case .object(let object) = self else { return [:] }
    return object
  }

  /// The strings of an array.
  var texts: [String] {
    guard case .array(let array) = self else { return [] }
    return array.compactMap(\.text)
  }

  var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }
}
