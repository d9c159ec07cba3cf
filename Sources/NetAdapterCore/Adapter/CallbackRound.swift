/// One decided change: whom to tell what, and when the stack learns of it.
internal struct CallbackRound: Sendable {
  /// Callbacks in the order in which they are called.
  internal let callbacks: [EvtAdapterSetOffload]
  /// What they are told.
  internal let offloads: ActiveOffloads
  /// What the stack is told.
  internal let stack: ActiveOffloads
  /// Whether the stack learns of it before the driver does.
  internal let tellsStackFirst: Bool
}

extension NetAdapter {
  /// Runs the callbacks of all decided changes, unless a thread is at it already.
  ///
  /// Only one thread at a time gets past the first line, so callbacks never overlap. It holds no lock
  /// while one runs, and stays until no round is left, those decided by callbacks included.
  internal func deliver() {
    guard record.withLock({ $0.beginDelivery() }) else { return }
    while let round = record.withLock({ $0.nextRound() }) {
      if round.tellsStackFirst { record.withLock { $0.stackOffloads = round.stack } }
      for callback in round.callbacks { callback(self, NetOffload(round.offloads)) }
      if !round.tellsStackFirst { record.withLock { $0.stackOffloads = round.stack } }
    }
  }
}

extension AdapterRecord {
  /// True if it is up to the caller to run callbacks.
  fileprivate mutating func beginDelivery() -> Bool {
    defer { isDelivering = true }
    return !isDelivering
  }

  /// The next change to tell of; nil ends the delivery.
  fileprivate mutating func nextRound() -> CallbackRound? {
    guard rounds.isEmpty else { return rounds.removeFirst() }
    isDelivering = false
    return nil
  }
}
