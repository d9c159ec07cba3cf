import Foundation
import PacketCapture
import TestSupport
import XCTest

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The pages and pictures of `vnic explain`.
final class ExplainPageTests: XCTestCase {
  /// The elements of a page, and the text of some of them.
  private final class Reader: NSObject, XMLParserDelegate {
    private(set) var elements: [(name: String, attributes: [String: String])] = []
    private(set) var texts: [String: String] = [:]
    private var open: [String] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      elements.append((name, attributes))
      open.append(name)
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
      qualifiedName: String?
    ) {
      open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
      texts[open.last ?? "", default: ""] += text
    }
  }

  private func read(_ octets: [UInt8], line: UInt = #line) -> Reader {
    let (parser, reader) = (XMLParser(data: Data(octets)), Reader())
    parser.delegate = reader
    XCTAssertTrue(
      parser.parse(), "line \(parser.lineNumber): \(parser.parserError.debugDescription)",
      line: line)
    return reader
  }

  /// A page with every part: a tunnel, a refusal, a keyword, and frames that are merged.
  private func pages(_ folder: TemporaryFolder) throws -> [[String]] {
    let frames: [[UInt8]] = [
      FrameRecipe(payload: Payload(count: 9_000), checksum: .pseudoHeaderWithLength).build(),
      FrameRecipe(payload: Payload(count: 3_000), encapsulation: Encapsulation(.vxlan())).build(),
      FrameRecipe(network: .ipv6(), transport: .udp(), payload: Payload(count: 3_000)).build(),
      FrameRecipe(payload: Payload(count: 5)).build(), [1, 2, 3],
    ]
    let path = try folder.write(pcap(frames), "in.pcap")
    let wire = folder.path("wire.pcap")
    _ = try VnicTool.run("segment", path, wire, "--mss", "1000")
    return (1...5).map { ["explain", path, "--frame", "\($0)"] } + [
      ["explain", path, "--frame", "1", "--keyword", "*LsoV2IPv4=0"],
      ["explain", path, "--frame", "3", "--mss", "700"],
      ["explain", wire, "--coalesce"], ["explain", wire, "--coalesce", "--rules", "ndis"],
    ]
  }

  func testPagesAreWellFormedAndNeedNothingElse() throws {
    let folder = try TemporaryFolder()
    for arguments in try pages(folder) {
      let page = try runTool(VnicTool.url, arguments + ["-o", folder.path("page.html")])
      XCTAssertEqual(page.text, "")
      let octets = try folder.octets("page.html")
      let reader = read(octets)
      let names = Set(reader.elements.map(\.name))
      XCTAssertTrue(names.isSuperset(of: ["header", "main", "footer", "h1", "h2", "table"]))
      XCTAssertEqual(
        names.intersection(["img", "iframe", "object", "embed", "base", "form", "image", "use"]),
        [])
      for (name, attributes) in reader.elements {
        for (key, value) in attributes {
          XCTAssertFalse(key.hasPrefix("on") || key == "src" || key == "style", "\(name) \(key)")
          if key.hasSuffix("href") {
            XCTAssertTrue(value.hasPrefix("#") || value == "data:,", value)
          }
        }
      }
      let scripts = reader.elements.filter { $0.name == "script" }
      XCTAssertEqual(scripts.map { $0.attributes["type"] }, ["application/json"])
      let style = reader.texts["style"] ?? ""
      XCTAssertFalse(style.contains("url(") || style.contains("@import"), style)
      let ids = reader.elements.compactMap { $0.attributes["id"] }
      XCTAssertEqual(ids.count, Set(ids).count, "each id once")
      for (_, attributes) in reader.elements {
        for id in attributes["aria-labelledby"]?.split(separator: " ") ?? [] {
          XCTAssertTrue(ids.contains(String(id)), String(id))
        }
      }
    }
  }

  /// A page carries the data that `--json` prints, and shows its numbers.
  func testPagesCarryTheirData() throws {
    let folder = try TemporaryFolder()
    for arguments in try pages(folder) {
      let run = try runTool(
        VnicTool.url, arguments + ["--json", "-o", folder.path("page.html")])
      let reader = read(try folder.octets("page.html"))
      let data = try JSONValue(Array((reader.texts["script"] ?? "").utf8))
      XCTAssertEqual(data, try JSONValue(run.standardOutput), "\(arguments)")
      let cells = reader.texts["td"] ?? ""
      guard case .array(let segments) = data["explanation"]["segments"] else { continue }
      for segment in segments {
        for key in ["frame_length", "identification", "sequence_number"] {
          guard case .number(let number) = segment[key] else { continue }
          XCTAssertTrue(cells.contains("\(Int(number))"), "\(key) \(number)")
        }
      }
    }
  }

  func testHostileTextIsText() throws {
    let folder = try TemporaryFolder()
    let name = #"<img src=x onerror='alert("1")'>&.pcap"#
    let frame = FrameRecipe(payload: Payload(count: 3_000)).build()
    let path = try folder.write(pcap([frame]), name)
    let hostile = "</script><b onclick=x>]]>\u{0}\u{8}\u{202E}&amp;"
      .replacingOccurrences(of: "\u{0}", with: "")
    for option in [["--frame", "1", "--keyword", "*LsoV2IPv4=\(hostile)"], ["--coalesce"]] {
      for output in option.contains("--frame") ? ["page.html", "picture.svg"] : ["page.html"] {
        try VnicTool.succeed(["explain", path, "-o", folder.path(output)] + option)
        let reader = read(try folder.octets(output))
        XCTAssertFalse(reader.elements.contains { $0.name == "img" || $0.name == "b" })
        guard output == "page.html" else { continue }
        XCTAssertTrue(reader.texts["h1"]?.contains(name) == true, reader.texts["h1"] ?? "")
        XCTAssertTrue(
          option.contains("--coalesce") || reader.texts["td"]?.contains("</script>") == true)
      }
    }
  }

  /// What `vnic explain` draws now is what is kept; the message has the command that draws it anew.
  func testTheKeptPageAndPictureAreThoseOfToday() throws {
    let folder = try TemporaryFolder()
    let rows = [
      ("Captures/udp4.pcap", "1", "Pictures/frame.html"),
      ("Captures/tcp4.pcap", "8", "Pictures/cut.svg"),
    ]
    for (capture, frame, kept) in rows {
      let input = Fixtures.url(capture).path
      let name = String(kept.split(separator: "/")[1])
      let run = try VnicTool.run("explain", input, "--frame", frame, "-o", folder.path(name))
      XCTAssertEqual(run.errorText, "")
      let text = String(decoding: try folder.octets(name), as: UTF8.self)
        .replacingOccurrences(of: input, with: "Fixtures/\(capture)")
      let command =
        "vnic explain Fixtures/\(capture) --frame \(frame) -o Fixtures/\(kept)"
      XCTAssertEqual(
        text, String(decoding: try Fixtures.octets(kept), as: UTF8.self),
        "look at what has changed, then: \(command)")
      _ = read(Array(text.utf8))
    }
  }

  func testAThousandSegments() throws {
    let folder = try TemporaryFolder()
    let frame = FrameRecipe(payload: Payload(count: 10_000)).build()
    let path = try folder.write(pcap([frame]), "in.pcap")
    try VnicTool.succeed([
      "explain", path, "--frame", "1", "--mss", "10", "-o", folder.path("page.html"),
    ])
    let octets = try folder.octets("page.html")
    XCTAssertLessThan(octets.count, 1_000_000)
    let rows = read(octets).elements.filter { $0.name == "tr" }
    XCTAssertGreaterThan(rows.count, 1_000)
    try VnicTool.succeed([
      "explain", path, "--frame", "1", "--mss", "1", "-o", folder.path("page.html"),
    ])
    let reader = read(try folder.octets("page.html"))
    XCTAssertTrue(
      reader.texts["caption"]?.contains("6000 segments before the last 100 are left out") == true)
    let data = try JSONValue(Array((reader.texts["script"] ?? "").utf8))
    guard case .array(let segments) = data["explanation"]["segments"] else {
      return XCTFail("no segments")
    }
    XCTAssertEqual(segments.count, 10_000)
  }
}
