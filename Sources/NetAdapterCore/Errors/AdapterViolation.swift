/// A rule of NetAdapterCx that a call broke.
///
/// Where the framework stops the machine with bug check 0x19E (`BUGCODE_NETADAPTER_DRIVER`), this
/// error is thrown, with the bug check's parameters in it. The call that throws it changes nothing.
public struct AdapterViolation: Error, Hashable, Sendable {
  /// The number of the `BUGCODE_NETADAPTER_DRIVER` bug check.
  public static let bugCheckCode = 0x19E

  /// Parameter 1 of the bug check; nil for a rule that only the documentation has.
  public let failureCode: FailureCode?
  /// Parameter 2 of the bug check; 0 if the rule does not use it.
  public let parameter2: Int
  /// Parameter 3 of the bug check; 0 if the rule does not use it.
  public let parameter3: Int
  /// What is wrong and how to correct it.
  public let reason: String

  /// Creates a violation from the parameters of the bug check, in its order, and a sentence.
  package init(
    _ code: FailureCode?, _ parameter2: Int = 0, _ parameter3: Int = 0, reason: String
  ) {
    failureCode = code
    self.parameter2 = parameter2
    self.parameter3 = parameter3
    self.reason = reason
  }
}

extension AdapterViolation: CustomStringConvertible {
  /// The reason, and the failure code with its parameters.
  public var description: String {
    guard let code = failureCode else { return "\(reason) (documented; no failure code)" }
    return "\(reason) (failure code \(code.rawValue), \(code); \(parameter2), \(parameter3))"
  }
}

// Checks that several structures share.
extension AdapterViolation {
  /// Throws unless the size of a structure is exactly the expected one, as in NetAdapterCx.
  internal static func checkSize(_ size: Int, expected: Int) throws(AdapterViolation) {
    guard size != expected else { return }
    throw AdapterViolation(
      .invalidStructTypeSize, size, expected,
      reason: "the structure says that it has \(size) octets, \(expected) are expected; "
        + "leave `size` as the initialiser set it")
  }

  /// Throws unless a number is a power of two.
  internal static func checkPowerOfTwo(
    _ number: Int, named name: String
  ) throws(AdapterViolation) {
    guard number <= 0 || number.nonzeroBitCount != 1 else { return }
    throw AdapterViolation(
      .notPowerOfTwo, number, reason: "`\(name)` is \(number); it must be a power of two")
  }

  /// A callback that is needed is nil.
  internal static func missingCallback(_ name: String, _ code: FailureCode) -> AdapterViolation {
    AdapterViolation(code, reason: "pass a callback for `\(name)`")
  }
}
