import Foundation

/// Shows at a terminal how much of a capture has been processed.
struct Progress {
  private static let patience = Duration.seconds(1)
  private static let interval = Duration.milliseconds(200)

  private let isWanted = isatty(STDERR_FILENO) == 1
  private let start = ContinuousClock.now
  private var next = ContinuousClock.now + patience
  private var isShown = false
  private var frameCount = 0

  /// Notes that one more frame is done.
  mutating func step(_ input: InputFile) {
    frameCount += 1
    guard isWanted, frameCount % 64 == 0, ContinuousClock.now >= next else { return }
    next = .now + Self.interval
    isShown = true
    var text = "\r\(input.readByteCount / 1_000_000) MB"
    if let byteCount = input.byteCount, byteCount > 0 {
      text += " of \(byteCount / 1_000_000) MB (\(input.readByteCount * 100 / byteCount) %)"
    }
    printError(text + ", frame \(frameCount)\u{1B}[K")
  }

  /// Removes the line.
  func end() {
    if isShown { printError("\r\u{1B}[K") }
  }
}

/// Shows at a terminal what is being timed.
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

  /// Removes the line.
  func end() {
    if isWanted { printError("\r\u{1B}[K") }
  }
}
