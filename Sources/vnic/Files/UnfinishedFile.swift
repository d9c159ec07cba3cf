import Foundation
import Synchronization

/// The file that is removed if a signal ends the program, so that Ctrl-C leaves nothing after.
///
/// There is one at a time.
enum UnfinishedFile {
  /// The address of its path, or 0.
  ///
  /// The text is never freed: a signal may come at any moment, and what its handler looks at must
  /// last.
  private static let path = Atomic<UInt>(0)

  /// Removes the file at `path` if the program is told to end from now on.
  static func begin(_ path: String) {
    // SAFETY: the string lives for the call, which copies it.
    let copy = unsafe UInt(bitPattern: strdup(path))
    Self.path.store(copy, ordering: .sequentiallyConsistent)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      let previous = signal(number, removeAndEnd)
      // A signal that the caller ignores, as nohup(1) does, stays ignored.
      if isIgnoring(previous) { _ = signal(number, SIG_IGN) }
    }
  }

  /// The file is finished or gone.
  static func end() { path.store(0, ordering: .sequentiallyConsistent) }

  /// Does only what POSIX allows in the handler of a signal; `begin` has set up ``path`` before.
  private static let removeAndEnd: @convention(c) (Int32) -> Void = { number in
    let address = UnfinishedFile.path.load(ordering: .sequentiallyConsistent)
    // SAFETY: the address is 0 or that of a text that is never freed.
    if let path = unsafe UnsafePointer<CChar>(bitPattern: address) { _ = unsafe unlink(path) }
    // Again, and without a handler: whoever waits for the program sees what ended it.
    _ = signal(number, SIG_DFL)
    raise(number)
  }

  private static func isIgnoring(_ handler: (@convention(c) (Int32) -> Void)?) -> Bool {
    // SAFETY: only the bits are compared; SIG_IGN is a number in the form of a pointer.
    unsafe unsafeBitCast(handler, to: UInt.self) == unsafeBitCast(SIG_IGN, to: UInt.self)
  }
}
