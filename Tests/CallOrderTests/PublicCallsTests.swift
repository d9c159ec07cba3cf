import Foundation
import TestSupport
import WireFormats
import XCTest

/// The walk calls every public function that throws, mutates, or belongs to a class or a link.
///
/// The list comes from the symbol graphs of the modules, and exceptions have a reason each.
final class PublicCallsTests: XCTestCase {
  private static let modules = [
    "WireFormats", "GsoEngine", "NetAdapterCore", "VirtualNIC", "PacketCapture",
  ]

  /// The part of a symbol graph that is needed.
  private struct Graph: Decodable {
    struct Symbol: Decodable {
      struct Kind: Decodable { let identifier: String }
      struct Identifier: Decodable { let precise: String }
      struct Fragment: Decodable {
        let kind: String
        let spelling: String
      }
      let kind: Kind
      let identifier: Identifier
      let pathComponents: [String]
      let declarationFragments: [Fragment]?
    }
    let symbols: [Symbol]
  }

  /// Names of the functions of a module that change something or throw.
  private func names(in graph: Graph) -> Set<String> {
    let owners = graph.symbols.filter {
      ["swift.class", "swift.protocol"].contains($0.kind.identifier)
    }.map(\.pathComponents)
    let functions = graph.symbols.filter { symbol in
      let kinds = ["swift.method", "swift.func", "swift.init", "swift.type.method"]
      guard kinds.contains(symbol.kind.identifier),
        !symbol.identifier.precise.contains("::SYNTHESIZED::")
      else { return false }
      let words = (symbol.declarationFragments ?? []).filter { $0.kind == "keyword" }.map(
        \.spelling)
      return words.contains("throws") || words.contains("mutating")
        || owners.contains(Array(symbol.pathComponents.dropLast()))
    }
    return Set(functions.map { $0.pathComponents.joined(separator: ".") })
  }

  private func exceptions() throws -> [String: String] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Exceptions.tsv")
    var reasons: [String: String] = [:]
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    where !line.hasPrefix("#") {
      let columns = line.split(separator: "\t", maxSplits: 1).map(String.init)
      XCTAssertEqual(columns.count, 2, "name, tab, reason: \(line)")
      reasons[columns[0]] = columns.last
    }
    return reasons
  }

  func testEveryPublicCallIsMadeOrExcused() throws {
    guard let tool = findTool("swift-symbolgraph-extract") else {
      throw XCTSkip("swift-symbolgraph-extract is not there")
    }
    // Where the package was built: beside the program that runs the tests.
    let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let kernels = products.appendingPathComponent("CSumKernels.build/module.modulemap")
    guard FileManager.default.fileExists(atPath: kernels.path) else {
      throw XCTSkip("no modules beside \(CommandLine.arguments[0])")
    }
    let folder = try TemporaryFolder()
    var all: Set<String> = []
    for module in Self.modules {
      let result = try runTool(
        tool,
        [
          "-module-name", module, "-I", products.appendingPathComponent("Modules").path,
          "-Xcc", "-fmodule-map-file=\(kernels.path)", "-target", target(), "-output-dir",
          folder.url.path, "-minimum-access-level", "public",
        ])
      guard result.status == 0 else {
        throw XCTSkip("no symbol graph of \(module): \(result.errorText.prefix(200))")
      }
      let graph = try JSONDecoder().decode(
        Graph.self, from: Data(try folder.octets("\(module).symbols.json")))
      all.formUnion(names(in: graph))
    }
    XCTAssertGreaterThan(all.count, 120)
    let (called, excused) = (Set(Call.all.map(\.name)), try exceptions())
    XCTAssertEqual(
      all.subtracting(called).subtracting(excused.keys).sorted(), [],
      "public calls that the walk does not make; add a Call, or a line to Exceptions.tsv")
    XCTAssertEqual(
      Set(excused.keys).subtracting(all).sorted(), [], "exceptions for what is not public")
    XCTAssertEqual(
      called.intersection(excused.keys).sorted(), [], "exceptions for what is called")
    // Names with a space are moves of the walk that are no single call.
    XCTAssertEqual(
      called.filter { !$0.contains(" ") }.filter { !all.contains($0) }.sorted(), [],
      "calls by a name that is not public")
  }

  private func target() -> String {
    #if arch(x86_64)
      let processor = "x86_64"
    #else
      let processor = "aarch64"
    #endif
    #if os(Linux)
      return "\(processor)-unknown-linux-gnu"
    #else
      return "\(processor)-apple-macosx15.0"
    #endif
  }
}
