import Foundation
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// `segment` and `transmit` on a perfect wire give the same frames; what `segment` skips a NIC
/// drops.
final class SegmentEqualsTransmitTests: XCTestCase {
  /// How many random frames are tried: `VNIC_TEST_FRAMES`, else 1,500.
  private let frameCount =
    ProcessInfo.processInfo.environment["VNIC_TEST_FRAMES"].flatMap(Int.init) ?? 1_500
  private let options = [
    [], ["--mtu", "1500", "--mss", "1000"], ["--udp-from-flow"], ["--mtu", "576"],
    ["--mtu", "1500", "--mss", "9000"],
  ]

  /// What is wrong; nil if nothing is.
  private func difference(
    _ input: String, _ options: [String], _ folder: TemporaryFolder
  ) throws -> String? {
    let segmented = try runTool(
      VnicTool.url, ["segment", input, folder.path("segmented"), "--json"] + options)
    let sent = try runTool(VnicTool.url, ["transmit", input, folder.path("sent")] + options)
    guard segmented.status == sent.status else {
      return
        "segment ends with \(segmented.status), transmit with \(sent.status): \(sent.errorText)"
    }
    let summary = try Summary(segmented.standardOutput)
    let expected = try sendable(
      folder.frames("segmented"), summary, Array(Data(contentsOf: URL(fileURLWithPath: input))))
    let arrived = try folder.frames("sent")
    for (index, (left, right)) in zip(expected, arrived).enumerated() {
      let place = "output \(index), captured at \(left.timestamp?.nanoseconds ?? 0) ns"
      if left.octets != right.octets {
        return "\(place): \(firstDifference(left.octets, right.octets))"
      }
      if left.timestamp?.nanoseconds != right.timestamp?.nanoseconds {
        return "\(place): sent at \(right.timestamp?.nanoseconds ?? 0) ns"
      }
    }
    return expected.count == arrived.count
      ? nil : "\(expected.count) frames of segment, \(arrived.count) of transmit"
  }

  /// What `segment` wrote, without the frames that it skipped: those a NIC drops.
  private func sendable(
    _ written: [CapturedFrame], _ summary: Summary, _ input: [UInt8]
  ) throws -> [CapturedFrame] {
    let whole = summary.damage.first.map { Array(input.prefix($0.octet)) } ?? input
    let skipped = Set(summary.skipped.flatMap { $0.frames.map(\.number) })
    var waiting = try CaptureReader.frames(in: whole)
      .filter { skipped.contains(Int($0.frameNumber)) }[...]
    XCTAssertEqual(waiting.count, summary.frames_skipped)
    // A skipped frame stands where it stood, with its time and, but for completed fields, its
    // octets.
    let rest = written.filter { frame in
      // A frame without octets is nothing that a NIC could send.
      if frame.octets.isEmpty { return false }
      guard let next = waiting.first, next.timestamp == frame.timestamp,
        next.octets.count == frame.octets.count,
        zip(next.octets, frame.octets).count(where: { $0 != $1 }) <= 16
      else { return true }
      waiting.removeFirst()
      return false
    }
    XCTAssertTrue(
      waiting.isEmpty, "frame \(waiting.first?.frameNumber ?? 0) was skipped and is gone")
    return rest
  }

  private func firstDifference(_ left: [UInt8], _ right: [UInt8]) -> String {
    let place = zip(left, right).enumerated().first { $1.0 != $1.1 }?.offset
    return "\(left.count) and \(right.count) octets, the first that differs is "
      + (place.map { "\($0): \(left[$0]) and \(right[$0])" } ?? "none")
  }

  func testEveryFileInFixtures() throws {
    let folder = try TemporaryFolder()
    var count = 0
    for path in try FileManager.default.subpathsOfDirectory(atPath: Fixtures.folder.path).sorted()
    where path.hasSuffix(".pcap") || path.hasSuffix(".pcapng") {
      let interfaces = (try? CaptureReader.frames(in: Fixtures.octets(path)))?
        .map(\.interface.linkType)
      // A NIC sends Ethernet: what `segment` does to other links that it knows has no counterpart.
      let known: [LinkType] = [.raw, .ipv4, .ipv6, .null, .loop, .linuxSLL, .linuxSLL2]
      if interfaces?.contains(where: known.contains) ?? false { continue }
      count += 1
      // Frames of the corpus all have the same time, by which skipped ones are found again among
      // the segments, so they get one each.
      let input =
        path == "KernelCorpus/input.pcap"
        ? try folder.write(
          pcap(CaptureReader.frames(in: Fixtures.octets(path)).map(\.octets)), "corpus.pcap")
        : Fixtures.url(path).path
      for option in options {
        let problem = try difference(input, option, folder)
        XCTAssertNil(problem, "\(path) \(option)")
      }
    }
    XCTAssertGreaterThan(count, 15)
  }

  func testRandomFrames() throws {
    let start = SeededGenerator.fromEnvironment(0x7A5)
    print("VNIC_TEST_FRAMES=\(frameCount)")
    var profile = RecipeProfile.tunnels
    (profile.links, profile.usualPayload) = ([.ethernet], 4_000)
    let folder = try TemporaryFolder()
    for (round, option) in options.enumerated() {
      var generator = RecipeGenerator(
        SeededGenerator(seed: start.seed &+ UInt64(round)), profile: profile)
      let count = frameCount / options.count
      let recipes = (0..<count).map { _ in generator.next().recipe }
      let input = try folder.write(pcap(recipes.map { $0.build() }), "in.pcap")
      let problem = try difference(input, option, folder)
      XCTAssertNil(problem, "\(option), seed \(start.seed), frames are a second apart")
    }
  }
}
