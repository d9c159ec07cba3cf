public import WireFormats

/// Why a state cannot be saved now; nothing has changed.
public enum SaveError: Error, Hashable, Sendable {
  /// A driver of the caller has these packets and fragments of a queue, or has returned packets
  /// that were not taken back. Its memory is not the library's, so let it return them first.
  case packetsWithDriver(packets: Int, fragments: Int)
  /// The call comes from inside of a delivery, or of a callback of a driver.
  case insideDelivery(call: String)
  /// Set callbacks of the adapter run, or have yet to run, for this number of changes.
  case callbacksUnderWay(changes: Int)
  /// The queue is cancelled or broken; stop it, or make another one.
  case wrongQueueState(QueueState)
}

extension SaveError: CustomStringConvertible {
  /// One sentence that says what is wrong and what to do.
  public var description: String {
    switch self {
    case .packetsWithDriver(let packets, let fragments):
      "the driver has \(packets) packets and \(fragments) fragments, which are not the library's "
        + "to save; advance until it has returned them"
    case .insideDelivery(let call):
      "\(call) was called from inside of a delivery or a callback; call it afterwards"
    case .callbacksUnderWay(let changes):
      "set callbacks have yet to run for \(changes) changes of the adapter; save after them"
    case .wrongQueueState(let state):
      "a queue that is \(state.rawValue) cannot be saved; advance until it is started or stopped"
    }
  }
}

extension SaveError: CodedError {
  /// The code and the operands: states by their numbers.
  public var numbers: ErrorNumbers {
    switch self {
    case .packetsWithDriver(let packets, let fragments): ErrorNumbers(851, packets, fragments)
    case .insideDelivery: ErrorNumbers(852)
    case .callbacksUnderWay(let changes): ErrorNumbers(853, changes)
    // 855 was a NIC that coalesces, and is not used again.
    case .wrongQueueState(let state): ErrorNumbers(854, state.number)
    }
  }
}
