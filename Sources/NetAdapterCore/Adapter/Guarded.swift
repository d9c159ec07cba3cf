internal import Synchronization

/// A value behind a lock, whose critical sections ThreadSanitizer can see.
///
/// The standard library's `Mutex` is compiled without instrumentation, so that ThreadSanitizer reports
/// a race for every value in one. Built with `-DTHREAD_SANITIZER`, an atomic in each critical section
/// shows it the order that the lock imposes.
package struct Guarded<Value: Sendable>: ~Copyable, Sendable {
  private let value: Mutex<Value>
  #if THREAD_SANITIZER
    private let order = Atomic<Int>(0)
  #endif

  /// Puts `value` behind a lock.
  package init(_ value: Value) { self.value = Mutex(value) }

  /// Runs `body` with the value; nobody else has it meanwhile.
  ///
  /// Must not be nested.
  package func withLock<Result: Sendable, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try value.withLock { value throws(Failure) in
      #if THREAD_SANITIZER
        _ = order.load(ordering: .acquiring)
        defer { order.store(1, ordering: .releasing) }
      #endif
      return try body(&value)
    }
  }
}
