internal import CVnic
internal import GsoEngine
internal import NetAdapterCore
internal import VirtualNIC
internal import WireFormats

extension CallError {
  /// The code and the operands for C.
  internal var value: vnic_error {
    switch self {
    case .null(let argument): vnic_error(1, argument)
    case .structSize(let argument, let size, let minimum): vnic_error(2, argument, size, minimum)
    case .unknownMember(let argument, let offset): vnic_error(3, argument, offset)
    case .value(let argument, let value, let maximum): vnic_error(4, argument, value, maximum)
    case .notAPlan(let argument): vnic_error(5, argument)
    case .index(let index, let count): vnic_error(6, index, count)
    case .tooSmall(let needed, let available): vnic_error(7, needed, available)
    case .reentered: vnic_error(8)
    case .name(let argument): vnic_error(9, argument)
    case .planKind(let kind): vnic_error(10, kind)
    case .segmentation(let error): vnic_error(error.numbers)
    case .coalescing(let error): vnic_error(error.numbers)
    case .adapter(let error): vnic_error(error.numbers)
    case .violation(let error): vnic_error(error.numbers)
    case .link(let error): vnic_error(error.numbers)
    case .drop(let reason): vnic_error(reason.numbers)
    case .save(let error): vnic_error(error.numbers)
    case .state(let error): vnic_error(error.numbers)
    case .restore(let error): vnic_error(error.numbers)
    }
  }
}

extension vnic_error {
  fileprivate init(_ code: Int32, _ first: Int = 0, _ second: Int = 0, _ third: Int = 0) {
    self.init(
      code: code, reserved: 0, operands: (Int64(first), Int64(second), Int64(third)))
  }

  /// The error with the numbers of one of Swift.
  internal init(_ numbers: ErrorNumbers) {
    self.init(code: numbers.code, reserved: 0, operands: numbers.operands)
  }
}

@c @implementation
internal func vnic_error_text(
  _ code: Int32, _ operands: UnsafePointer<Int64>?, _ buffer: UnsafeMutablePointer<CChar>?,
  _ size: Int
) -> Int {
  var numbers: (Int64, Int64, Int64) = (0, 0, 0)
  if let operands = unsafe operands {
    // SAFETY: the header asks for three operands.
    unsafe numbers = (operands[0], operands[1], operands[2])
  }
  var text = unsafe CText(buffer, size)
  text.append(sentence: ErrorSentence.ofCode(code), code, numbers)
  return text.finish()
}
