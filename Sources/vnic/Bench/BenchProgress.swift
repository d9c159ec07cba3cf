import Foundation

/// Tells somebody who waits at a terminal what is being timed.
struct BenchProgress {
  private let isWanted = isatty(STDERR_FILENO) == 1
  private let total: Int
  private var done = 0

  init(total: Int) { self.total = total }

  /// Notes that the next task begins.
  mutating func step(_ name: String) {
    done += 1
    if isWanted { printError("\r\(done) of \(total): \(name)\u{1B}[K") }
  }

  /// Takes the line away again.
  func end() {
    if isWanted { printError("\r\u{1B}[K") }
  }
}
