import Foundation
import PacketCapture
import TestSupport
import XCTest

/// What a new user tries: a file that is empty, one that is compressed, one to be written over
/// itself.
final class UnusableFileTests: XCTestCase {
  /// The commands that read a capture, with what comes after INPUT.
  private let commands: [(name: String, rest: [String])] = [
    ("segment", ["out.pcap"]), ("transmit", ["out.pcap"]), ("inspect", []),
  ]

  func testAnEmptyFileIsCalledEmpty() throws {
    let folder = try TemporaryFolder()
    let empty = try folder.write([], "empty.pcap")
    for (name, rest) in commands {
      let outputs = rest.map { folder.path($0) }
      let file = try runTool(VnicTool.url, [name, empty] + outputs)
      XCTAssertEqual(file.status, 1, name)
      XCTAssertTrue(file.errorText.contains("vnic: \(empty): the file is empty\n"), file.errorText)
      let stream = try runTool(VnicTool.url, [name, "-"] + outputs)
      XCTAssertEqual(stream.status, 1, name)
      XCTAssertTrue(
        stream.errorText.contains("vnic: standard input is empty\n"), stream.errorText)
      XCTAssertFalse(FileManager.default.fileExists(atPath: folder.path("out.pcap")), name)
    }
  }

  func testACompressedFileIsRefusedWithTheLineToType() throws {
    let folder = try TemporaryFolder()
    let starts: [(format: String, octets: [UInt8], tool: String)] = [
      ("gzip", [0x1F, 0x8B, 8, 0], "zcat"), ("compress", [0x1F, 0x9D, 0x90, 0], "zcat"),
      ("zstd", [0x28, 0xB5, 0x2F, 0xFD], "zstdcat"), ("xz", [0xFD, 0x37, 0x7A, 0x58], "xzcat"),
      ("bzip2", [0x42, 0x5A, 0x68, 0x39], "bzcat"), ("lz4", [0x04, 0x22, 0x4D, 0x18], "lz4cat"),
    ]
    for (format, octets, tool) in starts {
      let path = try folder.write(octets + [UInt8](repeating: 0x55, count: 40), "F.\(format)")
      for (name, rest) in commands {
        let outputs = rest.map { folder.path($0) }
        let result = try runTool(VnicTool.url, [name, path] + outputs)
        XCTAssertEqual(result.status, 1, "\(format) \(name)")
        let line = ([tool, path, "|", "vnic", name, "-"] + outputs).joined(separator: " ")
        XCTAssertTrue(
          result.errorText.contains("vnic: \(path): compressed with \(format); try `\(line)`\n"),
          result.errorText)
      }
    }
  }

