/// How the program ends; the same in every command.
enum ExitStatus: Int32 {
  /// All done.
  case done = 0
  /// The input is damaged, or the work failed; goes before ``framesSkipped``.
  case failed = 1
  /// The command line makes no sense.
  case usage = 2
  /// All done, but some frame above the MTU was skipped: it was not segmented, or not sent.
  case framesSkipped = 3

  /// ``framesSkipped`` if any frame was.
  init(framesSkipped count: Int) { self = count > 0 ? .framesSkipped : .done }

  /// What `--help` says about it.
  static let help = """
    Exit status: 0 all done; 1 damaged input or failure, and whatever --strict makes an error;
    2 wrong usage; 3 all done, but a frame above the MTU was skipped, or not sent.
    """
}
