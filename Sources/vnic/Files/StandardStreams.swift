import Foundation

/// Writes all of some octets to a file descriptor.
///
/// - Throws: ``Failure/brokenPipe`` if nobody reads them, else a ``Failure`` that names the file.
func writeAll(_ octets: RawSpan, to descriptor: Int32, name: String) throws(Failure) {
  var written = 0
  while written < octets.byteCount {
    let rest = octets.extracting(droppingFirst: written)
    // SAFETY: the pointer is used only inside the closure, and with the count that belongs to it.
    let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    if count > 0 {
      written += count
    } else if count == 0 || errno == EPIPE {
      throw .brokenPipe
    } else if errno != EINTR {
      throw Failure("\(name): \(systemErrorText())")
    }
  }
}

/// What the last system call complained about.
func systemErrorText(_ number: Int32 = errno) -> String {
  // SAFETY: strerror returns a C string, which is copied at once.
  unsafe String(cString: strerror(number))
}

/// Prints to standard output.
func printOutput(_ text: String) throws(Failure) {
  let octets = Array(text.utf8)
  // SAFETY: the array outlives the call.
  try writeAll(unsafe octets.span.bytes, to: STDOUT_FILENO, name: "standard output")
}

/// Makes a reader that goes away an error of whoever writes, instead of the end of the program.
func outliveReaders() {
  signal(SIGPIPE, SIG_IGN)
}

/// Prints to standard error; there is nobody to tell if that fails.
func printError(_ text: String) {
  let octets = Array(text.utf8)
  // SAFETY: the array outlives the call.
  try? writeAll(unsafe octets.span.bytes, to: STDERR_FILENO, name: "standard error")
}
