internal import Foundation

/// A value guarded by a lock that ThreadSanitizer sees.
public final class Guarded<Value>: Sendable {
  private let lock = NSLock()
  // Every access holds the lock.
  nonisolated(unsafe) private var value: Value

  /// Guards a value.
  public init(_ value: sending Value) { unsafe self.value = value }

  /// Runs `body` with exclusive access to the value; it must not call this method.
  public func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    lock.lock()
    defer { lock.unlock() }
    return try unsafe body(&value)
  }
}
