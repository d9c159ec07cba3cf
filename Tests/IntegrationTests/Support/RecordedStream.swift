import Foundation
import PacketCapture
import TestSupport
import XCTest

/// A line of `Fixtures/Captures/streams.json`: what an application sent, and where it was recorded.
struct RecordedStream: Decodable {
  let file: String
  let `protocol`: String
  let port: UInt16
  let octets: Int
  let sha256: String
  let segment_size: Int?

  var path: String { Fixtures.url("Captures/\(file)").path }

  /// What permits to segment datagrams of which nothing says where they ended.
  var boundaryOptions: [String] { `protocol` == "udp" ? ["--udp-from-flow"] : [] }

  static func all() throws -> [RecordedStream] {
    let text = try Data(contentsOf: Fixtures.url("Captures/streams.json"))
    return try JSONDecoder().decode([RecordedStream].self, from: text)
  }

  /// What the frames of a capture carry to the application.
  func payload(of frames: [CapturedFrame]) throws -> [UInt8] {
    let segments = try frames.compactMap { frame in
      try TransportPacket(frame.octets, linkKind(frame.interface.linkType))
    }
    let wanted = segments.filter { $0.destinationPort == port }
    if `protocol` == "udp" { return wanted.flatMap(\.payload) }
    return try reassemble(wanted)
  }

  /// Puts the octets of TCP segments in their places, as sequence numbers count from the SYN.
  private func reassemble(_ segments: [TransportPacket]) throws -> [UInt8] {
    let syn = try XCTUnwrap(segments.first { $0.isSYN }, "no SYN")
    var stream: [UInt8] = []
    for segment in segments where !segment.payload.isEmpty {
      let start = Int(segment.sequenceNumber &- syn.sequenceNumber &- 1)
      let end = start + segment.payload.count
      if end > stream.count { stream += [UInt8](repeating: 0, count: end - stream.count) }
      stream.replaceSubrange(start..<end, with: segment.payload)
    }
    return stream
  }
}

/// TCP or UDP in plain IPv4 or IPv6, as the recorded captures have it.
struct TransportPacket {
  let destinationPort: UInt16
  let sequenceNumber: UInt32
  let isSYN: Bool
  let payload: [UInt8]
  /// Octets of the IP packet.
  let packetLength: Int

  /// Nil for anything else.
  init?(_ frame: [UInt8], _ link: LinkKind) {
    let start = link.byteCount
    guard frame.count >= start + 20 else { return nil }
    let isIPv4 = frame[start] >> 4 == 4
    let number = isIPv4 ? frame[start + 9] : frame[start + 6]
    guard number == 6 || number == 17 else { return nil }
    let headerLength = isIPv4 ? Int(frame[start] & 15) * 4 : 40
    let field = isIPv4 ? Self.word(frame, start + 2) : 40 + Self.word(frame, start + 4)
    packetLength = field
    let transport = start + headerLength
    destinationPort = UInt16(Self.word(frame, transport + 2))
    let isTCP = number == 6
    let high = isTCP ? Self.word(frame, transport + 4) : 0
    let low = isTCP ? Self.word(frame, transport + 6) : 0
    sequenceNumber = UInt32(high << 16 | low)
    isSYN = isTCP && frame[transport + 13] & 2 != 0
    let payloadStart = transport + (isTCP ? Int(frame[transport + 12] >> 4) * 4 : 8)
    payload = Array(frame[payloadStart..<(start + packetLength)])
  }

  private static func word(_ frame: [UInt8], _ offset: Int) -> Int {
    Int(frame[offset]) << 8 | Int(frame[offset + 1])
  }
}

/// The SHA-256 of some octets, by a tool that is not ours.
///
/// A test that asks for it starts with ``skipWithoutSHA256()``: within an assertion, a missing tool
/// would be a failure.
func sha256(_ octets: [UInt8]) throws -> String {
  let result = try runTool(XCTUnwrap(findTool("sha256sum")), [], standardInput: octets)
  return String(result.text.prefix(64))
}

/// Skips the running test where ``sha256(_:)`` has no tool.
func skipWithoutSHA256() throws {
  if findTool("sha256sum") == nil { throw XCTSkip("sha256sum is not installed") }
}
