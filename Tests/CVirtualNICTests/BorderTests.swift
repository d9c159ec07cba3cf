import CVnic
import Foundation
import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// What the header promises beside the work: codes, sentences, sizes, no allocation.
final class BorderTests: XCTestCase {
  func testVersion() throws {
    XCTAssertEqual(vnic_abi(), UInt32(VNIC_ABI))
    let version = String(cString: vnic_version())
    XCTAssertNotNil(version.wholeMatch(of: /\d+\.\d+\.\d+/), version)
    XCTAssertEqual(vnic_plan_size(), 256)
  }

  /// Plans are copied octet by octet by C, and never deinitialised.
  func testPlansAreTrivialAndFit() {
    let room = MemoryLayout<vnic_plan>.size - 8
    XCTAssertTrue(_isPOD(SegmentationPlan.self))
    XCTAssertTrue(_isPOD(FragmentationPlan.self))
    XCTAssertTrue(_isPOD(ChecksumCompletion.self))
    XCTAssertLessThanOrEqual(MemoryLayout<SegmentationPlan>.size, room)
    XCTAssertLessThanOrEqual(MemoryLayout<FragmentationPlan>.size, room)
    XCTAssertLessThanOrEqual(MemoryLayout<SegmentationPlan>.alignment, 8)
    XCTAssertLessThanOrEqual(MemoryLayout<FragmentationPlan>.alignment, 8)
  }

  /// Planning takes memory that holds anything, and leaves it as it is if it fails.
  func testPlansAreMadeInPlace() throws {
    let frame = tcpFrame(payload: 5_000)
    var asked = vnic_segmentation()
    asked.size = UInt32(MemoryLayout<vnic_segmentation>.size)
    asked.segment_size = 1_448
    var (plan, output) = (vnic_plan(), [UInt8](repeating: 0, count: 6_000))
    withUnsafeMutableBytes(of: &plan) { $0.initializeMemory(as: UInt8.self, repeating: 0xFF) }
    func octets() -> [UInt8] { withUnsafeBytes(of: plan) { Array($0) } }
    let expected = try SegmentationPlan(of: frame, request: .init(segmentSize: 1_448))
      .frames(of: frame).flatMap { $0 }
    frame.withUnsafeBytes { memory in
      var buffer = vnic_buffer(octets: memory.baseAddress, size: memory.count)
      XCTAssertEqual(vnic_plan_make(&plan, &buffer, 1, &asked, nil), 0)
      let made = octets()
      for size in 0..<54 {
        buffer.size = size
        XCTAssertNotEqual(vnic_plan_make(&plan, &buffer, 1, &asked, nil), 0, "\(size)")
        XCTAssertEqual(octets(), made, "\(size)")
      }
      buffer.size = memory.count
      for size: UInt32 in [0, 1_048_576, .max] {
        asked.segment_size = size
        var error = vnic_error()
        XCTAssertEqual(vnic_plan_make(&plan, &buffer, 1, &asked, &error), 218)
        XCTAssertEqual(error.operands.0, Int64(size))
        XCTAssertEqual(octets(), made, "\(size)")
      }
      let code = vnic_plan_render(&plan, &buffer, 1, 0, .max, &output, output.count, nil, nil)
      XCTAssertEqual(code, 0)
    }
    XCTAssertEqual(Array(output.prefix(expected.count)), expected)
  }

  /// The numbers of C's own codes stay as they are.
  func testOwnCodes() {
    let codes = [
      VNIC_OK, VNIC_ERROR_NULL, VNIC_ERROR_STRUCT_SIZE, VNIC_ERROR_UNKNOWN_MEMBER,
      VNIC_ERROR_VALUE, VNIC_ERROR_NOT_A_PLAN, VNIC_ERROR_INDEX, VNIC_ERROR_TOO_SMALL,
      VNIC_ERROR_REENTERED, VNIC_ERROR_NAME, VNIC_ERROR_PLAN_KIND,
    ]
    XCTAssertEqual(codes.map { Int($0) }, Array(0...10))
  }

