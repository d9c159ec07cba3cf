import Foundation

/// Text with blanks after it up to a width.
func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// Text with blanks before it up to a width.
func aligned(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

/// A number and its noun: `1 frame`, `2 frames`.
func counted(_ number: Int, _ noun: String) -> String {
  "\(number) \(noun)\(number == 1 ? "" : "s")"
}

/// Words to choose from, each in backquotes: `` `a`, `b` or `c` ``.
func alternatives(_ words: [String]) -> String {
  let quoted = words.map { "`\($0)`" }
  guard quoted.count > 1, let last = quoted.last else { return quoted.joined() }
  return quoted.dropLast().joined(separator: ", ") + " or " + last
}

/// The first version of what `--json` prints; `Fixtures/Schemas` has the forms.
///
/// Each form has a version of its own, which grows if a key is removed, renamed or given another
/// meaning. New keys may come without that.
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

/// The candidate that is closest to a word, as a suggestion for a typing error; nil if none is
/// close.
func nearest(to word: String, in candidates: [String]) -> String? {
  let rated = candidates.map { (distance: editDistance(word, $0), word: $0) }
  guard let best = rated.min(by: { $0.distance < $1.distance }) else { return nil }
  return best.distance <= max(1, min(word.count, best.word.count) / 3) ? best.word : nil
}

/// How many characters must be put in, taken out or changed to turn one word into the other.
private func editDistance(_ left: String, _ right: String) -> Int {
  let right = Array(right)
  var row = Array(0...right.count)
  for (index, character) in left.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for column in right.indices {
      let changed = diagonal + (right[column] == character ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(changed, row[column] + 1, row[column + 1] + 1)
    }
  }
  return row[right.count]
}
