/// Why the tool gives up: what it says, and its exit status.
struct Failure: Error {
  /// The message after `vnic: `; nil to end without a word.
  let message: String?
  let status: ExitStatus

  /// The work was refused or went wrong.
  init(_ message: String) { (self.message, status) = (message, .failed) }

  /// The command line makes no sense.
  init(usage message: String) { (self.message, status) = (message, .usage) }

  private init() { (message, status) = (nil, .failed) }

  /// The reader of the output has gone away.
  static let brokenPipe = Failure()

  /// True for ``brokenPipe``.
  var isBrokenPipe: Bool { message == nil }
}

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
