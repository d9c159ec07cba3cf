internal import NetAdapterCore

/// Counters that one thread writes and any thread may read.
internal final class CounterBox: Sendable {
  private let guarded = Guarded(NICCounters())

  /// What was counted so far.
  var value: NICCounters { guarded.withLock { $0 } }

  /// Counts; one short lock.
  func count(_ change: (inout NICCounters) -> Void) { guarded.withLock { change(&$0) } }
}
