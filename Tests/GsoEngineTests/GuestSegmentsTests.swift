import Foundation
import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// The engine against what QEMU's own NICs make of the same super-frames, as recorded in
/// `Fixtures/GuestSegments` by `Tests/Guests/record_segments.py`.
///
/// Each difference is checked for what it is, and `differences.tsv` beside the recordings lists all
/// of them. After a new recording, run this test with `VNIC_RECORD` set to a folder, and read the
/// difference before you copy the list from there.
final class GuestSegmentsTests: XCTestCase {
  /// What a device made of one case.
  private struct Recorded {
    let item: KernelCorpus.Case
    let input: [UInt8]
    let frames: [[UInt8]]
  }

  private func recording(of device: String) throws -> [Recorded] {
    let corpus = try KernelCorpus()
    let cases = Dictionary(uniqueKeysWithValues: corpus.cases.map { ($0.name, $0) })
    var frames = try Fixtures.frames("GuestSegments/\(device).pcap")[...]
    let text = try String(
      contentsOf: Fixtures.url("GuestSegments/\(device).tsv"), encoding: .utf8)
    let recorded = try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let columns = line.split(separator: "\t").map(String.init)
      let item = try XCTUnwrap(cases[columns[0]])
      let count = try XCTUnwrap(Int(columns[1]))
      defer { frames = frames.dropFirst(count) }
      return Recorded(
        item: item, input: corpus.input(of: item), frames: Array(frames.prefix(count)))
    }
    XCTAssertEqual(recorded.count, 146)
    XCTAssertEqual(frames.count, 0)
    return recorded
  }

  private func segments(_ r: Recorded, _ rules: SegmentationRules = .linux) throws -> [[UInt8]] {
    try OffloadAction(on: r.input, describedBy: VirtioNetHeader(r.item.vnet), rules: rules)
      .frames(of: r.input)
  }

  /// Why a device's frames are not those of the engine; nil if they are, octet for octet.
  private func difference(_ r: Recorded) throws -> String? {
    let mine = try segments(r)
    if r.frames == mine { return nil }
    if try isEmptySegmentAppended(r, mine) { return "a segment without payload is appended" }
    var everySegment = SegmentationRules.linux
    everySegment.congestionWindowReduced = .everySegment
    if r.frames == (try segments(r, everySegment)) { return "every segment has CWR" }
    let padded = mine.map { $0 + [UInt8](repeating: 0, count: max(0, 60 - $0.count)) }
    if r.frames == padded { return "short frames are padded to 60 octets" }
    if try isFragmented(r) { return "the IPv4 packet is fragmented, with DF" }
    if try isDestroyed(r) { return "the IPv6 packet is divided as if it were IPv4" }
    return "not explained"
  }

  /// Whether the next segment after the last octet follows, with nothing in it.
  private func isEmptySegmentAppended(_ r: Recorded, _ mine: [[UInt8]]) throws -> Bool {
    guard r.frames.dropLast() == mine[...], let extra = r.frames.last else { return false }
    let layout = try PacketLayout(parsing: extra)
    return layout.payloadRange?.isEmpty == true
      && (r.input.count - extra.count) % r.item.vnet.gsoSize == 0
  }

  /// The packet in one piece, with its checksum.
  private func complete(_ r: Recorded) throws -> [UInt8] {
    var header = VirtioNetHeader(r.item.vnet)
    (header.gsoType, header.gsoSize) = (.none, 0)
    return try OffloadAction(on: r.input, describedBy: header).frames(of: r.input).flatMap { $0 }
  }

  /// Whether a receiver that reassembles gets the super-frame as one packet.
  private func isFragmented(_ r: Recorded) throws -> Bool {
    let whole = try complete(r)
    guard whole[12...13] == [0x08, 0x00] else { return false }
    var payload: [UInt8] = []
    for (index, frame) in r.frames.enumerated() {
      let isLast = index == r.frames.count - 1
      let flags = Int(frame[20]) << 8 | Int(frame[21])
      // DF of the packet, MF, and the offset in units of 8 octets (RFC 791, section 3.1).
      guard flags == 0x4000 | (isLast ? 0 : 0x2000) | payload.count / 8,
        Int(frame[16]) << 8 | Int(frame[17]) == frame.count - 14,
        frame[18...19] == whole[18...19], frame[26..<34] == whole[26..<34]
      else { return false }
      payload += frame[34...]
    }
    return payload == whole[34...].map { $0 }
  }

  /// Whether the octets of the packet come with IPv6 headers that have IPv4's fields written over
  /// them: a length of 0, and a checksum in the source address.
  private func isDestroyed(_ r: Recorded) throws -> Bool {
    let whole = try complete(r)
    guard whole[12...13] == [0x86, 0xDD] else { return false }
    for frame in r.frames {
      guard frame[18...19] == [0, 0], frame[24...25] != whole[24...25],
        frame[14..<18] == whole[14..<18], frame[22...23] == whole[22...23],
        frame[26..<54] == whole[26..<54]
      else { return false }
    }
    return r.frames.flatMap { $0[54...] } == whole[54...].map { $0 }
  }

  func testSegmentsOfQEMUsDevices() throws {
    var differences: [String] = []
    for device in ["e1000", "vmxnet3"] {
      for r in try recording(of: device) {
        guard let why = try difference(r) else { continue }
        XCTAssertNotEqual(why, "not explained", "\(device) \(r.item.name)")
        differences.append("\(device)\t\(r.item.name)\t\(why)")
      }
    }
    if let folder = ProcessInfo.processInfo.environment["VNIC_RECORD"] {
      try (differences.joined(separator: "\n") + "\n")
        .write(toFile: "\(folder)/differences.tsv", atomically: true, encoding: .utf8)
    }
    let text = try String(
      contentsOf: Fixtures.url("GuestSegments/differences.tsv"), encoding: .utf8)
    XCTAssertEqual(differences, text.split(separator: "\n").map(String.init))
  }

  /// A real implementation of TCP segmentation, which nobody here wrote, agrees on the frames of a
  /// connection: in all but an ECN reduction, the end of a multiple of the segment size, and
  /// padding.
  func testMostOfTheE1000IsEqual() throws {
    let recorded = try recording(of: "e1000")
    let equal = try recorded.filter { try difference($0) == nil }
    XCTAssertEqual(equal.count, 136)
    XCTAssertEqual(equal.filter { $0.item.protocol == "tcp4" }.count, 63)
  }
}
