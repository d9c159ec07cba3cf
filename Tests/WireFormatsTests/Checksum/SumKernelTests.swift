import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// All kernels give the same sums and the same copies.
///
/// Needs package access: it tests sums that only other modules of the package call.
final class SumKernelTests: XCTestCase {
  private let kernels = SumKernel.allCases.filter(\.isAvailable)
  private let margin = 64
  private let data: [UInt8] = {
    var random = SeededGenerator(seed: 0x5E)
    return random.octets(400_000)
  }()

  /// Sums and copies some octets with one kernel, and compares with the reference.
  private func check(
    _ kernel: SumKernel, _ data: [UInt8], _ part: Range<Int>, to start: Int, line: UInt = #line
  ) {
    let expected = referenceSum(Array(data[part]))
    let name = "\(kernel): \(part.count) octets from \(part.lowerBound) to \(start)"
    var target = [UInt8](repeating: 0xA5, count: start + part.count + margin)
    var sum: UInt64 = 0
    var copied: UInt64 = 0
    let (first, count) = (part.lowerBound, part.count)
    // SAFETY: the part lies in the data, and the target was made to fit.
    unsafe data.withUnsafeBytes { source in
      guard let base = source.baseAddress else { return }
      let from = unsafe base + first
      sum = unsafe wordSum(from, count: count, kernel: kernel)
      unsafe target.withUnsafeMutableBytes { octets in
        guard let to = octets.baseAddress else { return }
        copied = unsafe copyAndSum(to: to + start, from: from, count: count, kernel: kernel)
      }
    }
    XCTAssertEqual(UInt16(bigEndian: WordSum.fold(sum)), expected, name, line: line)
    XCTAssertEqual(UInt16(bigEndian: WordSum.fold(copied)), expected, "copy, \(name)", line: line)
    let whole =
      [UInt8](repeating: 0xA5, count: start) + data[part]
      + [UInt8](repeating: 0xA5, count: margin)
    XCTAssertTrue(target == whole, "octets of \(name)", line: line)
  }

  private var lengths: [Int] {
    Array(0...200) + stride(from: 256, through: 1_536, by: 64).flatMap { [$0 - 1, $0, $0 + 1] }
      + [1_448, 8_960, 65_535]
  }

  func testEveryLength() {
    for kernel in kernels {
      for count in lengths {
        for turn in 0..<3 {
          let source = (count * 7 + turn * 11) % 64
          check(kernel, data, source..<(source + count), to: (count + turn * 13) % 64)
        }
      }
    }
  }

  func testEveryAlignment() {
    for kernel in kernels {
      for start in 0..<64 {
        for count in [95, 96, 97, 128, 161, 319, 1_448] {
          check(kernel, data, start..<(start + count), to: 0)
          check(kernel, data, 3..<(3 + count), to: start)
        }
      }
    }
  }

  /// Nothing but ones and nothing but zeros, on which a lost carry shows at once.
  func testUniformData() {
    for octet in [0xFF, 0] as [UInt8] {
      let uniform = [UInt8](repeating: octet, count: 70_000)
      for kernel in kernels {
        for count in [0, 1, 63, 64, 65, 96, 127, 128, 129, 192, 8_191, 65_536, 69_900] {
          for start in [0, 1, 2, 31, 32, 33] {
            check(kernel, uniform, start..<(start + count), to: start)
          }
        }
      }
    }
  }

  /// Long enough for accumulators to wrap if they were to hold more than they say.
  func testCarries() {
    let ones = [UInt8](repeating: 0xFF, count: 300_064)
    for kernel in kernels {
      for start in [0, 1] {
        check(kernel, ones, start..<(start + 300_001), to: 1)
        check(kernel, data, start..<(start + 300_001), to: 0)
      }
    }
  }

  func testChoice() {
    let before = SumKernel.current
    defer { before.use() }
    XCTAssertEqual(before, .fastest, "the default")
    for kernel in SumKernel.allCases {
      XCTAssertEqual(kernel.use(), kernel.isAvailable)
      if kernel.isAvailable { XCTAssertEqual(SumKernel.current, kernel) }
    }
    XCTAssertTrue(SumKernel.portable.isAvailable)
    XCTAssertTrue(SumKernel.fastest.isAvailable)
  }
}
