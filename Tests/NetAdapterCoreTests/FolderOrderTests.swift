import Foundation
import XCTest

/// The folders of NetAdapterCore depend in one direction: rings and queues are read without the
/// adapter.
final class FolderOrderTests: XCTestCase {
  private let order = [
    "Errors", "Rings", "Queues", "Capabilities", "Keywords", "Offload", "Adapter", "State",
  ]
  /// Callbacks about offloads get those, and capabilities and queues contain such callbacks.
  private let allowed: Set<String> = ["EvtAdapterSetOffload", "EvtPacketQueueSetOffloads"]

  /// The code of all files of a folder by their names, without comments and strings.
  private func code(in folder: String) throws -> [String: String] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/NetAdapterCore/\(folder)")
    guard let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    else { throw XCTSkip("no sources at \(root.path)") }
    var code: [String: String] = [:]
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      code[file.lastPathComponent] = text.replacing(/\/\/[^\n]*|"(\\.|[^"\\\n])*"/, with: "")
    }
    try XCTSkipIf(code.isEmpty, "no sources at \(root.path)")
    return code
  }

  func testNoFolderNamesATypeOfALaterOne() throws {
    var folders: [(name: String, code: [String: String], types: Set<String>)] = []
    for name in order {
      let code = try code(in: name)
      var types: Set<String> = []
      for text in code.values {
        for match in text.matches(
          of: /(?m)^(?:\w+ )*(?:struct|class|enum|protocol|typealias) (\w+)/)
        {
          types.insert(String(match.output.1))
        }
      }
      XCTAssertFalse(types.isEmpty, name)
      folders.append((name, code, types))
    }
    for (position, folder) in folders.enumerated() {
      let later = folders[(position + 1)...].reduce(into: Set<String>()) { $0.formUnion($1.types) }
        .subtracting(allowed)
      for (file, text) in folder.code {
        let words = Set(text.matches(of: /\b[A-Z]\w+/).map { String($0.output) })
        XCTAssertEqual(words.intersection(later).sorted(), [], "\(folder.name)/\(file)")
      }
    }
  }
}
