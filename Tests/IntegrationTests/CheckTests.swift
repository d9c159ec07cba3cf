import Foundation
import PacketCapture
import TestSupport
import XCTest

/// `vnic check`: what is wrong, what a sender left to its NIC, and what cannot be checked.
final class CheckTests: XCTestCase {
  func testOneFrameOfEachKind() throws {
    let folder = try TemporaryFolder()
    var short = FrameRecipe(transport: .udp(), payload: .counting(30))
    short.transport.udp?.length = .value(999)
    let frames: [[UInt8]] = [
      FrameRecipe(payload: .counting(20)).build(),
      FrameRecipe(payload: .counting(20), checksum: .pseudoHeader).build(),
      FrameRecipe(
        network: .ipv4 { $0.headerChecksum = .value(0x1234) }, payload: .counting(20)
      ).build(),
      short.build(),
      [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 6] + [UInt8](repeating: 7, count: 46),
      FrameRecipe(payload: .counting(20), trailerCount: 40).build(),
    ]
    let path = try folder.write(pcap(frames), "in.pcap")
    let run = try VnicTool.run("check", path)
    XCTAssertEqual(run.status, 1)
    XCTAssertEqual(run.errorText, "")
    XCTAssertEqual(
      run.text,
      """
           3  wrong
              octet 24, ipv4.headerChecksum: expected 0x3c51, found 0x1234
           4  wrong
              octet 38, udp.length: expected 38, found 999
      \(path): 6 frames: 2 right, 1 left to a NIC (partial), 2 wrong, 1 not checked

      """)
    let all = try VnicTool.run("check", path, "--all")
    XCTAssertTrue(
      all.text.contains("     1  right\n     2  partial\n        octet 50, tcp.checksum: "))
    XCTAssertTrue(all.text.contains(" (left to the NIC)\n     3  wrong\n"), all.text)
    XCTAssertTrue(
      all.text.contains("     5  unchecked  EtherType 0x806 is not IP\n     6  right\n"))
    let strict = try VnicTool.run("check", path, "--strict")
    XCTAssertTrue(strict.text.hasPrefix("     2  partial\n        octet 50, tcp.checksum: "))
  }

  func testTheMTUAndStrictDecide() throws {
    let path = Fixtures.url("Captures/tcp4.pcap").path
    let plain = try VnicTool.succeed(["check", path])
    XCTAssertEqual(
      plain.text, "\(path): 36 frames: 0 right, 36 left to a NIC (partial), 0 wrong\n")
    let sized = try VnicTool.run("check", path, "--mtu", "1500")
    XCTAssertEqual(sized.status, 1)
    XCTAssertTrue(sized.text.contains("mtu: expected 1500, found "), sized.text)
    XCTAssertTrue(sized.text.hasSuffix(" 20 left to a NIC (partial), 16 wrong\n"), sized.text)
    XCTAssertEqual(try VnicTool.run("check", path, "--strict").status, 1)
    // What `vnic segment` makes of it is right by every measure.
    let folder = try TemporaryFolder()
    let output = folder.path("out.pcap")
    try VnicTool.succeed(["segment", path, output, "--mtu", "1500"])
    let done = try VnicTool.succeed(["check", output, "--mtu", "1500", "--strict"])
    XCTAssertEqual(done.text, "\(output): 437 frames: 437 right, 0 wrong\n")
    let piped = try VnicTool.succeed(["check", "-"], standardInput: folder.octets("out.pcap"))
    XCTAssertEqual(piped.text, "standard input: 437 frames: 437 right, 0 wrong\n")
  }

  /// All six recordings of real senders: partial, every frame, and nothing wrong.
  func testRecordedCaptures() throws {
    let counts = ["any4": 26, "lo6": 17, "tcp4": 36, "tcp6": 31, "udp4": 13, "udp6": 12]
    for (name, count) in counts {
      let path = Fixtures.url("Captures/\(name).pcap").path
      XCTAssertEqual(
        try VnicTool.succeed(["check", path]).text,
        "\(path): \(count) frames: 0 right, \(count) left to a NIC (partial), 0 wrong\n")
    }
  }

  private func states(_ path: String) throws -> [(state: String, fields: [String])] {
    let run = try VnicTool.run("check", path, "--all", "--json")
    XCTAssertEqual(try JSONSchema("check").problems(of: run.standardOutput), [], path)
    guard case .array(let frames) = try JSONValue(run.standardOutput)["frames"] else { return [] }
    return frames.map { frame in
      guard case .array(let faults) = frame["faults"] else { return ("", []) }
      return (frame["state"].text ?? "", faults.compactMap { $0["field"].text })
    }
  }

