import Foundation
import NetAdapterCore
import TestSupport
import XCTest

/// The threads of a test; waiting for threads that hang ends in a failure.
final class Workers: Sendable {
  private let running = Guarded<Set<String>>([])
  // What threads run is released in `wait()`, not by the last thread: ThreadSanitizer cannot see
  // that reference counts put the last use before the end.
  private let bodies = Guarded<[@Sendable () -> Void]>([])

  /// Runs `body` on a thread of its own.
  func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    running.withLock { _ = $0.insert(name) }
    let whole: @Sendable () -> Void = {
      body()
      self.running.withLock { _ = $0.remove(name) }
    }
    bodies.withLock { $0 += [body, whole] }
    Thread.detachNewThread(whole)
  }

  /// Waits until all threads have ended.
  ///
  /// - Returns: False, with a failure, if some hang; what they use must not be touched then.
  func wait(file: StaticString = #filePath, line: UInt = #line) -> Bool {
    let deadline = ContinuousClock.now.advanced(by: .seconds(StressScale.patience))
    while ContinuousClock.now < deadline {
      if running.withLock({ $0.isEmpty }) {
        let done = bodies.withLock { bodies in
          defer { bodies = [] }
          return bodies
        }
        return !done.isEmpty
      }
      Thread.sleep(forTimeInterval: 0.001)
    }
    let names = running.withLock { $0.sorted() }
    XCTFail("these threads hang: \(names)", file: file, line: line)
    return false
  }
}

/// A value that belongs to one thread at a time, passed to another one.
///
/// The test guarantees that no other thread uses it until that thread has ended.
struct Handover<Value>: @unchecked Sendable {
  let value: Value
}

/// What a thread leaves after.
final class Result<Value: Sendable>: Sendable {
  private let guarded: Guarded<Value?> = Guarded(nil)

  func put(_ value: Value) { guarded.withLock { $0 = value } }

  /// What it left; a failure if nothing.
  func take() throws -> Value { try XCTUnwrap(guarded.withLock { $0 }) }
}
