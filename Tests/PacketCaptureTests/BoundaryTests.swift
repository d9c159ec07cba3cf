import PacketCapture
import TestSupport
import XCTest

/// Records that lie across the places where buffers end, and writing in place.
final class BoundaryTests: XCTestCase {
  /// Hands out a file, as much at once as there is room for, or less.
  private struct Source {
    let file: [UInt8]
    let pieces: Int
    var position = 0

    init(_ file: [UInt8], pieces: Int) { (self.file, self.pieces) = (file, pieces) }

    mutating func read(into output: inout OutputRawSpan) {
      let count = min(pieces, output.freeCapacity, file.count - position)
      copy(Array(file[position..<(position + count)]), to: &output)
      position += count
    }
  }

  private static let time = CaptureTimestamp(microseconds: 1_700_000_000_123_456)

  private func frame(_ length: Int, _ number: Int) -> [UInt8] {
    (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ number &* 31 &+ 1) }
  }

  /// A file in every format and byte order.
  private func files(_ frames: [[UInt8]]) throws -> [(name: String, octets: [UInt8])] {
    var files: [(name: String, octets: [UInt8])] = []
    for order in ByteOrder.allCases {
      var classic = PcapWriter(linkType: .ethernet, byteOrder: order)
      var next = PcapngWriter(byteOrder: order)
      let interface = try next.addInterface(
        CaptureInterface(linkType: .ethernet, resolution: .microseconds))
      for (number, frame) in frames.enumerated() {
        try classic.write(frame, at: Self.time, originalLength: frame.count + number)
        let comment = number % 5 == 4 ? "frame \(number)" : nil
        try next.write(
          frame, interface: interface, at: Self.time, originalLength: frame.count + number,
          comment: comment)
      }
      files.append(("pcap, \(order)", classic.takeOctets()))
      files.append(("pcapng, \(order)", next.takeOctets()))
    }
    return files
  }

  private func check(_ file: (name: String, octets: [UInt8]), pieces: Int, _ frames: [[UInt8]])
    throws
  {
    var source = Source(file.octets, pieces: pieces)
    var reader = try CaptureReader(bufferByteCount: 1_024)
    var number = 0
    while let record = try reader.next(filling: { source.read(into: &$0) }) {
      guard number < frames.count, record.copyOctets() == frames[number],
        Int(record.originalLength) == frames[number].count + number,
        record.timestamp == Self.time,
        record.comment
          == (file.name.hasPrefix("pcapng") && number % 5 == 4 ? "frame \(number)" : nil)
      else { return XCTFail("\(file.name), pieces of \(pieces): frame \(number) differs") }
      number += 1
    }
    XCTAssertEqual(number, frames.count, "\(file.name), pieces of \(pieces)")
    XCTAssertTrue(reader.isAtEnd)
  }

  /// Pieces of every size: each octet of a small file is the last one of a piece in some of them.
  func testPiecesOfEverySize() throws {
    let frames = (0...20).map { frame($0, $0) }
    for file in try files(frames) {
      for pieces in 1...file.octets.count { try check(file, pieces: pieces, frames) }
    }
  }

  /// A file of several buffers, shifted octet by octet, so that the end of the buffer meets every
  /// field of a record.
  func testEndOfTheBufferAtEveryOctet() throws {
    for shift in 0..<40 {
      var lengths = [shift]
      while lengths.reduce(0, +) < 220_000 { lengths.append(lengths.count * 613 % 9_001) }
      let frames = lengths.enumerated().map { frame($1, $0) }
      for file in try files(frames) { try check(file, pieces: .max, frames) }
    }
  }

  /// Frames around the size of the buffer and up to the largest one.
  func testLargeFrames() throws {
    let lengths = [65_519, 65_520, 65_521, 0, 65_535, 65_536, 65_537, 1, 131_072, 262_143, 262_144]
    let frames = lengths.enumerated().map { frame($1, $0) }
    for file in try files(frames) {
      for pieces in [4_096, 65_536, 99_991, .max] { try check(file, pieces: pieces, frames) }
    }
  }

  private static func invert(_ octets: inout MutableRawSpan) {
    // SAFETY: the octets are only used inside the closure.
    unsafe octets.withUnsafeMutableBytes { octets in
      for offset in octets.indices { unsafe octets[offset] = ~octets[offset] }
    }
  }

  /// What is changed on the way is the frame, all of it and nothing else.
  func testEditing() throws {
    let frames = [Int](0...9).map { frame($0, $0) } + [frame(1_514, 0)]
    let edited = frames.enumerated().map { number, frame in
      number % 2 == 0 ? frame.map { ~$0 } : frame
    }
    var classic = PcapWriter(linkType: .ethernet)
    var next = PcapngWriter()
    let interface = try next.addInterface(
      CaptureInterface(linkType: .ethernet, resolution: .microseconds))
    for (number, frame) in frames.enumerated() {
      let comment = number % 3 == 0 ? "edited" : nil
      if number % 2 == 0 {
        // SAFETY: every octet of an array of octets is initialised.
        let raw = unsafe frame.span.bytes
        try classic.write(raw, at: Self.time, edit: Self.invert)
        try next.write(
          raw, interface: interface, at: Self.time, comment: comment, edit: Self.invert)
      } else {
        try classic.write(frame, at: Self.time)
        try next.write(frame, interface: interface, at: Self.time, comment: comment)
      }
    }
    let classicFrames = try CaptureReader.frames(in: classic.takeOctets())
    XCTAssertEqual(classicFrames.map(\.octets), edited)
    let nextFrames = try CaptureReader.frames(in: next.takeOctets())
    XCTAssertEqual(nextFrames.map(\.octets), edited)
    XCTAssertEqual(
      nextFrames.map(\.comments), frames.indices.map { $0 % 3 == 0 ? ["edited"] : [] })
  }

  /// From a file to another one without a heap allocation for a frame.
  func testCopyingDoesNotAllocate() throws {
    let frames = (0..<500).map { frame($0 * 3, $0) }
    for file in try files(frames) where !file.name.hasPrefix("pcapng") {
      var counts: [Int] = []
      for repetitions in [1, 9] {
        var classic = PcapWriter(linkType: .ethernet)
        var next = PcapngWriter()
        let interface = try next.addInterface(CaptureInterface(linkType: .ethernet))
        let count = try allocations(during: {
          for _ in 0..<repetitions {
            var reader = CaptureReader()
            reader.append(file.octets.span)
            while let record = try reader.next() {
              try classic.write(record.octets, at: Self.time)
              try next.write(record.octets, interface: interface, at: Self.time)
              if classic.pendingByteCount > 65_536 { classic.drain { _ in } }
              if next.pendingByteCount > 65_536 { next.drain { _ in } }
            }
          }
        })
        guard let count else { throw XCTSkip("allocations are not counted here") }
        counts.append(count)
      }
      // A reader makes a buffer and a description of its interface; frames make nothing.
      XCTAssertLessThan(counts[1] - counts[0], 8 * 10, file.name)
    }
  }
}
