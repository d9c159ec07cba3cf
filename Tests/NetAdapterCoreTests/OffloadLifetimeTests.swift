import Foundation
import TestSupport
import XCTest

/// Behaviour 13: a `NetOffload` that is kept beyond its callback does not compile.
final class OffloadLifetimeTests: XCTestCase {
  /// The compiler's output for `body` as the body of a set-GSO callback; nil without a compiler.
  private func diagnostics(_ body: String) throws -> String? {
    let binary = URL(fileURLWithPath: CommandLine.arguments[0])
    let products = binary.deletingLastPathComponent()
    let modules = products.appendingPathComponent("Modules")
    guard FileManager.default.fileExists(atPath: modules.path) else { return nil }
    guard let compiler = findTool("swiftc") else { return nil }
    let folder = try TemporaryFolder()
    let source = folder.url.appendingPathComponent("callback.swift")
    let text = """
      import NetAdapterCore
      func declare() -> GsoCapabilities {
        GsoCapabilities(
          layer3: .all, layer4: .all, maximumOffloadSize: 1, minimumSegmentCount: 1
        ) { adapter, offload in
          \(body)
        }
      }
      """
    try text.write(to: source, atomically: true, encoding: .utf8)
    var arguments = [
      "-swift-version", "6", "-parse-as-library", "-emit-sil", "-o", "/dev/null", "-I",
      modules.path, source.path,
    ]
    // The one module of the package that is not Swift.
    let map = products.appendingPathComponent("CSumKernels.build/module.modulemap")
    if FileManager.default.fileExists(atPath: map.path) {
      arguments += ["-Xcc", "-fmodule-map-file=\(map.path)"]
    }
    return try runTool(compiler, arguments).errorText
  }

  func testBehaviour13KeepingTheOffloadDoesNotCompile() throws {
    guard
      let fine = try diagnostics(
        "_ = offload.isLsoIPv4Enabled; let kept = offload.offloads; _ = kept")
    else { throw XCTSkip("no compiler or no modules to compile against") }
    XCTAssertFalse(fine.contains("error:"), fine)
    let escaping: [(String, String, UInt)] = [
      (
        "func keep(_ body: @escaping () -> Bool) {}; keep { offload.isLsoIPv4Enabled }",
        "escapes its scope", #line
      ),
      ("let kept: Any = offload; _ = kept", "does not conform to", #line),
      ("var kept: [NetOffload] = []; kept.append(offload)", "does not conform to", #line),
      ("Task { _ = offload.isLsoIPv4Enabled }", "error:", #line),
    ]
    for (body, expected, line) in escaping {
      let text = try diagnostics(body) ?? ""
      XCTAssertTrue(text.contains(expected), text, line: line)
    }
  }
}
