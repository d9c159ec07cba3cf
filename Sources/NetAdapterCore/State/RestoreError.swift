public import WireFormats

/// Why a NIC or a queue cannot be restored; nothing has changed.
public enum RestoreError: Error, Hashable, Sendable {
  /// The octets are no such state, or a damaged one.
  case state(StateError)
  /// What is given anew is not what the state was saved with: `name` says what differs.
  case differs(String, saved: String, given: String)
  /// What is given anew, or a number of the state, breaks a rule of the adapter.
  case violation(AdapterViolation)
}

extension RestoreError: CustomStringConvertible {
  /// One sentence that says what is wrong.
  public var description: String {
    switch self {
    case .state(let error): error.description
    case .differs(let name, let saved, let given):
      "`\(name)` was \(saved) when the state was saved, and is \(given) now"
    case .violation(let violation): violation.description
    }
  }
}

extension RestoreError: CodedError {
  /// The code and the operands: of a number of the capabilities, its place from 1 in a state.
  public var numbers: ErrorNumbers {
    switch self {
    case .state(let error): error.numbers
    case .differs(let name, _, _): ErrorNumbers(861, DeclaredCapabilities.number(of: name))
    case .violation(let violation): violation.numbers
    }
  }
}

extension RestoreError {
  /// Runs `body`; its errors are thrown as ``state(_:)``.
  package static func reading<Value>(
    _ body: () throws(StateError) -> Value
  ) throws(RestoreError) -> Value {
    do throws(StateError) { return try body() } catch { throw .state(error) }
  }

  /// Runs `body`; its errors are thrown as ``violation(_:)``.
  package static func checking<Value>(
    _ body: () throws(AdapterViolation) -> Value
  ) throws(RestoreError) -> Value {
    do throws(AdapterViolation) { return try body() } catch { throw .violation(error) }
  }
}
