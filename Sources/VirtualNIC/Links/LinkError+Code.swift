public import WireFormats

extension LinkError: CodedError {
  /// The code and the operands; a rate is its IEEE 754 representation.
  public var numbers: ErrorNumbers {
    switch self {
    case .rateOutOfRange(_, let value):
      ErrorNumbers(601, wide: Int64(bitPattern: value.bitPattern))
    case .bandwidthOfZero: ErrorNumbers(602)
    case .capacityOutOfRange(let capacity): ErrorNumbers(603, capacity)
    }
  }
}
