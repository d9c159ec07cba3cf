import PacketCapture
import XCTest

/// What is written is what is read, for every format, byte order and resolution.
final class RoundTripTests: XCTestCase {
  private struct Frame {
    let octets: [UInt8]
    let seconds: UInt64
    let share: UInt64
  }

  /// Frames of all small lengths, for the padding, and some large ones, at moments whose fraction
  /// is `share` 256ths of a second.
  private let frames: [Frame] = {
    var generator = SeededGenerator(seed: 20_260_101)
    return ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 60, 1_514, 65_549, 262_143, 262_144] as [Int]).map {
      length in
      Frame(
        octets: (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) },
        seconds: UInt64.random(in: 0...4_294_967_295, using: &generator),
        share: UInt64.random(in: 0...255, using: &generator))
    }
  }()

  private func timestamp(_ frame: Frame, _ resolution: TimestampResolution) -> CaptureTimestamp? {
    let perSecond = resolution.ticksPerSecond
    // Seconds are scaled down where a fine resolution could not count them.
    let seconds = frame.seconds % (UInt64.max / perSecond)
    let fraction = perSecond / 256 * frame.share
    return CaptureTimestamp(ticks: seconds * perSecond + fraction, resolution: resolution)
  }

  func testPcap() throws {
    for resolution in PcapResolution.allCases {
      for order in ByteOrder.allCases {
        var writer = PcapWriter(linkType: .ipv4, resolution: resolution, byteOrder: order)
        let timestamps = frames.compactMap { timestamp($0, resolution.timestampResolution) }
        for (frame, timestamp) in zip(frames, timestamps) {
          try writer.write(
            frame.octets, at: timestamp, originalLength: frame.octets.count + 1)
        }
        let file = writer.takeOctets()
        let reading = Reading(file)
        XCTAssertNil(reading.error)
        XCTAssertEqual(reading.format, .pcap(resolution, order))
        XCTAssertEqual(reading.frames.map(\.octets), frames.map(\.octets))
        XCTAssertEqual(reading.frames.map(\.timestamp), timestamps)
        XCTAssertEqual(
          reading.frames.map(\.originalLength), frames.map { UInt32($0.octets.count + 1) })
        XCTAssertEqual(Set(reading.frames.map(\.interface.linkType)), [.ipv4])
      }
    }
  }

  func testPcapng() throws {
    for octet: UInt8 in [0, 3, 6, 9, 12, 15, 19, 0x80, 0x8A, 0x94, 0xA0, 0xBF] {
      guard let resolution = TimestampResolution(rawValue: octet) else {
        XCTFail("resolution \(octet)")
        continue
      }
      for order in ByteOrder.allCases {
        for offset: Int64 in [0, -1_000_000, 1_234] {
          let interfaces = [
            CaptureInterface(linkType: .null, snapLength: 0, resolution: .nanoseconds),
            CaptureInterface(
              linkType: .loop, resolution: resolution, timestampOffset: offset, name: "größe",
              frameCheckSequenceByteCount: 4),
          ]
          var writer = PcapngWriter(byteOrder: order)
          for interface in interfaces { _ = try writer.addInterface(interface) }
          var timestamps: [CaptureTimestamp] = []
          for (number, frame) in frames.enumerated() {
            guard let bare = timestamp(frame, resolution) else { continue }
            let ticks = bare.seconds.magnitude * resolution.ticksPerSecond + bare.fraction
            guard
              let timestamp = CaptureTimestamp(
                ticks: ticks, resolution: resolution, offset: offset)
            else { continue }
            timestamps.append(timestamp)
            try writer.write(
              frame.octets, interface: 1, at: timestamp,
              comment: number % 3 == 0 ? String(repeating: "ß", count: number) : nil)
          }
          let reading = Reading(writer.takeOctets())
          let name = "\(resolution), \(order), offset \(offset)"
          XCTAssertNil(reading.error, name)
          XCTAssertEqual(reading.interfaces, interfaces, name)
          XCTAssertEqual(reading.frames.map(\.octets), frames.map(\.octets), name)
          XCTAssertEqual(reading.frames.map(\.timestamp), timestamps, name)
          XCTAssertEqual(
            reading.frames.map(\.comments),
            frames.indices.map { $0 % 3 == 0 ? [String(repeating: "ß", count: $0)] : [] }, name)
        }
      }
    }
  }

  /// Copying record by record keeps everything pcapng says about frames and interfaces.
  func testCopyingRecords() throws {
    var writer = PcapngWriter()
    try CaptureReader.forEachRecord(in: Golden.pcapngRich) { record in
      let interface = try writer.index(of: record.interface)
      try writer.write(record, interface: interface)
    }
    let copy = Reading(writer.takeOctets())
    let original = Reading(Golden.pcapngRich)
    XCTAssertNil(copy.error)
    XCTAssertEqual(copy.frames.map(\.octets), original.frames.map(\.octets))
    XCTAssertEqual(copy.frames.map(\.originalLength), original.frames.map(\.originalLength))
    XCTAssertEqual(copy.frames.map(\.interface), original.frames.map(\.interface))
    XCTAssertEqual(copy.frames.map(\.comments), original.frames.map(\.comments))
    XCTAssertEqual(
      copy.frames.map(\.timestamp?.nanoseconds),
      [13_000_000_000, 1_000_000_000, 0, 1_000_001_000],
      "a simple packet has no timestamp, an enhanced one needs one")
  }

  /// The reserved fields of a file header, in both orders.
  func testTimeZoneAndAccuracy() throws {
    for order in ByteOrder.allCases {
      var interface = CaptureInterface(linkType: .ethernet, resolution: .microseconds)
      (interface.timeZoneCorrection, interface.timestampAccuracy) = (-3_600, 6)
      var writer = try PcapWriter(interface, byteOrder: order)
      XCTAssertEqual(Reading(writer.takeOctets()).interfaces, [interface])
    }
  }

  func testWholeCapture() throws {
    let frames = try CaptureReader.frames(in: Golden.pcapBig)
    XCTAssertEqual(frames, Reading(Golden.pcapBig).frames)
    XCTAssertThrowsError(try CaptureReader.frames(in: [])) { error in
      XCTAssertTrue(error is CaptureError)
    }
    var seen = 0
    let damaged = Array(Golden.pcapBig.dropLast())
    XCTAssertThrowsError(try CaptureReader.forEachRecord(in: damaged) { _ in seen += 1 })
    XCTAssertEqual(seen, 1, "the frames before the damage are seen")
  }
}
