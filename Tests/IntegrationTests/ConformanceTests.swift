import Foundation
import TestSupport
import XCTest

/// `vnic conformance`, checked by the verifier that came with the corpus.
final class ConformanceTests: XCTestCase {
  func testVerifierAgrees() throws {
    let result = try verify(["--lenient"])
    XCTAssertEqual(result.status, 0, result.text + result.errorText)
    XCTAssertTrue(result.text.contains(" 0 failed"), result.text)
  }

  /// Without leniency, what fails is exactly what `differences.tsv` lists and explains.
  func testWhatDiffersIsListed() throws {
    let result = try verify(["--max-lines", "2000"])
    let failed = result.text.split(separator: "\n").compactMap { line -> String? in
      guard line.hasPrefix("FAIL ") else { return nil }
      return line.dropFirst(5).prefix { $0 != ":" }.trimmingCharacters(in: .whitespaces)
    }
    let list = try String(
      contentsOf: Fixtures.url("KernelCorpus/differences.tsv"), encoding: .utf8)
    let listed = list.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
    // Where the kernel's two entrances differ, the verifier takes either.
    let excused = Set(listed).subtracting(failed)
    XCTAssertEqual(Set(failed).subtracting(listed), [])
    XCTAssertEqual(excused, Self.differentEntrances)
  }

  /// Listed, but tolerated by the verifier: what TAP did is what we do.
  private static let differentEntrances: Set = ["nocsum/tcp4-vlan", "nocsum/tcp6-vlan"]

  private func verify(_ options: [String]) throws -> ToolResult {
    guard let python = findTool("python3") else { throw XCTSkip("python3 is not installed") }
    let folder = try TemporaryFolder()
    let corpus = Fixtures.url("KernelCorpus").path
    let results = folder.path("new/results")
    let run = try VnicTool.succeed(["conformance", corpus, results])
    XCTAssertTrue(run.errorText.hasPrefix("1155 cases: "), run.errorText)
    let verifier = Fixtures.folder.deletingLastPathComponent()
      .appendingPathComponent("Tests/Oracle/verify.py").path
    return try runTool(python, [verifier, corpus, results] + options)
  }

  /// The batches that the kernel's GRO merged: not one fails, headers included.
  func testVerifierAgreesAboutCoalescing() throws {
    guard let python = findTool("python3") else { throw XCTSkip("python3 is not installed") }
    let folder = try TemporaryFolder()
    let corpus = Fixtures.url("KernelCorpus").path
    let results = folder.path("new/results")
    let run = try VnicTool.succeed(["conformance", corpus, results, "--gro"])
    XCTAssertEqual(
      run.errorText, "267 batches: 1363 frames became 601, 228 of them merged\n")
    let verifier = Fixtures.folder.deletingLastPathComponent()
      .appendingPathComponent("Tests/Oracle/verify.py").path
    let result = try runTool(python, [verifier, corpus, results, "--gro"])
    XCTAssertEqual(result.status, 0, result.text + result.errorText)
    XCTAssertEqual(result.text, "267 passed, 0 failed\n")
  }

  func testMalformedCoalescingCorpora() throws {
    let rows: [(json: String, message: String)] = [
      ("nonsense", "not JSON"),
      (#"{"cases":[{"name":"a","input":0}]}"#, "at .cases[0]: `input_count` is missing"),
      (#"{"cases":[{"name":"a","input":0,"input_count":2}]}"#, "gro_input.pcap has 1 frame"),
      (#"{"cases":[{"name":"a","input":-1,"input_count":1}]}"#, "gro_input.pcap has 1 frame"),
    ]
    for row in rows {
      let folder = try TemporaryFolder()
      _ = try folder.write(Array(row.json.utf8), "gro_cases.json")
      _ = try folder.write(pcap([FrameRecipe().build()]), "gro_input.pcap")
      let result = try VnicTool.run(
        "conformance", folder.url.path, folder.path("results"), "--gro")
      XCTAssertEqual(result.status, 1, row.json)
      XCTAssertTrue(result.errorText.contains(row.message), "\(row.json): \(result.errorText)")
    }
  }

  func testRejectedCasesSayWhy() throws {
    let folder = try TemporaryFolder()
    try VnicTool.succeed(["conformance", Fixtures.url("KernelCorpus").path, folder.url.path])
    let json = try JSONSerialization.jsonObject(with: Data(folder.octets("actual.json")))
    let outcomes = try XCTUnwrap(json as? [String: [String: Any]])
    XCTAssertEqual(outcomes.count, 1_155)
    for (name, outcome) in outcomes {
      let isRejected = outcome["outcome"] as? String == "rejected"
      XCTAssertEqual(outcome["reason"] is String, isRejected, name)
      XCTAssertEqual(outcome["count"] as? Int == 0, isRejected, name)
    }
  }

  func testMalformedCorpora() throws {
    let vnet =
      #"{"flags":1,"gso_type":1,"hdr_len":54,"gso_size":70000,"csum_start":34,"csum_offset":16}"#
    let rows: [(json: String, message: String)] = [
      ("nonsense", "not JSON"),
      ("{}", "`cases` is missing"),
      (#"{"cases":[{"name":"a","input":0}]}"#, "at .cases[0]: `vnet` is missing"),
      (
        #"{"cases":[{"name":"a","input":0,"vnet":\#(vnet)}]}"#, "gso_size 70000 is not in 0...65535"
      ),
      (#"{"cases":[{"name":"a","input":7,"vnet":\#(vnet)}]}"#, "input.pcap has 1 frame"),
    ]
    for row in rows {
      let folder = try TemporaryFolder()
      _ = try folder.write(Array(row.json.utf8), "cases.json")
      _ = try folder.write(pcap([FrameRecipe().build()]), "input.pcap")
      let result = try VnicTool.run("conformance", folder.url.path, folder.path("results"))
      XCTAssertEqual(result.status, 1, row.json)
      XCTAssertTrue(result.errorText.contains(row.message), "\(row.json): \(result.errorText)")
    }
    let missing = try VnicTool.run("conformance", "/nonexistent", "/nonexistent")
    XCTAssertEqual(missing.status, 1)
    XCTAssertTrue(missing.errorText.contains("cases.json"), missing.errorText)
  }
}
