internal import NetAdapterCore

/// What a datapath needs to know of its adapter, asked for anew only when that has changed.
///
/// For one thread.
internal final class AdapterWatch {
  private let adapter: NetAdapter
  /// What packets carry besides their octets; nil for all that the adapter may want.
  private let extensions: [PacketExtension]?
  private var seen: Int
  /// The adapter at the time of the last ``refresh()``.
  private(set) var state: DatapathState

  init(_ adapter: NetAdapter, carrying extensions: [PacketExtension]? = nil) {
    (self.adapter, self.extensions) = (adapter, extensions)
    // The number first: a change in between is seen again rather than missed.
    seen = adapter.changeCount
    state = Self.state(of: adapter, extensions)
  }

  /// Takes over what has changed.
  ///
  /// - Complexity: O(1), no lock unless something has.
  func refresh() {
    let count = adapter.changeCount
    guard count != seen else { return }
    seen = count
    state = Self.state(of: adapter, extensions)
  }

  private static func state(
    of adapter: NetAdapter, _ extensions: [PacketExtension]?
  ) -> DatapathState {
    let state = adapter.datapathState
    return extensions.map { state.limited(to: $0) } ?? state
  }
}
