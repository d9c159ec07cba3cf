import Foundation
import TestSupport
import VirtualNICTesting
import XCTest

/// The parts that talk to the system.
final class TestSupportHarnessTests: XCTestCase {
  func testAllocationsAreCounted() throws {
    var kept: [[UInt8]] = []
    kept.reserveCapacity(64)
    let some = allocations {
      for count in 1...10 { kept.append([UInt8](repeating: 1, count: count)) }
    }
    guard let some else { throw XCTSkip("allocations are not counted in this build") }
    XCTAssertEqual(some, 10)
    var sum = 0
    XCTAssertEqual(allocations { for count in 1...10 { sum += count } }, 0)
    XCTAssertEqual(sum, 55)
  }

  /// The kinds of allocation that the standard library does not use, but C code may.
  func testEveryAllocatorIsCounted() throws {
    // Kept until counted: an optimiser may drop a block that nobody sees.
    var blocks: [UInt] = []
    blocks.reserveCapacity(8)
    let count = allocations {
      var block: UnsafeMutableRawPointer?
      unsafe blocks.append(UInt(bitPattern: malloc(1)))
      unsafe blocks.append(UInt(bitPattern: calloc(1, 1)))
      unsafe blocks.append(UInt(bitPattern: realloc(nil, 8)))
      unsafe blocks.append(UInt(bitPattern: aligned_alloc(64, 64)))
      _ = unsafe posix_memalign(&block, 64, 1)
      blocks.append(UInt(bitPattern: block))
    }
    for address in blocks {
      XCTAssertNotEqual(address, 0)
      unsafe free(UnsafeMutableRawPointer(bitPattern: address))
    }
    XCTAssertEqual(blocks[3] % 64 + blocks[4] % 64, 0)
    guard let count else { throw XCTSkip("allocations are not counted in this build") }
    XCTAssertEqual(count, 5)
  }

  /// More than a pipe holds, in both directions at once.
  func testRunDoesNotBlockOnLargeStreams() throws {
    let input = [UInt8](repeating: 0x61, count: 1_000_000)
    guard let cat = findTool("cat"), let shell = findTool("sh") else {
      throw XCTSkip("cat and sh are not in PATH")
    }
    let copy = try runTool(cat, standardInput: input)
    XCTAssertEqual(copy.status, 0)
    XCTAssertTrue(copy.standardOutput == input)
    let both = try runTool(shell, ["-c", "cat >&2; echo out; exit 3"], standardInput: input)
    XCTAssertEqual(both.status, 3)
    XCTAssertEqual(both.text, "out\n")
    XCTAssertEqual(both.standardError.count, input.count)
    XCTAssertNil(findTool("no-such-tool-anywhere"))
  }

  func testFixturesAreFound() throws {
    XCTAssertGreaterThan(try Fixtures.octets("Captures/tcp4.pcap").count, 24)
    XCTAssertEqual(try KernelCorpus().cases.count, 1_155)
    XCTAssertEqual(try CoalescingCorpus().cases.count, 267)
  }

  func testSeededGeneratorRepeats() {
    var (one, two) = (SeededGenerator(seed: 1), SeededGenerator(seed: 1))
    XCTAssertEqual(one.octets(100), two.octets(100))
    // The first output of SplitMix64 for seed 0, as published with the algorithm.
    var zero = SeededGenerator(seed: 0)
    XCTAssertEqual(zero.next(), 0xE220_A839_7B1D_CDAF)
    let payload = Payload(seed: 3, count: 100)
    XCTAssertEqual(payload.slice(13..<57).octets(), Array(payload.octets()[13..<57]))
  }
}
