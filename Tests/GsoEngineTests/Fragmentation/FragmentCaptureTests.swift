import Foundation
import GsoEngine
import TestSupport
import XCTest

/// Wireshark puts our fragments together and checks the checksum inside.
final class FragmentCaptureTests: XCTestCase {
  func testWiresharkReassembles() throws {
    guard let tshark = findTool("tshark") else {
      throw XCTSkip("tshark is not installed, so there is no second opinion")
    }
    // Segment routing with its only segment done.
    let routing = ExtensionHeader.routing([0, 0, 0, 0] + [UInt8](repeating: 0x2A, count: 16))
    let mixes: [[ExtensionHeader]] = [
      [], [.hopByHop([5, 2, 0, 0])], [.destinationOptions()], [routing],
      [.hopByHop(), .destinationOptions(), routing, .destinationOptions()],
    ]
    var networks = mixes.map { mix in Network.ipv6(IPv6Recipe { $0.extensions = mix }) }
    networks.append(.ipv4())
    networks.append(
      .ipv4(IPv4Recipe { $0.options = [IPv4Option.routerAlert, IPv4Option.recordRoute(slots: 3)] }))
    var frames: [[UInt8]] = []
    var lengths: [String] = []
    var identification: UInt16 = 1
    for network in networks {
      for (count, size) in [(100, 40), (1_473, 1_480), (3_001, 1_000), (65_000, 1_448)] {
        var recipe = FrameRecipe(
          network: network, transport: .udp(), payload: Payload(count: count),
          checksum: .pseudoHeaderWithLength)
        recipe.network.ipv4?.identification = identification
        let request = FragmentationRequest(
          fragmentSize: size, identification: UInt32(identification), rules: .copiedFlag)
        identification += 1
        let fragmented = try fragments(of: recipe.build(), request).get()
        XCTAssertGreaterThan(fragmented.count, 1)
        frames += fragmented
        lengths.append("\(count + 8)\t1")
      }
    }
    let folder = try TemporaryFolder()
    let file = try folder.write(capture(frames), "fragments.pcap")
    let options = [
      "-o", "ip.defragment:TRUE", "-o", "ipv6.defragment:TRUE", "-o", "udp.check_checksum:TRUE",
    ]
    let fields = ["-T", "fields", "-e", "udp.length", "-e", "udp.checksum.status"]
    let result = try runTool(
      tshark, ["-n", "-r", file, "-Y", "udp"] + fields + options)
    XCTAssertEqual(result.status, 0, result.errorText)
    // A checksum status of 1 is "good".
    XCTAssertEqual(result.text.split(separator: "\n").map(String.init), lengths)
  }

  /// A pcap file of Ethernet frames, low octets first.
  private func capture(_ frames: [[UInt8]]) -> [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var file = number(0xA1B2_C3D4, 4) + number(2, 2) + number(4, 2) + number(0, 8)
    file += number(0x4_0000, 4) + number(1, 4)
    for (index, frame) in frames.enumerated() {
      file += number(1_700_000_000, 4) + number(index, 4)
      file += number(frame.count, 4) + number(frame.count, 4) + frame
    }
    return file
  }
}
