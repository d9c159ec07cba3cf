import Foundation
import PacketCapture
import XCTest

/// The octets that hexadecimal digits spell; blanks and line ends are for the reader.
func octets(_ hexadecimal: String) -> [UInt8] {
  let digits = hexadecimal.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map {
    UInt8(digits[$0] << 4 | digits[$0 + 1])
  }
}

/// Copies octets to where a reader wants its input; there has to be room.
func copy(_ octets: [UInt8], to output: inout OutputRawSpan) {
  // SAFETY: slicing traps if the octets do not fit after those already written.
  unsafe output.withUnsafeMutableBytes { target, count in
    let free = unsafe UnsafeMutableRawBufferPointer(rebasing: target[count...])
    unsafe octets.withUnsafeBytes { source in
      unsafe UnsafeMutableRawBufferPointer(rebasing: free[..<source.count])
        .copyMemory(from: source)
    }
    count += octets.count
  }
}

/// Appends the octets that a writer hands out.
func copy(_ octets: RawSpan, to array: inout [UInt8]) {
  // SAFETY: the buffer is only used inside the closure; appending copies it.
  unsafe octets.withUnsafeBytes { unsafe array.append(contentsOf: $0) }
}

/// What a reader made of some octets.
struct Reading: Equatable {
  var frames: [CapturedFrame] = []
  var error: CaptureError?
  var format: CaptureFormat?
  var interfaces: [CaptureInterface] = []

  /// Feeds the octets in pieces, and takes out all that is there after each.
  init(_ octets: [UInt8], pieces: Int = 65_536) {
    // Cannot fail: the size is in the range.
    guard var reader = try? CaptureReader(bufferByteCount: 1_024) else { return }
    var position = 0
    do throws(CaptureError) {
      while !reader.isAtEnd {
        if position == octets.count { reader.finish() }
        let end = min(position + pieces, octets.count)
        reader.append(octets.span.extracting(position..<end))
        position = end
        while let record = try reader.next() { frames.append(CapturedFrame(record)) }
      }
    } catch {
      self.error = error
    }
    format = reader.format
    interfaces = reader.interfaces
  }
}

/// A seeded generator, so that a failing case can be had again (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// The folder of recorded captures and kernel frames.
let fixtures = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .appendingPathComponent("Fixtures")
