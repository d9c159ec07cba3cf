/// A callback that tells a driver which offloads are active from now on.
///
/// The type of `EVT_NET_ADAPTER_OFFLOAD_SET_GSO`, `EVT_NET_ADAPTER_OFFLOAD_SET_TX_CHECKSUM`,
/// `EVT_NET_ADAPTER_OFFLOAD_SET_RX_CHECKSUM` and `EVT_NET_ADAPTER_OFFLOAD_SET_RSC`. It cannot
/// refuse. Callbacks of one adapter never overlap. They run on a thread that called the adapter and
/// outside of all its locks, so they may call any of its methods (see ``NetAdapter``). The second
/// argument is valid only during the call.
public typealias EvtAdapterSetOffload = @Sendable (NetAdapter, borrowing NetOffload) -> Void

/// A callback that tells the driver of one queue, on the thread of the queue, which offloads are
/// active.
///
/// See ``PacketQueueCallbacks/evtSetOffloads``. The second argument is valid only during the call.
public typealias EvtPacketQueueSetOffloads = (PacketQueue, borrowing NetOffload) -> Void

/// One decided change of the active offloads, of which the driver and the stack are yet to be told.
internal struct CallbackRound: Sendable {
  /// The driver's callbacks, in the order in which they are called.
  internal let callbacks: [EvtAdapterSetOffload]
  /// The argument of the callbacks.
  internal let offloads: ActiveOffloads
  /// The offloads that the stack is told.
  internal let stack: ActiveOffloads
  /// Whether the stack is told before the driver.
  internal let tellsStackFirst: Bool
}

extension NetAdapter {
  /// Runs the callbacks of all decided changes, unless another call is doing so.
  ///
  /// One call at a time gets past the first line, so callbacks never overlap. It holds no lock
  /// while a callback runs, and continues until no round is left, including those that callbacks
  /// caused.
  internal func deliver() {
    guard record.withLock({ $0.beginDelivery() }) else { return }
    while let round = record.withLock({ $0.nextRound() }) {
      if round.tellsStackFirst { record.withLock { $0.stackOffloads = round.stack } }
      for callback in round.callbacks {
        CallbackContext.$isInSetCallback.withValue(true) {
          callback(self, NetOffload(round.offloads))
        }
      }
      if !round.tellsStackFirst { record.withLock { $0.stackOffloads = round.stack } }
    }
  }
}

extension AdapterRecord {
  /// Returns whether the caller has to run the callbacks.
  fileprivate mutating func beginDelivery() -> Bool {
    guard !isDelivering else { return false }
    (isDelivering, nestedChangeCount) = (true, 0)
    return true
  }

  /// Returns the next round; nil ends the delivery.
  fileprivate mutating func nextRound() -> CallbackRound? {
    guard rounds.isEmpty else { return rounds.removeFirst() }
    isDelivering = false
    return nil
  }
}
