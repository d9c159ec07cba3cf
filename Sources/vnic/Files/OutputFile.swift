import Foundation
import PacketCapture
import Synchronization

/// A file that appears under its name only when it is complete; `-` is standard output.
///
/// Until then it has another name in the same folder, so that a run that fails changes nothing. An
/// output that is the input as well is refused before that (``FileIdentity``). What is no regular
/// file, such as a pipe, is written to at once.
final class OutputFile {
  /// How messages call it.
  let name: String
  /// Octets written so far.
  private(set) var writtenByteCount: UInt64 = 0
  private let descriptor: Int32
  /// The partial file and the place where it belongs; nil if there is nothing to rename.
  private var pending: (path: String, target: String)?

  init(_ path: String) throws(Failure) {
    guard path != "-" else {
      (name, descriptor, pending) = ("standard output", STDOUT_FILENO, nil)
      return
    }
    name = path
    var status = stat()
    // SAFETY: the strings and the structure live for the calls.
    let exists = unsafe stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG {
      pending = nil
      descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
    } else {
      // A link stays a link: what it points to is replaced.
      let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
      let hidden = ".\(target.lastPathComponent).\(getpid()).unfinished"
      let beside = target.deletingLastPathComponent().appendingPathComponent(hidden).path
      UnfinishedFile.begin(beside)
      descriptor = unsafe open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
      pending = descriptor < 0 ? nil : (beside, target.path)
      if exists, descriptor >= 0 { fchmod(descriptor, status.st_mode & 0o777) }
    }
    guard descriptor >= 0 else {
      let failure = Failure("\(path): \(systemErrorText())")
      UnfinishedFile.end()
      throw failure
    }
  }

  /// Removes a file that is not complete.
  deinit {
    if descriptor != STDOUT_FILENO { close(descriptor) }
    // SAFETY: the string lives for the call.
    if let pending { _ = unsafe unlink(pending.path) }
    if pending != nil { UnfinishedFile.end() }
  }

  func write(_ octets: RawSpan) throws(Failure) {
    try writeAll(octets, to: descriptor, name: name)
    writtenByteCount += UInt64(octets.byteCount)
  }

  /// Whether octets that were written can be changed: of a regular file, not of a pipe.
  var canBeUpdated: Bool { pending != nil }

  /// The least that headers state as the most octets of a frame.
  ///
  /// What goes into a pipe cannot be corrected, so it states the most that a frame may have.
  var leastSnapLength: UInt32 { canBeUpdated ? 0 : UInt32(CaptureLimits.recordByteCount) }

  /// Writes over octets of a file that can be updated.
  func update(_ octets: [UInt8], at byteOffset: UInt64) throws(Failure) {
    guard canBeUpdated else { return }
    // SAFETY: the octets live for the call.
    let count = unsafe octets.withUnsafeBytes {
      unsafe pwrite(descriptor, $0.baseAddress, $0.count, off_t(byteOffset))
    }
    guard count == octets.count else { throw Failure("\(name): \(systemErrorText())") }
  }

  /// Gives the complete file its name.
  func finish() throws(Failure) {
    guard let pending else { return }
    // SAFETY: the strings live for the call.
    guard unsafe rename(pending.path, pending.target) == 0 else {
      throw Failure("\(name): \(systemErrorText())")
    }
    self.pending = nil
    UnfinishedFile.end()
  }
}

/// The incomplete file that is removed if a signal ends the program.
///
/// There is one at a time.
enum UnfinishedFile {
  /// The address of its path, or 0.
  ///
  /// The text is never freed, because the handler of a signal may read it at any moment.
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

  /// The file is complete or removed.
  static func end() { path.store(0, ordering: .sequentiallyConsistent) }

  /// Does only what POSIX allows in the handler of a signal; `begin` has set up ``path`` before.
  static let removeAndEnd: @convention(c) (Int32) -> Void = { number in
    let address = UnfinishedFile.path.load(ordering: .sequentiallyConsistent)
    // SAFETY: the address is 0 or that of a text that is never freed.
    if let path = unsafe UnsafePointer<CChar>(bitPattern: address) { _ = unsafe unlink(path) }
    // Again, and without a handler, so that the parent process sees which signal ended the program.
    _ = signal(number, SIG_DFL)
    raise(number)
  }

  /// Whether a handler is that of a signal that is ignored.
  static func isIgnoring(_ handler: (@convention(c) (Int32) -> Void)?) -> Bool {
    // SAFETY: only the bits are compared; SIG_IGN is a number in the form of a pointer.
    unsafe unsafeBitCast(handler, to: UInt.self) == unsafeBitCast(SIG_IGN, to: UInt.self)
  }
}
