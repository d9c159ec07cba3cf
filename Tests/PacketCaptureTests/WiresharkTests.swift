import Foundation
import PacketCapture
import TestSupport
import XCTest

/// Files that this module writes, read by Wireshark's tools, and the other way round.
final class WiresharkTests: XCTestCase {
  /// Made when the tools are there, so that a skipped test has none.
  private var temporary: TemporaryFolder?
  private var folder: URL { get throws { try XCTUnwrap(temporary).url } }

  override func setUpWithError() throws {
    for tool in ["tshark", "editcap"] {
      guard findTool(tool) != nil else {
        throw XCTSkip("\(tool) is not installed, so there is no second opinion")
      }
    }
    temporary = try TemporaryFolder()
  }

  override func tearDownWithError() throws { temporary = nil }

  /// Runs a tool of Wireshark's; messages on standard error are an error of the test.
  private func run(_ tool: String, _ arguments: [String], line: UInt = #line) throws -> String {
    let result = try runTool(XCTUnwrap(findTool(tool)), arguments)
    XCTAssertEqual(result.status, 0, "\(tool): \(result.errorText)", line: line)
    let messages = result.errorText.split(separator: "\n")
    XCTAssertEqual(messages.filter { !$0.hasPrefix("Running as user") }, [], line: line)
    return result.text
  }

  private func fields(_ file: URL, _ names: [String], line: UInt = #line) throws -> [String] {
    let list = names.flatMap { ["-e", $0] }
    let text = try run(
      "tshark", ["-n", "-r", file.path, "-T", "fields", "-E", "separator=|"] + list, line: line)
    return text.split(separator: "\n").map(String.init)
  }

  /// An ARP request, the shortest frame that every tool dissects without remarks.
  private let arp = octets(
    """
    ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002
    """)
  private let ipv4 = octets("4500001c 00010000 40117cce 7f000001 7f000001 00350035 0008017e")

  func testPcapng() throws {
    for order in ByteOrder.allCases {
      var writer = PcapngWriter(byteOrder: order)
      let eth0 = try writer.addInterface(CaptureInterface(linkType: .ethernet, name: "eth0"))
      let tun0 = try writer.addInterface(
        CaptureInterface(linkType: .raw, resolution: .microseconds, name: "tun0"))
      let slow = try writer.addInterface(
        CaptureInterface(
          linkType: .ethernet, resolution: .milliseconds, timestampOffset: 1_000_000_000,
          name: "slow"))
      let moment = CaptureTimestamp(nanoseconds: 1_719_109_785_123_456_789)
      try writer.write(arp, interface: eth0, at: moment, comment: "first, with größe")
      try writer.write(ipv4, interface: tun0, at: moment)
      try writer.write(arp, interface: slow, at: moment, originalLength: 60, comment: "x")
      try writer.write(ipv4, interface: tun0, at: moment, comment: "four")
      let file = try folder.appendingPathComponent("\(order).pcapng")
      try Data(writer.takeOctets()).write(to: file)
      let names = [
        "frame.number", "frame.interface_name", "frame.time_epoch", "frame.cap_len", "frame.len",
        "frame.comment",
      ]
      XCTAssertEqual(
        try fields(file, names),
        [
          "1|eth0|1719109785.123456789|42|42|first, with größe",
          "2|tun0|1719109785.123456000|28|28|",
          "3|slow|1719109785.123000000|42|60|x",
          "4|tun0|1719109785.123456000|28|28|four",
        ])
    }
  }

  /// The hand-written file with everything means to Wireshark what it means to the reader's tests.
  func testGoldenFile() throws {
    let file = try folder.appendingPathComponent("rich.pcapng")
    try Data(Golden.pcapngRich).write(to: file)
    let names = [
      "frame.number", "frame.interface_id", "frame.time_epoch", "frame.cap_len", "frame.len",
      "frame.comment",
    ]
    XCTAssertEqual(
      try fields(file, names),
      [
        "1|1|13.000000000|2|2|", "2|0|1.000000000|1|1|", "3|0||3|5|",
        "4|0|1.000001000|4|4|one,two",
      ])
  }

  func testPcap() throws {
    let rows: [(resolution: PcapResolution, order: ByteOrder, epoch: String, line: UInt)] = [
      (.microseconds, .littleEndian, "1719109785.123456000", #line),
      (.microseconds, .bigEndian, "1719109785.123456000", #line),
      (.nanoseconds, .littleEndian, "1719109785.123456789", #line),
      (.nanoseconds, .bigEndian, "1719109785.123456789", #line),
    ]
    for row in rows {
      var writer = PcapWriter(
        linkType: .ethernet, resolution: row.resolution, byteOrder: row.order)
      try writer.write(arp, at: CaptureTimestamp(nanoseconds: 1_719_109_785_123_456_789))
      let file = try folder.appendingPathComponent("written.pcap")
      try Data(writer.takeOctets()).write(to: file)
      XCTAssertEqual(
        try fields(file, ["frame.time_epoch", "frame.len", "arp.dst.proto_ipv4"], line: row.line),
        ["\(row.epoch)|42|10.0.0.2"], line: row.line)
    }
  }

  /// A recording converted by editcap to its formats holds the frames it held before.
  func testConvertedRecording() throws {
    let recording = fixtures.appendingPathComponent("Captures/tcp4.pcap")
    let original = Reading([UInt8](try Data(contentsOf: recording))).frames
    for format in ["pcap", "nsecpcap", "pcapng"] {
      let file = try folder.appendingPathComponent("converted.\(format)")
      _ = try run("editcap", ["-F", format, recording.path, file.path])
      let reading = Reading([UInt8](try Data(contentsOf: file)))
      XCTAssertNil(reading.error, format)
      XCTAssertEqual(reading.frames.map(\.octets), original.map(\.octets), format)
      XCTAssertEqual(
        reading.frames.map(\.timestamp?.nanoseconds), original.map(\.timestamp?.nanoseconds),
        format)
    }
  }

  /// Comments that editcap adds are found.
  func testCommentedRecording() throws {
    let recording = fixtures.appendingPathComponent("Captures/udp4.pcap")
    let file = try folder.appendingPathComponent("commented.pcapng")
    _ = try run(
      "editcap",
      ["-F", "pcapng", "-a", "2:second frame", "-a", "13:last", recording.path, file.path])
    let reading = Reading([UInt8](try Data(contentsOf: file)))
    XCTAssertNil(reading.error)
    XCTAssertEqual(reading.frames.count, 13)
    XCTAssertEqual(reading.frames[1].comments, ["second frame"])
    XCTAssertEqual(reading.frames[12].comments, ["last"])
    XCTAssertEqual(reading.frames.filter { !$0.comments.isEmpty }.count, 2)
  }
}