  /// Each code that C can get has a sentence with each of its operands.
  func testEveryCodeHasASentence() throws {
    let table = try String(contentsOf: Fixtures.url("ErrorCodes.tsv"), encoding: .utf8)
    let operands: [Int64] = [11_119, 22_229, 33_339]
    var found = 0
    for line in table.split(separator: "\n") where !line.hasPrefix("#") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard let code = Int32(fields[0]), Self.isForC(code) else { continue }
      found += 1
      let names = fields.count > 2 ? fields[2].split(separator: " ") : []
      let text = "\(CError(code: code, operands[0], operands[1], operands[2]))"
      XCTAssertFalse(text.contains("unknown code"), "\(code): \(text)")
      XCTAssertFalse(text.contains("%"), "\(code): \(text)")
      for (name, operand) in zip(names, operands) where !Self.isText(code, name) {
        let hexadecimal = String(operand, radix: 16)
        XCTAssertTrue(
          text.contains("\(operand)") || text.contains(hexadecimal), "\(code) \(name): \(text)")
      }
    }
    XCTAssertGreaterThan(found, 150)
    for code in 1...10 {
      XCTAssertFalse("\(CError(code: Int32(code)))".contains("unknown code"), "\(code)")
    }
    XCTAssertEqual("\(CError(code: 0))", "no error")
    XCTAssertEqual("\(CError(code: 99, 1, 2, -3))", "unknown code 99; operands 1, 2, -3")
    XCTAssertEqual(
      "\(CError(code: .min, .min, .max))",
      "unknown code -2147483648; operands -9223372036854775808, 9223372036854775807, 0")
    XCTAssertEqual(
      "\(CError(code: 101, 8, 14, 20))",
      "the IPv4 header at octet 14 needs 20 octets, fewer are there")
  }

  private static func isForC(_ code: Int32) -> Bool {
    switch code {
    case 100..<400, 400..<500, 501..<550, 601...602, 650..<750, 801...861, 1_000...1_100: true
    default: false
    }
  }

  /// Operands that are names in the sentence, or only bits of a number.
  private static func isText(_ code: Int32, _ name: Substring) -> Bool {
    ["layer", "declaration", "keyword", "member"].contains(name)
      || code == 102 && name == "field" || code == 601
  }

  /// Reasons name keywords and members of requests in the words of Swift, by their numbers.
  func testKeywordsAreNamed() throws {
    for keyword in Keyword.allCases where keyword.isRead {
      let reason = SoftwareReason.notActive(.keyword(keyword))
      XCTAssertEqual("\(CError(code: 714, Int64(keyword.number)))", "\(reason)")
      XCTAssertEqual(reason.operands.0, Int64(keyword.number))
    }
    for member in OffloadRefusal.Member.allCases {
      let reason = SoftwareReason.notActive(.request(member))
      XCTAssertEqual("\(CError(code: 715, reason.operands.0))", "\(reason)")
    }
    for unknown: Int64 in [0, 22, -1, .max, .min] {
      XCTAssertEqual("\(CError(code: 714, unknown))", "a keyword disables it")
      XCTAssertEqual(
        "\(CError(code: 715, unknown))", "a request set a member that disables the offload")
    }
    // A keyword that no request has a member for.
    XCTAssertEqual(
      "\(CError(code: 715, Int64(VNIC_KEYWORD_RSC_TIMESTAMP)))",
      "a request set a member that disables the offload")
  }

  /// The numbers of keywords stay as they are.
  func testNumbersOfKeywords() throws {
    let header = try String(
      contentsOf: Fixtures.url("../Sources/CVnic/include/vnic.h"), encoding: .utf8)
    var numbers: [String: Int] = [:]
    for line in header.matches(of: /VNIC_KEYWORD_(\w+) = (\d+)/) {
      numbers[String(line.1).replacing("_", with: "")] = Int(line.2)
    }
    let expected = Keyword.allCases.map { ($0.rawValue.dropFirst().uppercased(), $0.number) }
    XCTAssertEqual(numbers, Dictionary(uniqueKeysWithValues: expected))
    XCTAssertEqual(numbers.values.sorted(), Array(1...21))
    XCTAssertEqual(
      [VNIC_KEYWORD_LSO_V1_IPV4, VNIC_KEYWORD_USO_IPV6, VNIC_KEYWORD_RSC_TIMESTAMP], [1, 5, 13])
    XCTAssertEqual((0...22).compactMap { Keyword(number: $0)?.number }, Array(1...21))
  }

  func testTextIsCutAndCounted() {
    var buffer = [CChar](repeating: 7, count: 6)
    let whole = vnic_error_text(202, nil, nil, 0)
    XCTAssertEqual(whole, "the packet is an IP fragment".utf8.count)
    XCTAssertEqual(vnic_error_text(202, nil, &buffer, 5), whole)
    XCTAssertEqual(buffer, [0x74, 0x68, 0x65, 0x20, 0, 7])
    XCTAssertEqual(vnic_error_text(202, nil, &buffer, 1), whole)
    XCTAssertEqual(buffer[0], 0)
    // A size above any memory, as a mistaken caller has it.
    XCTAssertEqual(vnic_error_text(202, nil, &buffer, -1), whole)
  }

  /// Plans, descriptions, frames and refusals take nothing from the heap.
  func testNoAllocation() throws {
    let frame = tcpFrame(payload: 60_000)
    let short = Array(frame.prefix(30))
    var asked = vnic_segmentation()
    asked.size = UInt32(MemoryLayout<vnic_segmentation>.size)
    asked.segment_size = 1_448
    var (plan, error, segment) = (vnic_plan(), vnic_error(), vnic_segment())
    segment.size = UInt32(MemoryLayout<vnic_segment>.size)
    var output = [UInt8](repeating: 0, count: 70_000)
    var text = [CChar](repeating: 0, count: 200)
    var pieces = [vnic_buffer](repeating: vnic_buffer(), count: 2)
    func run() {
      frame.withUnsafeBytes { octets in
        pieces[0] = vnic_buffer(octets: octets.baseAddress, size: 100)
        pieces[1] = vnic_buffer(
          octets: octets.baseAddress.map { $0 + 100 }, size: octets.count - 100)
        XCTAssertEqual(vnic_plan_make(&plan, &pieces, 2, &asked, &error), 0)
        XCTAssertEqual(vnic_plan_get_segment(&plan, 3, &segment, &error), 0)
        let code = vnic_plan_render(
          &plan, &pieces, 2, 0, .max, &output, output.count, nil, &error)
        XCTAssertEqual(code, 0)
      }
      short.withUnsafeBytes { octets in
        var buffer = vnic_buffer(octets: octets.baseAddress, size: octets.count)
        XCTAssertEqual(vnic_plan_make(&plan, &buffer, 1, &asked, &error), 101)
        _ = vnic_error_text(error.code, nil, &text, text.count)
      }
    }
    run()
    guard let count = allocations(during: { run() }) else {
      throw XCTSkip("allocations are not counted in this build")
    }
    XCTAssertEqual(count, 0)
  }
}
