/// Where an explanation goes: text or JSON on standard output, a page or a picture in a file.
struct ExplanationOutput {
  /// What `-o` names; nil for text.
  private let path: String?
  private let wantsJSON: Bool

  init(_ arguments: ParsedArguments) throws(Failure) {
    path = arguments.value("-o")
    wantsJSON = arguments.has("--json")
    if wantsJSON, path == "-" {
      throw Failure(usage: "`-o -` and `--json` exclude each other: one standard output")
    }
  }

  /// Whether a picture is asked for, and not a page.
  var isPicture: Bool { path?.lowercased().hasSuffix(".svg") == true }

  /// Refuses an output that is the input as well.
  func refuse(over inputPath: String) throws(Failure) {
    if let path { try FileIdentity.refuse(output: path, over: inputPath) }
  }

  /// Writes what was asked for.
  func write(
    json: () throws -> String, text: () -> String, page: () throws -> String,
    picture: () throws -> String
  ) throws {
    if let path {
      let content = try isPicture ? picture() : page()
      let file = try OutputFile(path)
      let octets = Array(content.utf8)
      // SAFETY: the array outlives the call.
      try file.write(unsafe octets.span.bytes)
      try file.finish()
    }
    if wantsJSON {
      try printOutput(try json())
    } else if path == nil {
      try printOutput(text())
    }
  }

  /// The options for it.
  static let options: [CommandDescription.Option] = [
    .init("-o", value: "FILE", "write a page of HTML, or a picture if the name ends in .svg"),
    .init("--json", "print the data as JSON"),
  ]
}
