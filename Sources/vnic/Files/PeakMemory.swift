import Foundation

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