  func testTheLineKeepsOptionsAndQuotesNames() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([0x1F, 0x8B, 8, 0, 0, 0], "it's a file")
    let result = try VnicTool.run("segment", "--mtu", "576", path, folder.path("out"))
    let quoted = "'" + path.replacingOccurrences(of: "'", with: "'\\''") + "'"
    XCTAssertTrue(
      result.errorText.contains(
        "try `zcat \(quoted) | vnic segment --mtu 576 - \(folder.path("out"))`"), result.errorText)
    let stream = try VnicTool.run(
      "segment", "-", folder.path("out"), standardInput: [0x1F, 0x8B, 8, 0, 0, 0])
    XCTAssertTrue(
      stream.errorText.contains(
        "standard input: compressed with gzip; try `zcat | vnic segment - "), stream.errorText)
  }

  /// The line that the message gives does what was asked for.
  func testTheLineWorks() throws {
    guard let shell = findTool("sh"), let gzip = findTool("gzip"), findTool("zcat") != nil else {
      throw XCTSkip("needs sh, gzip and zcat")
    }
    let folder = try TemporaryFolder()
    let capture = try pcap([[UInt8](repeating: 1, count: 60)])
    let path = try folder.write(capture, "in.pcap")
    XCTAssertEqual(try runTool(gzip, [path]).status, 0)
    let result = try VnicTool.run("segment", path + ".gz", folder.path("out.pcap"))
    let parts = result.errorText.split(separator: "`")
    let line = try XCTUnwrap(parts.count > 1 ? String(parts[1]) : nil, result.errorText)
    let typed = line.replacingOccurrences(of: "| vnic", with: "| \(VnicTool.url.path)")
    XCTAssertEqual(try runTool(shell, ["-c", typed]).status, 0, typed)
    XCTAssertEqual(try folder.frames("out.pcap").count, 1)
  }

  func testOutputOverInputIsRefusedByWhateverName() throws {
    let folder = try TemporaryFolder()
    let capture = try pcap([[UInt8](repeating: 1, count: 60)])
    let path = try folder.write(capture, "in.pcap")
    let files = FileManager.default
    try files.createSymbolicLink(atPath: folder.path("symbolic"), withDestinationPath: path)
    try files.linkItem(atPath: path, toPath: folder.path("hard"))
    try files.createDirectory(atPath: folder.path("sub"), withIntermediateDirectories: false)
    let names = [path, folder.path("symbolic"), folder.path("hard"), folder.path("sub/../in.pcap")]
    for command in ["segment", "transmit"] {
      for input in names {
        for output in names {
          let result = try VnicTool.run(command, input, output)
          XCTAssertEqual(result.status, 2, "\(command) \(input) \(output)")
          let message =
            input == output
            ? "vnic: \(output): input and output are the same file; "
            : "vnic: \(output): the output is the same file as the input \(input); "
          XCTAssertTrue(
            result.errorText.contains(message + "write to another one and rename it\n"),
            result.errorText)
          XCTAssertEqual(try folder.octets("in.pcap"), capture, "\(command) changed the input")
        }
      }
    }
    XCTAssertEqual(
      try files.contentsOfDirectory(atPath: folder.url.path).sorted(),
      ["hard", "in.pcap", "sub", "symbolic"], "nothing is left")
    // A link to something else, and a device, are no reason to refuse.
    let other = try folder.write(capture, "other.pcap")
    try VnicTool.succeed(["segment", other, folder.path("symbolic")])
    try VnicTool.succeed(["segment", other, "/dev/null"])
  }

  func testConformanceDoesNotWriteOverItsCorpus() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(Fixtures.octets("KernelCorpus/input.pcap"), "input.pcap")
    try folder.write(Fixtures.octets("KernelCorpus/cases.json"), "cases.json")
    try FileManager.default.linkItem(atPath: input, toPath: folder.path("actual.pcap"))
    let result = try VnicTool.run("conformance", folder.url.path, folder.url.path)
    XCTAssertEqual(result.status, 2)
    XCTAssertTrue(result.errorText.contains("the output is the same file as"), result.errorText)
    XCTAssertEqual(
      try folder.octets("input.pcap"), try Fixtures.octets("KernelCorpus/input.pcap"))
  }

  /// Through redirections no path says what is what.
  func testStandardStreamsThatAreTheSameFileAreRefused() throws {
    guard let shell = findTool("sh") else { throw XCTSkip("needs sh") }
    let folder = try TemporaryFolder()
    let capture = try pcap([[UInt8](repeating: 1, count: 60)])
    let path = try folder.write(capture, "in.pcap")
    let tool = VnicTool.url.path
    for line in [
      "\(tool) segment - - < \(path) >> \(path)", "\(tool) segment \(path) - >> \(path)",
      "\(tool) segment - \(path) < \(path)", "\(tool) inspect \(path) >> \(path)",
    ] {
      let result = try runTool(shell, ["-c", line])
      XCTAssertEqual(result.status, 2, line)
      XCTAssertTrue(result.errorText.contains("the same file"), result.errorText)
      XCTAssertEqual(try folder.octets("in.pcap"), capture, line)
    }
  }
}
