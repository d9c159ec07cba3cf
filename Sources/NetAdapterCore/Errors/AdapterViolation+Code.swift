public import WireFormats

extension AdapterViolation: CodedError {
  /// 1000 and the failure code, or 1100 without one; the operands are parameters 2 and 3 of the bug
  /// check.
  public var numbers: ErrorNumbers {
    ErrorNumbers(Int32(1_000 + (failureCode?.rawValue ?? 100)), parameter2, parameter3)
  }
}
