internal import NetAdapterCore

/// Counters that go on counting, for any thread to read at any time.
///
/// A NIC and its queues belong to the threads that send and receive; this may go to a thread that only
/// watches:
///
/// ```swift
/// let live = nic.liveCounters
/// Thread.detachNewThread { print(live.value.wireFrames) }
/// ```
///
/// It outlives its NIC, and says then what that has done.
public final class LiveCounters: Sendable {
  /// Where the numbers come from.
  private struct Sources: Sendable {
    var boxes: [CounterBox]
    /// What those did that are gone.
    var past = NICCounters()
  }

  private let sources: Guarded<Sources>

  internal init(_ boxes: CounterBox...) { sources = Guarded(Sources(boxes: boxes)) }

  /// What was counted so far.
  ///
  /// Every frame is in all of its counters or in none, and no counter ever goes back.
  ///
  /// - Complexity: O(*n*) in the number of queues that are in use, one short lock each.
  public var value: NICCounters {
    let sources = sources.withLock { $0 }
    return sources.boxes.reduce(sources.past) { $0 + $1.value }
  }

  /// Counts with one more.
  internal func add(_ box: CounterBox) { sources.withLock { $0.boxes.append(box) } }

  /// Keeps what was counted in a box, which nobody writes any more, and forgets the box.
  internal func retire(_ box: CounterBox) {
    sources.withLock { sources in
      guard let place = sources.boxes.firstIndex(where: { $0 === box }) else { return }
      sources.boxes.remove(at: place)
      sources.past = sources.past + box.value
    }
  }
}
