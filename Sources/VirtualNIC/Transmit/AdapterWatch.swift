internal import GsoEngine
internal import NetAdapterCore

/// A copy of the state of an adapter, refreshed only if that has changed.
///
/// For one thread.
internal final class AdapterWatch {
  private let adapter: NetAdapter
  /// The packet extensions of the rings; nil if frames do not go through rings.
  private let extensions: [PacketExtension]?
  /// The change count of the copy.
  private var seen: Int
  @exclusivity(unchecked) private var copy: DatapathState
  @exclusivity(unchecked) private var hardware: SegmentingHardware

  /// The state at the time of the last ``refresh()``.
  var state: DatapathState {
    // SAFETY: who borrows the state decides about a frame, and calls no code that could refresh it.
    @inline(__always) _read { yield unsafe copy }
  }

  init(_ adapter: NetAdapter, carrying extensions: [PacketExtension]? = nil) {
    (self.adapter, self.extensions) = (adapter, extensions)
    // Read before the state, so that no change in between is missed.
    seen = adapter.changeCount
    let state = Self.state(of: adapter, extensions)
    // SAFETY: nothing else has a reference to this object yet.
    unsafe copy = state
    unsafe hardware = SegmentingHardware(state)
  }

  /// Copies the state if it has changed.
  ///
  /// - Complexity: O(1), without a lock if nothing has changed.
  func refresh() {
    let count = adapter.changeCount
    guard count != seen else { return }
    seen = count
    let state = Self.state(of: adapter, extensions)
    // SAFETY: no decision about a frame calls this.
    unsafe copy = state
    unsafe hardware = SegmentingHardware(state)
  }

  /// Decides who segments a planned frame and who computes checksums; nil if the adapter does not
  /// send the segments.
  ///
  /// Counts no reference to the state, which takes longer than deciding.
  @inline(__always)
  func decisions(for plan: SegmentationPlan) -> (OffloadDecision, ChecksumDecision)? {
    // SAFETY: this object has a reference to the state, and no decision calls `refresh`.
    unsafe Unmanaged.passUnretained(copy)._withUnsafeGuaranteedRef { state in
      unsafe hardware.segments(plan)
        ? (.hardware, ChecksumDecision(forSegmentsOf: plan, madeBy: .hardware, state: state))
        : plan.decisions(state)
    }
  }

  private static func state(
    of adapter: NetAdapter, _ extensions: [PacketExtension]?
  ) -> DatapathState {
    let state = adapter.datapathState
    return extensions.map { state.limited(to: $0) } ?? state
  }
}
