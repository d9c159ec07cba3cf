import Foundation
import GsoEngine
import NetAdapterCore
import PacketCapture
import VirtualNIC
import WireFormats
import XCTest

/// The numbers of errors and reasons, which stay the same for ever: `Fixtures/ErrorCodes.tsv`.
///
/// The table is compared with the cases in the sources, so a case without a line fails, and with
/// samples of each case, so a changed number or a changed order of operands fails.
final class ErrorCodeTests: XCTestCase {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private struct Row {
    let code: Int32
    let name: String
    let operands: [String]
  }

  private func rows() throws -> [Row] {
    let file = Self.root.appendingPathComponent("Fixtures/ErrorCodes.tsv")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.map { line in
        let fields = line.split(separator: "\t").map(String.init)
        return Row(
          code: try XCTUnwrap(Int32(fields[0])), name: fields[1],
          operands: fields.count > 2 ? fields[2].split(separator: " ").map(String.init) : [])
      }
  }

  /// The cases of an enumeration in the sources, at one depth of indentation.
  private func cases(_ path: String, of type: String) throws -> [String] {
    let file = Self.root.appendingPathComponent("Sources/\(path).swift")
    let text = try String(contentsOf: file, encoding: .utf8)
    let declaration = try Regex("(?m)^( *)public enum \(type)\\b[^\n]*\\{")
    let found = try XCTUnwrap(text.firstMatch(of: declaration), "\(path): \(type)")
    let indentation = String(found.output[1].substring ?? "")
    let rest = text[found.range.upperBound...]
    let end = try XCTUnwrap(rest.range(of: "\n\(indentation)}")).lowerBound
    return try rest[..<end].matches(of: Regex("(?m)^\(indentation)  case (\\w+)")).compactMap {
      $0.output[1].substring.map(String.init)
    }
  }

  func testEveryCodeIsUniqueAndInTheRangeOfItsType() throws {
    let rows = try rows()
    XCTAssertEqual(Set(rows.map(\.code)).count, rows.count)
    XCTAssertEqual(Set(rows.map(\.name)).count, rows.count)
    XCTAssertEqual(rows.map(\.code), rows.map(\.code).sorted())
    XCTAssertTrue(rows.allSatisfy { $0.code >= 100 && $0.operands.count <= 3 })
  }

  /// Every case of every type has a line, but for those that pass on another error.
  func testEveryCaseHasALine() throws {
    let names = Set(try rows().map(\.name))
    let wrapping: Set<String> = [
      "SegmentationError.frame", "SegmentationError.metadata", "SegmentationError.jumboPayload",
      "CoalescingRefusal.frame", "AdapterError.refused", "QueueError.violation",
      "TransmitReport.DropReason.refused", "SoftwareReason.notActive", "RestoreError.state",
      "RestoreError.violation",
    ]
    var found: Set<String> = []
    for (path, type, name) in ErrorCodeSources.all {
      let cases = try cases(path, of: type)
      XCTAssertFalse(cases.isEmpty, name)
      for each in cases { found.insert("\(name).\(each)") }
    }
    XCTAssertEqual(found.subtracting(wrapping).subtracting(names), [], "cases without a line")
    let others = names.subtracting(found)
    XCTAssertEqual(others, ["OffloadRefusal", "AdapterViolation"], "lines without a case")
    XCTAssertEqual(wrapping.subtracting(found), [])
  }

  /// Samples of every line: operands are 11, 12, 13 where they can be.
  func testEveryLineHasItsNumberAndItsOperands() throws {
    var rest = Dictionary(uniqueKeysWithValues: try rows().map { ($0.name, $0) })
    for sample in ErrorCodeSamples.all {
      guard let row = rest.removeValue(forKey: sample.name) else {
        XCTFail("\(sample.name) has no line, or two samples")
        continue
      }
      XCTAssertEqual(sample.code, row.code, sample.name)
      XCTAssertEqual(sample.expected.count, row.operands.count, sample.name)
      let padded = sample.expected + [Int64](repeating: 0, count: 3 - sample.expected.count)
      let found = [sample.operands.0, sample.operands.1, sample.operands.2]
      XCTAssertEqual(found, padded, sample.name)
    }
    let failureCodes = rest.keys.filter { $0.hasPrefix("FailureCode.") }
    for name in failureCodes {
      let code = try XCTUnwrap(FailureCode.allCases.first { "FailureCode.\($0)" == name }, name)
      XCTAssertEqual(rest.removeValue(forKey: name)?.code, Int32(1_000 + code.rawValue))
    }
    XCTAssertEqual(failureCodes.count, FailureCode.allCases.count)
    XCTAssertEqual(rest.keys.sorted(), [], "lines without a sample")
  }

  /// Errors inside of others have the numbers of the inner one.
  func testAnErrorThatPassesOnAnotherHasItsNumbers() {
    let wire = WireError.truncated(.tcp, offset: 34, needed: 20, available: 3)
    let all: [any CodedError] = [
      SegmentationError.frame(wire), CoalescingRefusal.frame(wire),
      TransmitReport.DropReason.refused(.frame(wire)),
    ]
    for error in all {
      XCTAssertEqual(error.code, 101)
      XCTAssertTrue(error.operands == (11, 34, 20))
    }
    XCTAssertEqual(SegmentationError.metadata(.gsoSize(0)).code, 304)
  }

  /// A real violation has the framework's number.
  func testAViolationHasTheFailureCode() throws {
    let adapter = NetAdapter(permanentLinkLayerAddress: MACAddress(2))
    XCTAssertThrowsError(try adapter.setLinkLayerMtuSize(0)) {
      XCTAssertEqual(($0 as? any CodedError)?.code, 1_019)
    }
  }
}
