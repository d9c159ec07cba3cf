import Foundation
import TestSupport

/// How much the stress tests do: little in a plain run, more under ThreadSanitizer, any multiple of
/// it with `VNIC_STRESS`.
enum StressScale {
  /// Multiplies all numbers.
  static let factor: Int = {
    let text = ProcessInfo.processInfo.environment["VNIC_STRESS"]
    if let asked = text.flatMap({ Int($0) }) { return max(1, asked) }
    #if THREAD_SANITIZER
      return 60
    #else
      return 1
    #endif
  }()

  /// Frames that each sender sends, at least.
  static let frames = 400 * factor
  /// Control calls that the adapter accepts meanwhile, at least.
  static let changes = 150 * factor
  /// When a test that has not ended counts as hanging, in seconds.
  static let patience = 60.0 + 2 * Double(factor)
}

/// What a test's thread found wrong: the first few complaints.
struct Complaints: Sendable {
  private(set) var lines: [String] = []

  /// Notes something, unless there is enough already.
  mutating func add(_ line: @autoclosure () -> String) {
    if lines.count < 10 { lines.append(line()) }
  }

  /// Notes `line` if something does not hold.
  mutating func expect(_ holds: Bool, _ line: @autoclosure () -> String) {
    if !holds { add(line()) }
  }
}
