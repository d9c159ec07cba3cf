import Foundation
import PacketCapture
import XCTest

/// Files that tcpdump and the kernel corpus' generator wrote.
final class RecordedCaptureTests: XCTestCase {
  private struct Row {
    let path: String
    let linkType: LinkType
    let count: Int
    let line: UInt

    init(_ path: String, _ linkType: LinkType, _ count: Int, line: UInt = #line) {
      (self.path, self.linkType, self.count, self.line) = (path, linkType, count, line)
    }
  }

  private let rows = [
    Row("Captures/any4.pcap", .linuxSLL2, 26),
    Row("Captures/lo6.pcap", .ethernet, 17),
    Row("Captures/tcp4.pcap", .ethernet, 36),
    Row("Captures/tcp6.pcap", .ethernet, 31),
    Row("Captures/udp4.pcap", .ethernet, 13),
    Row("Captures/udp6.pcap", .ethernet, 12),
    Row("KernelCorpus/input.pcap", .ethernet, 1_155),
    Row("KernelCorpus/expected.pcap", .ethernet, 9_690),
    Row("KernelCorpus/gro_input.pcap", .ethernet, 1_363),
    Row("KernelCorpus/gro_expected.pcap", .ethernet, 605),
  ]

  /// Each file is read to its end, and writing what was read gives the same octets.
  func testReadAndWriteBack() throws {
    for row in rows {
      let file = [UInt8](try Data(contentsOf: fixtures.appendingPathComponent(row.path)))
      var copy: [UInt8] = []
      var count = 0
      var writer: PcapWriter?
      try CaptureReader.forEachRecord(in: file.span) { record in
        count += 1
        XCTAssertEqual(record.linkType, row.linkType, row.path, line: row.line)
        XCTAssertFalse(record.isTruncatedBySnapLength, row.path, line: row.line)
        var current = try writer.take() ?? PcapWriter(record.interface)
        try current.write(record)
        copy += current.takeOctets()
        writer = consume current
      }
      XCTAssertEqual(count, row.count, row.path, line: row.line)
      XCTAssertTrue(copy == file, "\(row.path): the copy differs", line: row.line)
    }
  }

  /// The same through a file handle and `fill`, as a command line would.
  func testFromFile() throws {
    for row in rows {
      let handle = try FileHandle(forReadingFrom: fixtures.appendingPathComponent(row.path))
      defer { try? handle.close() }
      var reader = CaptureReader()
      var octetCount = 24
      while let record = try reader.next(filling: { output in
        guard let data = try handle.read(upToCount: min(output.freeCapacity, 10_000)) else {
          return
        }
        for octet in data { output.append(octet) }
      }) {
        octetCount += 16 + record.capturedLength
      }
      XCTAssertEqual(Int(reader.frameCount), row.count, row.path, line: row.line)
      let attributes = try FileManager.default.attributesOfItem(
        atPath: fixtures.appendingPathComponent(row.path).path)
      XCTAssertEqual(attributes[.size] as? Int, octetCount, row.path, line: row.line)
    }
  }
}
