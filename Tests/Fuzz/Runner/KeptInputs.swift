import Foundation

/// Inputs of a target in one file: a line of hexadecimal digits each, and comments after `#`.
///
/// A line of text for each input shows in a diff what is new, and a comment what it once found.
enum KeptInputs {
  /// Writes each input of `file` to a file of its own; no file is no input.
  static func unpack(_ file: String, into folder: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    guard FileManager.default.fileExists(atPath: file) else { return }
    for (number, input) in try read(file).enumerated() {
      try Data(input).write(to: URL(fileURLWithPath: "\(folder)/kept-\(number)"))
    }
  }

  /// The inputs of `file`.
  static func read(_ file: String) throws -> [[UInt8]] {
    try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.map { try octets($0, in: file) }
  }

  /// Writes the files of `folder` to one, the shortest input first, after the comments and their
  /// inputs that `file` has.
  static func pack(_ folder: String, into file: String) throws {
    let old = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    var lines = named(old.split(separator: "\n").map(String.init))
    var known = Set(lines)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    let inputs = try names.map {
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)")))
    }
    let digits = inputs.map { $0.map { twoDigits($0) }.joined() }
    for input in digits.sorted(by: { ($0.count, $0) < ($1.count, $1) })
    where !input.isEmpty && known.insert(input).inserted { lines.append(input) }
    try (lines.joined(separator: "\n") + "\n").write(
      toFile: file, atomically: true, encoding: .utf8)
  }

  /// The comments, and the input after each: they stay, whatever coverage says.
  private static func named(_ lines: [String]) -> [String] {
    zip(lines, [""] + lines).filter { $0.hasPrefix("#") || $1.hasPrefix("#") }.map(\.0)
  }

  private static func twoDigits(_ octet: UInt8) -> String {
    (octet < 16 ? "0" : "") + String(octet, radix: 16)
  }

  private static func octets(_ line: Substring, in file: String) throws -> [UInt8] {
    let digits = Array(line.utf8)
    return try stride(from: 0, to: digits.count, by: 2).map { at in
      let pair = String(decoding: digits[at..<min(at + 2, digits.count)], as: UTF8.self)
      guard pair.count == 2, let octet = UInt8(pair, radix: 16) else {
        throw CocoaError(.fileReadCorruptFile, userInfo: [NSFilePathErrorKey: file])
      }
      return octet
    }
  }
}
