import Foundation

/// What a path leads to: the same file under every name, through every link.
struct FileIdentity: Equatable {
  private let device: UInt64
  private let inode: UInt64

  /// Nil for what is not there, or no regular file: a pipe or a device loses nothing by being
  /// written.
  ///
  /// - Parameters:
  ///   - path: A path, or `-`.
  ///   - standardStream: The descriptor that `-` means.
  init?(_ path: String, standardStream: Int32) {
    var status = stat()
    // SAFETY: the string and the structure live for the calls.
    let isThere =
      unsafe (path == "-" ? fstat(standardStream, &status) : stat(path, &status)) == 0
    guard isThere, status.st_mode & S_IFMT == S_IFREG else { return nil }
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
  }

  /// Refuses an output that is an input as well, by whatever name.
  ///
  /// - Throws: ``Failure`` that says what to do.
  static func refuse(output: String, over input: String) throws(Failure) {
    guard let target = FileIdentity(output, standardStream: STDOUT_FILENO),
      target == FileIdentity(input, standardStream: STDIN_FILENO)
    else { return }
    let name = output == "-" ? "standard output" : output
    let other = input == "-" ? "standard input" : input
    throw Failure(
      usage: name == other
        ? "\(name): input and output are the same file; write to another one and rename it"
        : "\(name): the output is the same file as the input \(other); write to another one "
          + "and rename it")
  }
}
