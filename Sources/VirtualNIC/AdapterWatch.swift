internal import NetAdapterCore

/// A copy of what a datapath needs to know of its adapter, made anew only when that has changed.
internal struct AdapterWatch {
  private let adapter: NetAdapter
  private var seen: Int
  /// The adapter at the time of the last ``refresh()``.
  private(set) var state: DatapathState

  init(_ adapter: NetAdapter) {
    self.adapter = adapter
    // The number first: a change in between is seen again rather than missed.
    seen = adapter.changeCount
    state = adapter.datapathState
  }

  /// Takes over what has changed.
  ///
  /// - Complexity: O(1), no lock unless something has.
  mutating func refresh() {
    let count = adapter.changeCount
    guard count != seen else { return }
    seen = count
    state = adapter.datapathState
  }
}
