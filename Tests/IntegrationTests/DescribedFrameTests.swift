import PacketCapture
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// `vnic segment --vnet-hdr`: captures whose records start with a virtio-net header.
final class DescribedFrameTests: XCTestCase {
  /// The kernel corpus as one capture: what comes out is what the kernel made of it.
  func testTheKernelCorpusAsACapture() throws {
    let corpus = try KernelCorpus()
    let cases = corpus.cases.filter { $0.advisory == nil && $0.group != "encap" }
    var expected: [[UInt8]] = []
    var ignored: [KernelCorpus.Ignored?] = []
    let records = cases.map { c in
      let out = corpus.expected(of: c)
      expected += out
      ignored += out.map { _ in c.ignore?.first }
      return header(c.vnet).octets(form: .udpTunnel) + corpus.input(of: c)
    }
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap(records), "in.pcap")
    let run = try VnicTool.succeed(["segment", input, folder.path("out.pcap"), "--vnet-hdr", "24"])
    let frames = try folder.frames("out.pcap")
    XCTAssertEqual(frames.count, expected.count, run.errorText)
    for (index, (frame, expected)) in zip(frames, expected).enumerated() {
      var octets = frame.octets
      if let range = ignored[index] {
        for at in range.offset..<(range.offset + range.length) { octets[at] = 0 }
      }
      if octets != expected {
        XCTFail(
          firstDifference(expected: expected, actual: octets)?.description ?? "frame \(index)")
        return
      }
    }
    XCTAssertFalse(run.errorText.contains("skipped:"), run.errorText)
  }

  func testShortFormsAndRefusals() throws {
    let recipe = FrameRecipe(
      payload: Payload(seed: 1, count: 3_000), checksum: .pseudoHeaderWithLength)
    var header = VirtioNetHeader()
    (header.flags, header.gsoType, header.gsoSize) = (.needsChecksum, .tcpv4, 1_000)
    (header.checksumStart, header.checksumOffset) = (34, 16)
    let folder = try TemporaryFolder()
    for form in VirtioNetHeader.Form.allCases {
      let input = try folder.write(pcap([header.octets(form: form) + recipe.build()]), "in.pcap")
      let form = "\(form.byteCount)"
      try VnicTool.succeed(["segment", input, folder.path("out.pcap"), "--vnet-hdr", form])
      let frames = try folder.frames("out.pcap").map(\.octets)
      XCTAssertEqual(frames, referenceSegments(of: recipe, segmentSize: 1_000), form)
    }
    header.gsoSize = 0
    let input = try folder.write(pcap([header.octets(form: .legacy) + recipe.build()]), "bad.pcap")
    let lenient = try VnicTool.succeed(
      ["segment", input, folder.path("bad-out.pcap"), "--vnet-hdr", "10"], skipsFrames: true)
    XCTAssertTrue(
      lenient.errorText.contains("frame 1: gso_size 0 is not in 1...65534"), lenient.errorText)
    XCTAssertEqual(try folder.frames("bad-out.pcap").map(\.octets), [recipe.build()])
    let strict = try VnicTool.run(
      "segment", input, folder.path("strict.pcap"), "--vnet-hdr", "10", "--strict")
    XCTAssertEqual(strict.status, 1)
    let short = try folder.write(pcap([[1, 2, 3]]), "short.pcap")
    let failed = try VnicTool.run("segment", short, folder.path("o.pcap"), "--vnet-hdr", "12")
    XCTAssertEqual(failed.status, 1)
    XCTAssertTrue(failed.errorText.contains("needs 12 octets, 3 are there"), failed.errorText)
    let usage = try VnicTool.run("segment", short, folder.path("o.pcap"), "--vnet-hdr", "11")
    XCTAssertEqual(usage.status, 2)
  }

  private func header(_ recorded: KernelCorpus.VirtioHeader) -> VirtioNetHeader {
    var header = VirtioNetHeader()
    header.flags = .init(rawValue: UInt8(truncatingIfNeeded: recorded.flags))
    header.gsoType = .init(rawValue: UInt8(truncatingIfNeeded: recorded.gsoType))
    header.headerLength = UInt16(truncatingIfNeeded: recorded.headerLength)
    header.gsoSize = UInt16(truncatingIfNeeded: recorded.gsoSize)
    header.checksumStart = UInt16(truncatingIfNeeded: recorded.checksumStart)
    header.checksumOffset = UInt16(truncatingIfNeeded: recorded.checksumOffset)
    header.outerTransportOffset = UInt16(truncatingIfNeeded: recorded.outerTransportOffset ?? 0)
    header.innerNetworkOffset = UInt16(truncatingIfNeeded: recorded.innerNetworkOffset ?? 0)
    return header
  }
}

