/// An error that ends the program: its message, and its exit status.
struct Failure: Error {
  /// The message after `vnic: `; nil to end without one.
  let message: String?
  let status: ExitStatus

  /// The command was refused or failed.
  init(_ message: String) { (self.message, status) = (message, .failed) }

  /// The command line cannot be understood.
  init(usage message: String) { (self.message, status) = (message, .usage) }

  private init() { (message, status) = (nil, .failed) }

  /// The reader of the output has gone away.
  static let brokenPipe = Failure()

  /// True for ``brokenPipe``.
  var isBrokenPipe: Bool { message == nil }
}

/// How the program ends; the same in every command.
enum ExitStatus: Int32 {
  /// All done.
  case done = 0
  /// The input is damaged, or the command failed; goes before ``framesSkipped``.
  case failed = 1
  /// The command line cannot be understood.
  case usage = 2
  /// All done, but some frame above the MTU was skipped: it was not segmented, or not sent.
  case framesSkipped = 3

  /// ``framesSkipped`` if any frame was.
  init(framesSkipped count: Int) { self = count > 0 ? .framesSkipped : .done }

  /// The text of `--help`.
  static let help = """
    Exit status: 0 all done; 1 damaged input or failure, and whatever --strict makes an error;
    2 wrong usage; 3 all done, but a frame above the MTU was skipped, or not sent.
    """
}
