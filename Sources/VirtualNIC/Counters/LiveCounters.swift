internal import NetAdapterCore

/// Counters of a NIC or a queue that any thread may read at any time.
///
/// A NIC and its queues belong to the threads that send and receive. Their live counters may be
/// passed to another thread:
///
/// ```swift
/// let live = nic.liveCounters
/// Thread.detachNewThread { print(live.value.wireFrames) }
/// ```
///
/// Live counters outlive their NIC and keep its last values.
public final class LiveCounters: Sendable {
  private struct Sources: Sendable {
    /// The counters in use: one box per thread that counts.
    var boxes: [CounterBox]
    /// The sum of the boxes that are no longer in use.
    var past = NICCounters()
  }

  private let sources: Guarded<Sources>

  internal init(_ boxes: CounterBox...) { sources = Guarded(Sources(boxes: boxes)) }

  /// The counters at this moment.
  ///
  /// Every frame is in all of its counters or in none, and no counter ever decreases.
  ///
  /// - Complexity: O(*n*) in the number of queues in use, one short lock each.
  public var value: NICCounters {
    let sources = sources.withLock { $0 }
    return sources.boxes.reduce(sources.past) { $0 + $1.value }
  }

  /// The sum of the boxes that are no longer in use.
  internal var past: NICCounters { sources.withLock { $0.past } }

  /// Sets the sum of the boxes that are no longer in use.
  internal func setPast(_ past: NICCounters) { sources.withLock { $0.past = past } }

  /// Includes a box from now on.
  internal func add(_ box: CounterBox) { sources.withLock { $0.boxes.append(box) } }

  /// Adds the final values of a box to the past and forgets the box.
  ///
  /// The box must not be written to afterwards.
  internal func retire(_ box: CounterBox) {
    sources.withLock { sources in
      guard let index = sources.boxes.firstIndex(where: { $0 === box }) else { return }
      sources.boxes.remove(at: index)
      sources.past = sources.past + box.value
    }
  }
}
