/// What is wrong with an input that is no capture at all, and what to do: its file is empty, or
/// compressed by a tool that can undo it.
enum UnusableInput {
  /// How compressed files begin, and the command that prints what is in them.
  private static let compressions: [(format: String, start: [UInt8], tool: String)] = [
    ("gzip", [0x1F, 0x8B], "zcat"),
    ("compress", [0x1F, 0x9D], "zcat"),
    ("zstd", [0x28, 0xB5, 0x2F, 0xFD], "zstdcat"),
    ("xz", [0xFD, 0x37, 0x7A, 0x58], "xzcat"),
    ("bzip2", [0x42, 0x5A, 0x68], "bzcat"),
    ("lz4", [0x04, 0x22, 0x4D, 0x18], "lz4cat"),
  ]

  /// What to say of a file that cannot be read as a capture, if more is known than that.
  ///
  /// - Parameters:
  ///   - path: The operand; `-` for standard input.
  ///   - name: How messages call it.
  ///   - firstOctets: As many as four octets; none if the file has none.
  ///   - arguments: The command line without the name of the program.
  /// - Returns: What to say, with the line to type; nil if the file is neither.
  static func failure(
    _ path: String, name: String, firstOctets: [UInt8], arguments: [String]
  ) -> Failure? {
    guard !firstOctets.isEmpty else {
      return Failure(path == "-" ? "\(name) is empty" : "\(name): the file is empty")
    }
    guard let found = compressions.first(where: { firstOctets.starts(with: $0.start) }) else {
      return nil
    }
    var rest = arguments
    if let place = rest.firstIndex(of: path) { rest[place] = "-" }
    let words = [found.tool] + (path == "-" ? [] : [path.hasPrefix("-") ? "./\(path)" : path])
    let line = "\(shell(words)) | \(shell(["vnic"] + rest))"
    return Failure("\(name): compressed with \(found.format); try `\(line)`")
  }

  /// Words as a shell takes them.
  private static func shell(_ words: [String]) -> String {
    words.map(quoted).joined(separator: " ")
  }

  private static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9": true
      default: "@%+=:,./_-".unicodeScalars.contains(scalar)
      }
    }
    if isPlain, !word.isEmpty { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