/// `vnic segment --fragment-udp`: datagrams as IP fragments.
final class FragmentedCaptureTests: XCTestCase {
  func testDatagramsComeBackWhole() throws {
    let folder = try TemporaryFolder()
    for file in ["udp4.pcap", "udp6.pcap"] {
      let input = Fixtures.url("Captures/\(file)").path
      let run = try VnicTool.succeed(
        [
          "segment", input, folder.path(file), "--mtu", "1280", "--fragment-udp", "--strict",
          "--json",
        ])
      XCTAssertTrue(run.errorText.contains("datagrams fragmented"), run.errorText)
      let before = try CaptureReader.frames(in: Fixtures.octets("Captures/\(file)"))
      var fragments = try folder.frames(file).map(\.octets)[...]
      let summary = try Summary(run.standardOutput)
      XCTAssertEqual(summary.fragments, fragments.count, file)
      XCTAssertEqual(summary.segments, 0, file)
      XCTAssertEqual(summary.datagrams_fragmented, before.count, file)
      XCTAssertTrue(
        run.errorText.contains(
          "  segmented: \(before.count) frames into \(fragments.count) fragments\n"), run.errorText)
      for frame in before {
        let payload = frame.octets.count - (file == "udp4.pcap" ? 34 : 54)
        let room = file == "udp4.pcap" ? 1_256 : 1_232
        let count = (payload + room - 1) / room
        let mine = Array(fragments.prefix(count))
        fragments = fragments.dropFirst(count)
        for fragment in mine { XCTAssertLessThanOrEqual(fragment.count - 14, 1_280) }
        let whole = try XCTUnwrap(reassemble(mine), file)
        XCTAssertEqual(frameFaults(whole), [], file)
        XCTAssertEqual(whole.suffix(payload - 8), frame.octets.suffix(payload - 8), file)
      }
      XCTAssertTrue(fragments.isEmpty)
    }
  }

  /// Where both happen, the summary tells them apart.
  func testSegmentsAndFragments() throws {
    let folder = try TemporaryFolder()
    let payload = Payload(seed: 1, count: 3_000)
    let tcp = FrameRecipe(transport: .tcp(), payload: payload).build()
    let udp = FrameRecipe(transport: .udp(), payload: payload).build()
    let input = try folder.write(pcap([tcp, udp, udp]), "in.pcap")
    let run = try VnicTool.succeed(
      ["segment", input, folder.path("out.pcap"), "--fragment-udp", "--json"])
    let summary = try Summary(run.standardOutput)
    XCTAssertEqual([summary.segments, summary.fragments], [3, 6])
    XCTAssertEqual(summary.frames_written, 9)
    XCTAssertTrue(
      run.errorText.contains("  segmented: 3 frames into 3 segments and 6 fragments\n"),
      run.errorText)
  }

  func testTheRulesForDontFragment() throws {
    let folder = try TemporaryFolder()
    let recipe = FrameRecipe(
      network: .ipv4(IPv4Recipe { $0.dontFragment = true }), transport: .udp(),
      payload: Payload(seed: 1, count: 3_000))
    let input = try folder.write(pcap([recipe.build()]), "in.pcap")
    let output = folder.path("out.pcap")
    try VnicTool.succeed(["segment", input, output, "--fragment-udp"])
    XCTAssertEqual(try folder.frames("out.pcap").count, 3)
    let skipped = try VnicTool.succeed(
      ["segment", input, output, "--fragment-udp", "--rules", "ndis"], skipsFrames: true)
    XCTAssertTrue(skipped.errorText.contains("must not be fragmented"), skipped.errorText)
    XCTAssertEqual(try folder.frames("out.pcap").map(\.octets), [recipe.build()])
    let usage = try VnicTool.run("segment", input, output, "--fragment-udp", "--mss", "1000")
    XCTAssertEqual(usage.status, 2)
  }
}
