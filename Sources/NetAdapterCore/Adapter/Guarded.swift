internal import Synchronization

/// A value guarded by a lock whose critical sections ThreadSanitizer can see.
///
/// The standard library's `Mutex` is compiled without instrumentation, so ThreadSanitizer reports a
/// race for each value in one. Built with `-DTHREAD_SANITIZER`, an atomic in each critical section
/// makes the order that the lock imposes visible.
package struct Guarded<Value: Sendable>: ~Copyable, Sendable {
  private let value: Mutex<Value>
  #if THREAD_SANITIZER
    private let order = Atomic<Int>(0)
  #endif

  /// Guards `value` by a lock.
  package init(_ value: Value) { self.value = Mutex(value) }

  /// Runs `body` with exclusive access to the value.
  ///
  /// - Precondition: `body` does not call this method on the same value.
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
