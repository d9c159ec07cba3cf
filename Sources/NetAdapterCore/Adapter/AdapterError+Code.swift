public import WireFormats

extension AdapterError: CodedError {
  /// The code and the operands: states by their numbers, and how many calls are missing.
  public var numbers: ErrorNumbers {
    switch self {
    case .wrongState(_, let state, _): ErrorNumbers(501, state.number)
    case .missing(let requirements): ErrorNumbers(502, requirements.count)
    case .refused(let refusal): refusal.numbers
    case .tooManyNestedChanges(_, let limit): ErrorNumbers(503, limit)
    }
  }
}

extension NetAdapter.State {
  /// The number of the state as an operand of `CodedError`; it stays the same for ever.
  public var number: Int {
    switch self {
    case .initialized: 0
    case .started: 1
    case .paused: 2
    case .stopped: 3
    }
  }
}
