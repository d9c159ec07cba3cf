/// A rule of NetAdapterCx that a call broke.
///
/// Where the framework stops the machine with bug check 0x19E (`BUGCODE_NETADAPTER_DRIVER`), this
/// error is thrown, with the bug check's parameters in it. Whatever call threw it changed nothing.
public struct AdapterViolation: Error, Hashable, Sendable {
  /// The number of the `BUGCODE_NETADAPTER_DRIVER` bug check.
  public static let bugCheckCode = 0x19E

  /// Parameter 1 of the bug check; nil for a rule that only the documentation has.
  public let code: FailureCode?
  /// Parameter 2 of the bug check; 0 where it has none.
  public let parameter2: Int
  /// Parameter 3 of the bug check; 0 where it has none.
  public let parameter3: Int
  /// What is wrong and what to do about it.
  public let reason: String

  /// Joins a code, its parameters and a sentence for people.
  public init(
    _ code: FailureCode?, _ parameter2: Int = 0, _ parameter3: Int = 0, reason: String
  ) {
    self.code = code
    self.parameter2 = parameter2
    self.parameter3 = parameter3
    self.reason = reason
  }
}

extension AdapterViolation: CustomStringConvertible {
  /// The reason, and the failure code with its parameters.
  public var description: String {
    guard let code else { return "\(reason) (documented; no failure code)" }
    return "\(reason) (failure code \(code.rawValue), \(code); \(parameter2), \(parameter3))"
  }
}

extension AdapterViolation {
  /// Compares a structure's size with the one expected; NetAdapterCx wants it exact.
  internal static func checkSize(_ size: Int, _ expected: Int) throws(AdapterViolation) {
    guard size != expected else { return }
    throw AdapterViolation(
      .invalidStructTypeSize, size, expected,
      reason: "the structure says that it has \(size) octets, \(expected) are expected; "
        + "leave `size` as the initialiser set it")
  }

  /// Refuses a missing callback, which only the documentation asks for.
  internal static func checkCallback(
    isPresent: Bool, _ name: String, _ validation: CapabilityValidation
  ) throws(AdapterViolation) {
    guard !isPresent, validation == .documented else { return }
    throw AdapterViolation(.parameterCantBeNull, reason: "pass a callback for `\(name)`")
  }
}
