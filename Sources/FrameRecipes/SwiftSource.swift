// The pieces of Swift source that literals are put together from.

/// The arguments of a call, without those that have their default value.
struct ArgumentList {
  var parts: [String] = []
  var text: String { parts.joined(separator: ", ") }

  mutating func add<Value: Equatable>(
    _ label: String, _ value: Value, unless plain: Value, as describe: (Value) -> String
  ) {
    if value != plain { parts.append("\(label): \(describe(value))") }
  }
}

/// The statements of a closure that changes the fields of `$0`.
struct ChangeList {
  var parts: [String] = []

  /// A trailing closure; empty if nothing changes.
  var text: String { parts.isEmpty ? "" : " { \(parts.joined(separator: "; ")) }" }

  /// A call of `name` with nothing but the closure.
  func call(_ name: String) -> String { parts.isEmpty ? "\(name)()" : name + text }

  mutating func add<Value: Equatable>(
    _ field: String, _ value: Value, unless plain: Value, as form: (Value) -> String = describe
  ) {
    if value != plain { parts.append("$0.\(field) = \(form(value))") }
  }
}

/// A value as Swift has it.
///
/// Enumeration cases print as `complete` or `value(7)`; put the dot in front.
func describe<Value>(_ value: Value) -> String {
  switch value {
  case is Bool, is any BinaryInteger, is [UInt8], is [[UInt8]]: "\(value)"
  default: ".\(value)"
  }
}

/// A number in hexadecimal.
func hex<Value: BinaryInteger>(_ value: Value) -> String {
  "0x" + String(value, radix: 16, uppercase: true)
}

/// A number in hexadecimal, or `nil`.
func optionalHex<Value: BinaryInteger>(_ value: Value?) -> String {
  value.map { hex($0) } ?? "nil"
}

/// The octets of options as a list of lists.
func octetLists(_ options: [some FrameRecipe.HeaderOption]) -> String {
  "\(options.map(\.octets))"
}
