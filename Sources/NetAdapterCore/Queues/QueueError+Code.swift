public import WireFormats

extension QueueError: CodedError {
  /// The code and the operands: states by their numbers.
  public var numbers: ErrorNumbers {
    switch self {
    case .wrongState(_, let state, _): ErrorNumbers(551, state.number)
    case .reentered: ErrorNumbers(552)
    case .full(let packetsFree, let fragmentsNeeded, let fragmentsFree):
      ErrorNumbers(553, packetsFree, fragmentsNeeded, fragmentsFree)
    case .oversize(let octets, let limit): ErrorNumbers(554, octets, limit)
    case .empty: ErrorNumbers(555)
    case .negativeCount(_, let count): ErrorNumbers(556, count)
    case .outstanding(let packets, let fragments): ErrorNumbers(557, packets, fragments)
    case .violation(let violation): violation.numbers
    }
  }
}

extension QueueState {
  /// The number of the state as an operand of `CodedError`; it stays the same for ever.
  public var number: Int {
    switch self {
    case .started: 0
    case .cancelled: 1
    case .stopped: 2
    case .broken: 3
    }
  }
}
