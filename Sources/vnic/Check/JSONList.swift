/// A list that is printed while it grows: as lines for people, or as JSON.
struct JSONList {
  private let isActive: Bool
  private var pending: String
  private var isFirst = true

  /// Starts a list; `key` is its name in JSON.
  init(isActive: Bool, key: String) {
    self.isActive = isActive
    pending = isActive ? "{\n  \"version\" : \(jsonVersion),\n  \"\(key)\" : [" : ""
  }

  /// Adds an element, or its line.
  mutating func add(_ element: some Encodable, text: String) throws {
    pending += isActive ? (isFirst ? "\n    " : ",\n    ") + (try jsonLine(element)) : text
    isFirst = false
    try flush(atLeast: 16_384)
  }

  /// Adds a line that has no place in JSON.
  mutating func addText(_ text: String) throws {
    guard !isActive else { return }
    pending += text
    try flush(atLeast: 16_384)
  }

  /// Ends the list, and in JSON the object around it, with some more keys.
  mutating func finish(_ keys: [(name: String, json: String)]) throws {
    if isActive {
      pending += isFirst ? "]" : "\n  ]"
      for key in keys { pending += ",\n  \"\(key.name)\" : \(key.json)" }
      pending += "\n}\n"
    }
    try flush(atLeast: 0)
  }

  private mutating func flush(atLeast count: Int) throws {
    guard pending.utf8.count > count else { return }
    try printOutput(pending)
    pending = ""
  }
}
