import Foundation
import XCTest

/// What articles name is there: files, other articles, and every public type.
final class ArticleTests: XCTestCase {
  private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    let file = root.appendingPathComponent(path)
    guard let text = try? String(contentsOf: file, encoding: .utf8) else {
      throw XCTSkip("no sources at \(file.path)")
    }
    return text
  }

  private func article(_ name: String) throws -> String {
    try text("Sources/VirtualNIC/VirtualNIC.docc/\(name).md")
  }

  private func paths(under folder: String, _ suffix: String) -> [String] {
    let folder = root.appendingPathComponent(folder)
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (found?.allObjects as? [URL] ?? []).map(\.path).filter { $0.hasSuffix(suffix) }.sorted()
  }

  /// Paths in code voice, such as `GsoEngine/Plan/SegmentationPlan.swift` or `VirtualNIC/Links/`.
  private func namedPaths(_ text: String) -> [String] {
    text.matches(of: /`([A-Za-z]+\/[\w\/+.]*(?:\.swift|\.md|\/))`/).map { String($0.output.1) }
  }

  /// A frame passes 20 files at most, none of them twice.
  func testAFramesWayIsShort() throws {
    let rows = try article("AFramesWay").matches(of: /\n\| \d+ \| `([^`]+)`/)
    let files = rows.map { String($0.output.1) }
    XCTAssertTrue((10...20).contains(files.count), "\(files.count)")
    XCTAssertEqual(Set(files).count, files.count)
  }

  func testEveryPathIsThere() throws {
    for (name, least) in [("AFramesWay", 20), ("ContributorsMap", 21)] {
      let paths = try namedPaths(article(name))
      XCTAssertGreaterThanOrEqual(paths.count, least, name)
      for path in paths {
        let isThere = ["Sources", "Tests"].contains {
          FileManager.default.fileExists(atPath: root.appendingPathComponent("\($0)/\(path)").path)
        }
        XCTAssertTrue(isThere, "\(name): \(path)")
      }
    }
  }

  /// Each step of a frame's way has its number, and no file is read twice.
  func testAFramesWayIsNumberedAndGoesThroughNoFileTwice() throws {
    let rows = try article("AFramesWay").matches(of: /(?m)^\| (\d+) \| `([^`]+)` \|/)
    XCTAssertEqual(rows.map { Int($0.output.1) }, rows.indices.map { $0 + 1 })
    XCTAssertEqual(Set(rows.map(\.output.2)).count, rows.count)
  }

  func testLinksBetweenArticlesLeadSomewhere() throws {
    let articles = paths(under: "Sources/VirtualNIC/VirtualNIC.docc", ".md")
    try XCTSkipIf(articles.isEmpty, "no sources at \(root.path)")
    let names = articles.map {
      URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent
    }
    for (path, name) in zip(articles, names) {
      for link in try String(contentsOfFile: path, encoding: .utf8).matches(of: /<doc:(\w+)>/) {
        XCTAssertTrue(names.contains(String(link.output.1)), "\(name): \(link.output.0)")
      }
    }
  }

  func testTopicsNameEveryPublicType() throws {
    let topics = try article("VirtualNIC")
    var count = 0
    for path in paths(under: "Sources/VirtualNIC", ".swift") {
      let code = try String(contentsOfFile: path, encoding: .utf8)
      for type in code.matches(
        of: /(?m)^public (?:final )?(?:struct|class|enum|protocol) (\w+)/)
      {
        count += 1
        let name = type.output.1
        XCTAssertTrue(topics.contains("``\(name)``") || topics.contains("/\(name)``"), "\(name)")
      }
    }
    XCTAssertGreaterThan(count, 20)
  }
}
