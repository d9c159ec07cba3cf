#if THREAD_SANITIZER
  internal import NetAdapterCore
#else
  internal import Synchronization
#endif

/// Counters that one thread writes and any thread may read.
internal final class CounterBox: Sendable {
  #if THREAD_SANITIZER
    // ThreadSanitizer does not see the order that a `Mutex` makes.
    private let counters = Guarded(NICCounters())
  #else
    // Of the standard library's own, because the optimiser sees through it from here.
    private let counters = Mutex(NICCounters())
  #endif

  /// What was counted so far.
  var value: NICCounters { counters.withLock { $0 } }

  /// Counts; one short lock.
  func count(_ change: (inout NICCounters) -> Void) { counters.withLock { change(&$0) } }

  /// Counts a source frame of `byteCount` octets and the action that is performed on it.
  func count(_ action: TransmitAction, byteCount: Int) {
    counters.withLock { $0.count(action, byteCount: byteCount) }
  }
}
