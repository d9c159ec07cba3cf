import Foundation

/// Writes all of some octets to a file descriptor.
///
/// - Throws: ``Failure/brokenPipe`` if the reader is gone, else a ``Failure`` that names the file.
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

/// The error of the last system call, in words.
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

/// Lets writing to a pipe without a reader fail with `EPIPE` instead of ending the program.
func outliveReaders() {
  signal(SIGPIPE, SIG_IGN)
}

/// Prints to standard error; a failure to do so is ignored.
func printError(_ text: String) {
  let octets = Array(text.utf8)
  // SAFETY: the array outlives the call.
  try? writeAll(unsafe octets.span.bytes, to: STDERR_FILENO, name: "standard error")
}

/// Prints a summary for people to standard error, and if wanted its JSON to standard output, which
/// belongs to the capture where the output of the command is `-`: then to standard error only.
func printSummary(
  _ summary: some Encodable, text: String, wantsJSON: Bool, besides outputPath: String
) throws {
  if wantsJSON, outputPath == "-" { return printError(try jsonText(summary)) }
  printError(text)
  if wantsJSON { try printOutput(try jsonText(summary)) }
}

/// The most memory that this program had at one time, in octets; nil if the system does not tell.
///
/// Linux counts in `ru_maxrss` what stood in the place of the program before it was started, which
/// is its parent, so its own record is asked first.
func peakMemory() -> UInt64? {
  if let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
    let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
    let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({
      UInt64($0)
    })
  {
    return kilobytes * 1_024
  }
  var usage = rusage()
  #if os(Linux)
    // SAFETY: the structure is only borrowed for the call.
    guard unsafe getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return nil }
    return UInt64(usage.ru_maxrss) * 1_024
  #else
    // SAFETY: the structure is only borrowed for the call.
    guard unsafe getrusage(RUSAGE_SELF, &usage) == 0 else { return nil }
    return UInt64(usage.ru_maxrss)
  #endif
}

/// The memory that this program has at the moment, in octets; nil if the system does not tell.
func residentMemory() -> UInt64? {
  guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
    let pages = text.split(separator: " ").dropFirst().first.flatMap({ UInt64($0) })
  else { return nil }
  return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
}
