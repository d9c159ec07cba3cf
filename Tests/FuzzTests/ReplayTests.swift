import FuzzTargets
import TestSupport
import WireFormats
import XCTest

/// The kept inputs of `Tests/Fuzz`, without a fuzzer.
final class ReplayTests: XCTestCase {
  func testNoKeptInputIsAFinding() throws {
    // Targets choose a kernel, which all tests after this one would have.
    let kernel = SumKernel.current
    defer { kernel.use() }
    for target in FuzzTarget.all {
      let inputs = try inputs(of: target)
      XCTAssertFalse(inputs.isEmpty, "\(target.name) has no inputs in Fixtures/Fuzz")
      for (line, input) in inputs {
        XCTAssertNoThrow(try target.run(input), "Fixtures/Fuzz/\(target.name).txt:\(line)")
      }
    }
  }

  /// The inputs with their line numbers.
  private func inputs(of target: FuzzTarget) throws -> [(line: Int, octets: [UInt8])] {
    let url = Fixtures.url("Fuzz/\(target.name).txt")
    let lines = try String(contentsOf: url, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    return try lines.enumerated().filter { !$1.isEmpty && !$1.hasPrefix("#") }.map { number, line in
      let digits = Array(line.utf8)
      let octets = try stride(from: 0, to: digits.count, by: 2).map { at in
        let pair = String(decoding: digits[at..<min(at + 2, digits.count)], as: UTF8.self)
        return try XCTUnwrap(UInt8(pair, radix: 16), "\(url.lastPathComponent):\(number + 1)")
      }
      return (number + 1, octets)
    }
  }
}
