import PacketCapture
import XCTest

/// What the writers write, the reader reads; what it could not read is refused.
final class WrittenIsReadTests: XCTestCase {
  private var random = SeededGenerator(seed: 0x77)

  private func number(_ limit: Int) -> Int { Int.random(in: 0..<max(1, limit), using: &random) }

  private func octets(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  private func text() -> String {
    let pieces = ["eth0", "ä", "\u{FFFD}", "線", "\0", " ", "\n", "long name of a thing"]
    return (0..<number(12)).map { _ in pieces[number(pieces.count)] }.joined()
  }

  private func interface() -> CaptureInterface {
    var interface = CaptureInterface(linkType: [.ethernet, .raw][number(2)])
    interface.snapLength = [0, 1, 96, 262_144, .max][number(5)]
    interface.resolution =
      TimestampResolution(rawValue: [0, 3, 6, 9, 0x8A, 0xA0][number(6)]) ?? .nanoseconds
    interface.timestampOffset = [0, 0, -5, 1_000_000][number(4)]
    if number(2) == 0 { interface.name = text() }
    if number(3) == 0 { interface.frameCheckSequenceByteCount = [0, 4, 255][number(3)] }
    return interface
  }

  private func time() -> CaptureTimestamp {
    let whole = Int64.random(in: 0..<4_000_000_000, using: &random)
    return CaptureTimestamp(
      nanoseconds: whole * 1_000_000_000 + Int64.random(in: 0..<1_000_000_000, using: &random))
  }

  /// Random interfaces, frames, comments, trailers and edits, in both orders.
  func testRandomPcapng() throws {
    for round in 0..<150 {
      var writer = PcapngWriter(byteOrder: round % 2 == 0 ? .littleEndian : .bigEndian)
      var expected: [(index: Int, octets: [UInt8], original: Int, comment: String?)] = []
      var interfaces: [CaptureInterface] = []
      for _ in 0..<(1 + number(40)) {
        if interfaces.isEmpty || number(4) == 0 {
          let interface = interface()
          if number(2) == 0 {
            XCTAssertEqual(try writer.addInterface(interface), interfaces.count)
            interfaces.append(interface)
          } else {
            let known = interfaces.firstIndex(of: interface)
            XCTAssertEqual(try writer.index(of: interface), known ?? interfaces.count)
            if known == nil { interfaces.append(interface) }
          }
        }
        let index = number(interfaces.count)
        let frame = octets(number([1, 70, 3_000][number(3)]))
        let comment = number(3) == 0 ? text() : nil
        let trailer = number(3) == 0 ? number(9) : 0
        let original = number(3) == 0 ? number(1 << 32) : nil
        do throws(CaptureWriteError) {
          try writer.write(
            unsafe frame.span.bytes, interface: index, at: time(), originalLength: original,
            comment: comment, trailerByteCount: trailer)
          let whole = frame + [UInt8](repeating: 0, count: trailer)
          expected.append((index, whole, original ?? whole.count, comment))
        } catch {
          guard case .timestampOutOfRange = error else { return XCTFail("\(error)") }
        }
      }
      let frames = try CaptureReader.frames(in: writer.takeOctets())
      XCTAssertEqual(frames.count, expected.count)
      for (frame, wanted) in zip(frames, expected) {
        XCTAssertEqual(frame.octets, wanted.octets)
        XCTAssertEqual(frame.interfaceIndex, wanted.index)
        XCTAssertEqual(frame.interface, interfaces[wanted.index], "round \(round)")
        XCTAssertEqual(Int(frame.originalLength), wanted.original)
        XCTAssertEqual(frame.comments, wanted.comment.map { [$0] } ?? [])
      }
    }
  }

  func testRandomPcap() throws {
    for round in 0..<60 {
      var writer = PcapWriter(
        linkType: .ethernet, resolution: round % 3 == 0 ? .nanoseconds : .microseconds,
        snapLength: [0, 64, 262_144][number(3)],
        byteOrder: round % 2 == 0 ? .littleEndian : .bigEndian)
      var expected: [[UInt8]] = []
      for _ in 0..<number(30) {
        let frame = octets(number(3_000))
        let trailer = number(9)
        try writer.write(unsafe frame.span.bytes, at: time(), trailerByteCount: trailer)
        expected.append(frame + [UInt8](repeating: 0, count: trailer))
      }
      XCTAssertEqual(try CaptureReader.frames(in: writer.takeOctets()).map(\.octets), expected)
    }
  }

  /// A pcapng block, padded, with its length at both ends.
  private func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
    func word(_ value: UInt32) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }
    let padding = [UInt8](repeating: 0, count: -body.count & 3)
    let length = word(UInt32(12 + body.count + padding.count))
    return word(type) + length + body + padding + length
  }

  private func capture(comments: [[UInt8]]) -> [UInt8] {
    var body = [UInt8](repeating: 0, count: 20)
    for comment in comments {
      body += [1, 0, UInt8(comment.count & 255), UInt8(comment.count >> 8)] + comment
      body += [UInt8](repeating: 0, count: -comment.count & 3)
    }
    return block(
      0x0A0D_0D0A,
      [0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0] + [UInt8](repeating: 255, count: 8))
      + block(1, [1, 0, 0, 0, 0, 0, 4, 0]) + block(6, body + [0, 0, 0, 0])
  }

  /// Comments stay apart, in their order, octet for octet: those that are no UTF-8 grew threefold.
  func testCommentsOfARecordAreCopied() throws {
    let comments: [[UInt8]] = [
      Array("first".utf8), [], [UInt8](repeating: 0xE4, count: 65_535), Array("last\nline".utf8),
      [0xFF],
    ]
    let file = capture(comments: comments)
    var writer = PcapngWriter()
    try CaptureReader.forEachRecord(in: file) { record in
      let index = try writer.index(of: record.interface)
      try writer.write(record, interface: index)
    }
    let out = writer.takeOctets()
    let frames = try CaptureReader.frames(in: out)
    XCTAssertEqual(frames.map(\.comments.count), [comments.count])
    XCTAssertEqual(frames.map(\.comments), try CaptureReader.frames(in: file).map(\.comments))
    XCTAssertLessThan(out.count, file.count + 64)
  }

  /// The longest block that is read can be written again; a longer one is refused.
  func testBlocksAtTheLimit() throws {
    let long = [UInt8](repeating: 0x41, count: 65_532)
    // 255 comments of 65,536 octets, and one that fills the block to its last word.
    let fixed = 12 + 20 + 4
    let rest = CaptureLimits.blockByteCount - fixed - 255 * (4 + 65_532) - 4
    for (extra, isRead) in [(0, true), (4, false)] {
      let file = capture(
        comments: [[UInt8]](repeating: long, count: 255)
          + [[UInt8](repeating: 0x42, count: rest + extra)])
      var writer = PcapngWriter()
      var count = 0
      do {
        try CaptureReader.forEachRecord(in: file) { record in
          count += 1
          let index = try writer.index(of: record.interface)
          do throws(CaptureWriteError) {
            try writer.write(record, interface: index)
          } catch {
            // The end of the options may be added, and three octets of padding are counted.
            guard case .blockTooLong(let byteCount, let limit) = error else { throw error }
            XCTAssertLessThanOrEqual(byteCount - limit, 8)
            XCTAssertTrue("\(error)".hasSuffix("is longer than the limit of 16,777,216"))
          }
        }
        XCTAssertTrue(isRead)
      } catch let error as CaptureError {
        guard case .blockTooLong = error.reason else { return XCTFail("\(error)") }
        XCTAssertFalse(isRead)
      }
      XCTAssertEqual(count, isRead ? 1 : 0)
      XCTAssertNoThrow(try CaptureReader.frames(in: writer.takeOctets()))
    }
  }

  /// A table of interfaces is looked up, not searched.
  func testManyInterfaces() throws {
    var writer = PcapngWriter()
    var times: [Duration] = []
    for part in 0..<4 {
      let clock = ContinuousClock()
      times.append(
        try clock.measure {
          for number in 0..<4_000 {
            var interface = CaptureInterface(linkType: .ethernet)
            interface.snapLength = UInt32(part * 4_000 + number + 1)
            XCTAssertEqual(try writer.index(of: interface), part * 4_000 + number)
            XCTAssertEqual(try writer.index(of: interface), part * 4_000 + number)
          }
        })
      _ = writer.takeOctets()
    }
    // Searching 14,000 interfaces takes seven times as long as searching 2,000.
    XCTAssertLessThan(times[3] / times[0], 4, "\(times)")
    // Of two equal ones the first is found.
    let twin = CaptureInterface(linkType: .ethernet, name: "twin")
    let first = try writer.addInterface(twin)
    _ = try writer.addInterface(twin)
    XCTAssertEqual(try writer.index(of: twin), first)
  }

  /// A name beyond the limit is not written; one that is read ends with a whole character, however
  /// many octets of it are no UTF-8, and can be written again.
  func testLongNames() throws {
    for (name, isWritten) in [
      (String(repeating: "n", count: 255), true), (String(repeating: "n", count: 256), false),
      (String(repeating: "線", count: 85), true), (String(repeating: "線", count: 86), false),
    ] {
      var writer = PcapngWriter()
      let interface = CaptureInterface(linkType: .ethernet, name: name)
      if isWritten {
        let index = try writer.addInterface(interface)
        try writer.write([1, 2], interface: index, at: CaptureTimestamp(nanoseconds: 0))
        let frames = try CaptureReader.frames(in: writer.takeOctets())
        XCTAssertEqual(frames.map(\.interface.name), [name])
      } else {
        XCTAssertThrowsError(try writer.addInterface(interface)) {
          XCTAssertEqual(
            $0 as? CaptureWriteError, .textTooLong(byteCount: name.utf8.count, limit: 255))
        }
      }
    }
    let section: [UInt8] = [
      10, 13, 13, 10, 28, 0, 0, 0, 0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0,
      255, 255, 255, 255, 255, 255, 255, 255, 28, 0, 0, 0,
    ]
    for name in [
      Array(repeating: UInt8(0xFF), count: 300), Array(String(repeating: "線ab", count: 60).utf8),
    ] {
      let length = UInt16(name.count)
      let total = UInt8((20 + 4 + name.count + 4) & 0xFF)
      let high = UInt8((20 + 4 + name.count + 4) >> 8)
      let block: [UInt8] =
        [
          1, 0, 0, 0, total, high, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, UInt8(length & 0xFF),
          UInt8(length >> 8),
        ]
        + name + [0, 0, 0, 0, total, high, 0, 0]
      var reader = CaptureReader()
      reader.append(section + block)
      reader.finish()
      while try reader.next() != nil {}
      let found = try XCTUnwrap(reader.interfaces.first?.name)
      XCTAssertLessThanOrEqual(found.utf8.count, 255)
      XCTAssertGreaterThan(found.utf8.count, 250)
      var writer = PcapngWriter()
      XCTAssertNoThrow(
        try writer.addInterface(CaptureInterface(linkType: .ethernet, name: found)))
    }
  }
}
