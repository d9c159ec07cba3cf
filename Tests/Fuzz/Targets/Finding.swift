/// Something that must not happen, and did.
public struct Finding: Error, CustomStringConvertible {
  /// What happened, and the place of the check.
  public let description: String

  init(_ message: String, file: StaticString = #fileID, line: UInt = #line) {
    description = "\(file):\(line): \(message)"
  }
}

/// Throws a finding unless a condition holds.
@inline(__always)
func require(
  _ condition: Bool, _ message: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) throws(Finding) {
  if !condition { throw Finding(message(), file: file, line: line) }
}

/// Throws a finding that names the first difference of two runs of octets.
func requireEqual(
  _ found: [UInt8], _ expected: [UInt8], _ what: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) throws(Finding) {
  guard found != expected else { return }
  var at = 0
  while at < min(found.count, expected.count), found[at] == expected[at] { at += 1 }
  throw Finding(
    """
    \(what()): \(found.count) octets, expected \(expected.count); they differ at \(at)
    found    \(hexadecimal(found))
    expected \(hexadecimal(expected))
    """, file: file, line: line)
}

/// What a call gives or throws, to be compared with another call.
func outcome<Success, Failure: Error>(
  _ body: () throws(Failure) -> Success
) -> Result<Success, Failure> {
  do throws(Failure) { return .success(try body()) } catch { return .failure(error) }
}

/// The first octets in hexadecimal digits.
func hexadecimal(_ octets: [UInt8], limit: Int = 200) -> String {
  octets.prefix(limit).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
