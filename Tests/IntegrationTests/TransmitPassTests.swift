import Foundation
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// What `vnic transmit` makes of real captures: foreign links, frames captured in part, frame check
/// sequences, metadata.
final class TransmitPassTests: XCTestCase {
  private let small = FrameRecipe(payload: Payload(count: 20)).build()
  private let large = FrameRecipe(payload: Payload(count: 4_000)).build()

  func testForeignFramesPass() throws {
    for name in ["mixed-link-types.pcapng", "radiotap.pcap"] {
      let folder = try TemporaryFolder()
      let input = Fixtures.url("Reports/\(name)").path
      let run = try TransmitRun([input, folder.path("out"), "--explain"])
      let frame = try XCTUnwrap(run.frames?.last)
      XCTAssertEqual(frame.decision, "passed")
      XCTAssertEqual(frame.reason, "foreign")
      let before = try CaptureReader.frames(in: Fixtures.octets("Reports/\(name)"))
      let after = try folder.frames("out")
      XCTAssertEqual(after.map(\.octets), before.map(\.octets), name)
      XCTAssertEqual(after.map(\.interface.linkType), before.map(\.interface.linkType), name)
      XCTAssertEqual(
        after.map(\.timestamp?.nanoseconds), before.map(\.timestamp?.nanoseconds), name)
      if let tshark = findTool("tshark") {
        XCTAssertEqual(try runTool(tshark, ["-r", folder.path("out")]).status, 0, name)
      }
    }
  }

  func testOtherLinksAreNamed() throws {
    let folder = try TemporaryFolder()
    let input = Fixtures.url("Captures/any4.pcap").path
    let run = try VnicTool.succeed(["transmit", input, folder.path("out.pcap")])
    XCTAssertTrue(
      run.text.contains(
        "passed because link type 276 (LINUX_SLL2) is not Ethernet, which is what a NIC sends, "
          + "first frame 1\n"), run.text)
    XCTAssertEqual(
      try folder.frames("out.pcap").map(\.octets),
      try CaptureReader.frames(in: Fixtures.octets("Captures/any4.pcap")).map(\.octets))
  }

  /// More sections than a section can have interfaces, all of which describe the same one.
  func testManySectionsWithTheSameInterface() throws {
    var section = PcapngWriter()
    let interface = try section.addInterface(CaptureInterface(linkType: .raw, name: "tun0"))
    try section.write([1, 2, 3, 4], interface: interface, at: CaptureTimestamp(nanoseconds: 7))
    let octets = section.takeOctets()
    let count = CaptureLimits.interfaceCount + 2
    var file: [UInt8] = []
    for _ in 0..<count { file += octets }
    let folder = try TemporaryFolder()
    let input = try folder.write(file, "in.pcapng")
    try VnicTool.succeed(["transmit", input, folder.path("out.pcapng")])
    let frames = try folder.frames("out.pcapng")
    XCTAssertEqual(frames.count, count)
    XCTAssertEqual(Set(frames.map(\.interface.name)), ["tun0"])
    XCTAssertEqual(Set(frames.map(\.interfaceIndex)).count, 1)
  }

  func testPcapHoldsOneLinkType() throws {
    let folder = try TemporaryFolder()
    let input = Fixtures.url("Reports/mixed-link-types.pcapng").path
    let run = try VnicTool.run("transmit", input, folder.path("out.pcap"))
    XCTAssertEqual(run.status, 1)
    XCTAssertEqual(
      run.errorText,
      "vnic: \(folder.path("out.pcap")): frame 2: the frame has link type 9 (PPP), but this pcap "
        + "file holds link type 1 (ETHERNET); write pcapng for several\n")
    XCTAssertEqual(try folder.names, [])
  }

  func testFramesCapturedInPart() throws {
    let folder = try TemporaryFolder()
    let file =
      Block.section + Block.interface(snapLength: 96)
      + Block.frame(Array(small.prefix(60)), original: small.count)
      + Block.frame(Array(large.prefix(96)), original: large.count)
    let input = try folder.write(file, "in")
    let run = try TransmitRun([input, folder.path("out"), "--explain"])
    XCTAssertEqual(run.frames?.map(\.decision), ["passed", "not_sent"])
    XCTAssertEqual(run.frames?.map(\.reason), ["captured_in_part", "truncated"])
    let frames = try folder.frames("out")
    XCTAssertEqual(frames.map(\.octets), [Array(small.prefix(60))])
    XCTAssertEqual(frames.map(\.originalLength), [UInt32(small.count)])
    let report = Fixtures.url("Reports/snaplen-cut-but-fits.pcap").path
    XCTAssertEqual(try TransmitRun([report, folder.path("out")]).counters.frames_written, 1)
  }

