import Foundation

/// The first version of what `--json` prints; `Fixtures/Schemas` has the forms.
///
/// Each form has a version of its own, which grows if a key is removed, renamed or given another meaning. New keys may come without that.
let jsonVersion = 1

/// A value as JSON that people can read, too.
func jsonText(_ value: some Encodable) throws -> String {
  let encoder = jsonEncoder([.prettyPrinted])
  return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}

/// A value as JSON in one line, for lists that are printed while they grow.
func jsonLine(_ value: some Encodable) throws -> String {
  String(decoding: try lineEncoder.encode(value), as: UTF8.self)
}

private let lineEncoder = jsonEncoder([])

private func jsonEncoder(_ formatting: JSONEncoder.OutputFormatting) -> JSONEncoder {
  let encoder = JSONEncoder()
  encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
  encoder.keyEncodingStrategy = .convertToSnakeCase
  return encoder
}