  /// Of the kernel corpus exactly those frames are wrong that were made to be wrong.
  func testTheKernelCorpus() throws {
    let corpus = try KernelCorpus()
    let inputs = try states(Fixtures.url("KernelCorpus/input.pcap").path)
    let outputs = try states(Fixtures.url("KernelCorpus/expected.pcap").path)
    XCTAssertEqual(inputs.count, 1_155)
    var wrong: [String] = []
    var right = 0
    for item in corpus.cases where item.wellformed {
      if inputs[item.input].state == "wrong" { wrong.append(item.name) }
      XCTAssertNotEqual(inputs[item.input].state, "unchecked", item.name)
      guard item.advisory == nil else { continue }
      for frame in item.first..<(item.first + item.count) {
        XCTAssertEqual(outputs[frame].state, "right", "\(item.name): \(outputs[frame].fields)")
        right += 1
      }
    }
    XCTAssertEqual(
      wrong.sorted(),
      [
        "ipv4/tcp-badsum", "ipv4/udp-badsum", "nocsum/tcp4-wrong", "nocsum/tcp4-zero",
        "nocsum/tcp6-wrong", "nocsum/tcp6-zero", "nocsum/ufo4-wrong", "nocsum/ufo6-wrong",
        "nocsum/ufo6-zero", "vxlan/csum-outer-id-csum", "vxlan/nocsum-outer-id-csum",
      ])
    XCTAssertEqual(right, 9_225)
  }

  func testFramesAfterAVirtioNetHeader() throws {
    let folder = try TemporaryFolder()
    var recipe = FrameRecipe(payload: .counting(3_000), checksum: .pseudoHeader)
    for form in FrameRecipe.VirtioNetHeader.Form.allCases {
      recipe.virtioNetHeader = .segment(1_000, form: form)
      let path = try folder.write(pcap([recipe.octets, [1, 2, 3]]), "vnet.pcap")
      let run = try VnicTool.succeed(["check", path, "--vnet-hdr", "\(form.rawValue)", "--all"])
      XCTAssertTrue(run.text.contains("octet 50, tcp.checksum: "), run.text)
      XCTAssertTrue(
        run.text.contains("unchecked  3 octets, a virtio-net header has \(form.rawValue)"), run.text
      )
    }
    let run = try VnicTool.run("check", "a", "--vnet-hdr", "11")
    XCTAssertEqual(run.status, 2)
    XCTAssertEqual(run.errorText, "vnic: `--vnet-hdr` takes 10, 12, 20 or 24, not 11\n")
  }

  /// A frame check sequence, padding inside a tunnel, damage, and what was captured in part.
  func testOddCaptures() throws {
    let folder = try TemporaryFolder()
    for name in ["fcs.pcap", "home-address.pcap", "udp-options.pcap", "vxlan-port-8472.pcap"] {
      try VnicTool.succeed(["check", Fixtures.url("Reports/\(name)").path])
    }
    let gre = try VnicTool.run("check", Fixtures.url("Reports/transmit-gre-padded-ack.pcap").path)
    XCTAssertTrue(gre.text.hasSuffix(": 1 frame: 0 right, 1 left to a NIC (partial), 0 wrong\n"))
    var sequence = try Fixtures.octets("Reports/fcs.pcap")
    sequence[sequence.count - 1] ^= 1
    let broken = try VnicTool.run("check", folder.write(sequence, "fcs.pcap"))
    XCTAssertEqual(broken.status, 1)
    XCTAssertTrue(broken.text.contains(", ethernet.frameCheckSequence: expected 0x"), broken.text)
    let damaged = try VnicTool.run("check", Fixtures.url("Reports/last-record-cut.pcap").path)
    XCTAssertEqual(damaged.status, 1)
    XCTAssertTrue(damaged.text.contains("     -  damage at frame 4 at octet 534: "), damaged.text)
    XCTAssertTrue(damaged.errorText.contains("damaged"), damaged.errorText)
    let short = try VnicTool.succeed([
      "check", "--all", Fixtures.url("Reports/snaplen-cut-but-fits.pcap").path,
    ])
    XCTAssertTrue(short.text.contains(" octets were captured\n"), short.text)
    let foreign = try VnicTool.succeed([
      "check", "--all", Fixtures.url("Reports/radiotap.pcap").path,
    ])
    XCTAssertTrue(foreign.text.contains("unchecked  link type 127"), foreign.text)
  }
}