  /// The same frames as `vnic segment`, sequences included.
  func testFrameCheckSequences() throws {
    let wrong: [UInt8] = [1, 2, 3, 4]
    let partial = FrameRecipe(
      payload: Payload(count: 99), checksum: .pseudoHeaderWithLength
    ).build()
    let frames = [
      small + wrong, partial + frameCheckSequence(partial), large + wrong, small + wrong,
    ]
    let pcap =
      octets("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000024")
      + frames.flatMap {
        octets("00000000 00000000") + littleEndian($0.count) + littleEndian($0.count) + $0
      }
    let sealed = Block.interface(options: Block.option(13, [4]) + Block.endOfOptions)
    let pcapng = Block.section + sealed + frames.flatMap { Block.frame($0) }
    for (file, output) in [(pcap, "out.pcap"), (pcapng, "out.pcapng"), (pcapng, "x.pcap")] {
      let folder = try TemporaryFolder()
      let input = try folder.write(file, "in")
      let run = try TransmitRun([input, folder.path(output)])
      XCTAssertEqual(run.counters.dropped, 0)
      try VnicTool.succeed(["segment", input, folder.path("segment-\(output)")])
      let sent = try folder.frames(output)
      XCTAssertEqual(sent.map(\.octets), try folder.frames("segment-\(output)").map(\.octets))
      XCTAssertEqual(sent.first?.octets, small + wrong)
      XCTAssertEqual(
        sent.map(\.interface.frameCheckSequenceByteCount), Array(repeating: 4, count: 6))
      for frame in sent[1...4] {
        let packet = Array(frame.octets.dropLast(4))
        XCTAssertEqual(Array(frame.octets.suffix(4)), frameCheckSequence(packet))
        XCTAssertEqual(frameFaults(packet), [])
      }
    }
    for name in ["fcs.pcap", "fcs-length-in-epb-flags.pcapng"] {
      let folder = try TemporaryFolder()
      let input = Fixtures.url("Reports/\(name)").path
      try VnicTool.succeed(["transmit", input, folder.path("t")])
      try VnicTool.succeed(["segment", input, folder.path("s")])
      XCTAssertEqual(
        try folder.frames("t").map(\.octets), try folder.frames("s").map(\.octets), name)
    }
  }

  /// A frame check sequence on a wire with faults is one of what was sent.
  func testFrameCheckSequencesOnABadWire() throws {
    let folder = try TemporaryFolder()
    let frame = small + frameCheckSequence(small)
    let sealed = Block.interface(options: Block.option(13, [4]) + Block.endOfOptions)
    let file = Block.section + sealed + (0..<50).flatMap { _ in Block.frame(frame) }
    let input = try folder.write(file, "in")
    _ = try TransmitRun([input, folder.path("out"), "--corrupt", "0.5", "--delay", "1000"])
    let sent = try folder.frames("out").map(\.octets)
    XCTAssertEqual(sent.count, 50)
    XCTAssertTrue(sent.contains(frame))
    for octets in sent where octets != frame {
      XCTAssertNotEqual(
        Array(octets.suffix(4)), frameCheckSequence(Array(octets.dropLast(4))), "a bit was turned")
    }
  }

  func testOffloadFlagsAreObeyed() throws {
    let make = { (checksum: TransportChecksum) in
      FrameRecipe(payload: Payload(count: 99), checksum: checksum).build()
    }
    let rows: [(bits: UInt8, frame: [UInt8], expected: [UInt8])] = [
      (0x02, make(.value(0x1234)), make(.complete)),
      (0x08, make(.value(0x1234)), make(.complete)),
      (0x04, make(.pseudoHeaderWithLength), make(.pseudoHeaderWithLength)),
      (0x00, make(.pseudoHeaderWithLength), make(.complete)),
    ]
    for row in rows {
      let folder = try TemporaryFolder()
      let options = Block.option(2, [2, row.bits, 0, 0]) + Block.endOfOptions
      let input = try folder.write(
        Block.section + Block.interface() + Block.frame(row.frame, options: options), "in")
      _ = try TransmitRun([input, folder.path("out")])
      XCTAssertEqual(try folder.frames("out").map(\.octets), [row.expected], "\(row.bits)")
    }
  }

  /// The output is a recording of the wire: what the input knows besides frames is named.
  func testMetadataIsNamed() throws {
    let folder = try TemporaryFolder()
    let input = Fixtures.url("Reports/metadata.pcapng").path
    let run = try TransmitRun([input, folder.path("out.pcapng")])
    XCTAssertEqual(
      Set(run.omissions.map(\.what)),
      [
        "comments", "section options", "interface options", "decryption secrets",
        "name resolution blocks", "packet flags", "interface statistics",
      ])
    let text = try VnicTool.succeed(["transmit", input, folder.path("out.pcapng")]).text
    XCTAssertTrue(text.contains("left out: comments (3), section options (2), "), text)
  }

  func testDamage() throws {
    let folder = try TemporaryFolder()
    let file =
      Block.section + Block.interface() + Block.frame(small) + Block.frame(small, interface: 9)
      + Block.frame(small)
    let input = try folder.write(file, "in")
    let run = try VnicTool.run("transmit", input, folder.path("out"))
    XCTAssertEqual(run.status, 1)
    XCTAssertTrue(run.text.contains("damage: octet "), run.text)
    XCTAssertTrue(run.errorText.hasPrefix("vnic: \(input): damaged: frame 2, block 4 at octet "))
    XCTAssertEqual(try folder.frames("out").map(\.octets), [small, small])
  }
}
