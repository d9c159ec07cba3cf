import Foundation
import PacketCapture
import TestSupport
import XCTest

/// Captures that are much larger than what the tool may hold in memory.
final class LargeCaptureTests: XCTestCase {
  #if DEBUG
    private static let byteCount = 12_000_000
  #else
    private static let byteCount = 110_000_000
  #endif

  /// A recording again and again: the output must repeat, too, wherever buffers begin and end.
  func testRepeatedRecording() throws {
    let folder = try TemporaryFolder()
    let rows: [(name: String, once: [UInt8], headerByteCount: Int)] = [
      ("big.pcap", try Fixtures.octets("Captures/tcp4.pcap"), 24),
      ("big.pcapng", try pcapng("Captures/tcp4.pcap"), 28 + 20),
    ]
    for row in rows {
      let once = try folder.write(row.once, "once-" + row.name)
      try VnicTool.succeed(["segment", once, folder.path("once-out-" + row.name)])
      let body = row.once.dropFirst(row.headerByteCount)
      let count = Self.byteCount / body.count
      let path = folder.path(row.name)
      try repeated(row.once.prefix(row.headerByteCount), body, count, to: path)

      let out = folder.path("out-" + row.name)
      let run = try VnicTool.succeed(["segment", path, out, "--json"])
      let summary = try Summary(run.standardOutput)
      XCTAssertEqual(summary.octets_read, row.headerByteCount + count * body.count, row.name)
      let after = try Data(contentsOf: URL(fileURLWithPath: out), options: .alwaysMapped)
      XCTAssertEqual(summary.octets_written, after.count, row.name)
      XCTAssertGreaterThan(summary.seconds, 0, row.name)
      let peak = try XCTUnwrap(summary.peak_memory, row.name)
      XCTAssertGreaterThan(peak, 1_000_000, row.name)
      XCTAssertLessThan(peak, 64_000_000, row.name)
      XCTAssertEqual(
        run.errorText.contains("\n  took:"), summary.octets_read >= 100_000_000, run.errorText)

      let onceAfter = try Data(folder.octets("once-out-" + row.name))
      let header = onceAfter.prefix(row.headerByteCount)
      let piece = onceAfter.dropFirst(row.headerByteCount)
      XCTAssertEqual(after.count, header.count + count * piece.count, row.name)
      XCTAssertEqual(after.prefix(header.count), header, row.name)
      for index in 0..<count {
        let start = header.count + index * piece.count
        guard after[start..<(start + piece.count)] == piece else {
          XCTFail("\(row.name): repetition \(index) differs")
          break
        }
      }
    }
  }

  /// One section and one interface of 28 and 20 octets, and the frames of a pcap file.
  private func pcapng(_ fixture: String) throws -> [UInt8] {
    var writer = PcapngWriter()
    let interface = try writer.addInterface(
      CaptureInterface(linkType: .ethernet, resolution: .microseconds))
    try CaptureReader.forEachRecord(in: Fixtures.octets(fixture)) { record in
      try writer.write(record, interface: interface)
    }
    return writer.takeOctets()
  }

  private func repeated(
    _ header: ArraySlice<UInt8>, _ body: ArraySlice<UInt8>, _ count: Int, to path: String
  ) throws {
    try Data(header).write(to: URL(fileURLWithPath: path))
    let file = try XCTUnwrap(FileHandle(forWritingAtPath: path))
    defer { try? file.close() }
    try file.seekToEnd()
    let piece = Data(body)
    for _ in 0..<count { try file.write(contentsOf: piece) }
  }
}
