import Foundation
import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// The engine against the segments that the Linux kernel made of more than a thousand frames.
///
/// `Tests/Oracle/README.md` explains the corpus. Two lists beside it say where the engine does
/// something else, and why: `differences.tsv` has every case whose frames or outcome are not the
/// kernel's, `refusals.tsv` the reason for every case that the engine refuses.
///
/// After a change that means to alter them, run this test with `VNIC_RECORD` set to a folder, and
/// read the difference before you copy the lists from there.
final class KernelCorpusTests: XCTestCase {
  func testEveryCaseIsExactOrBetter() throws {
    let corpus = try KernelCorpus()
    XCTAssertEqual(corpus.cases.count, 1_155)
    XCTAssertEqual(corpus.cases.filter { $0.advisory == nil }.count, 849)
    for c in corpus.cases {
      let result = EngineResult(c, corpus)
      if let complaint = result.complaint(c, corpus) { XCTFail("\(c.name): \(complaint)") }
    }
  }

  func testDifferencesFromTheKernelAreTheListedOnes() throws {
    let corpus = try KernelCorpus()
    let actual = corpus.cases.compactMap { c -> String? in
      let result = EngineResult(c, corpus)
      if result.outcome == c.outcome,
        result.difference(from: corpus.expected(of: c), ignoring: c.ignore ?? []) == nil
      {
        return nil
      }
      let why = result.whyItDiffers(c)
      return "\(c.name)\t\(c.outcome)\t\(result.outcome)\t\(why)"
    }
    try compare(actual, with: "differences.tsv")
  }

  func testEveryRefusalHasTheListedReason() throws {
    let corpus = try KernelCorpus()
    let actual = corpus.cases.compactMap { c -> String? in
      EngineResult(c, corpus).reason.map { "\(c.name)\t\($0)" }
    }
    try compare(actual, with: "refusals.tsv")
  }

  func testCheckAgreesWithSegmentation() throws {
    let corpus = try KernelCorpus()
    for c in corpus.cases where c.group != "encap" {
      let header = VirtioNetHeader(c.vnet)
      let check = OffloadAction.check(corpus.input(of: c), describedBy: header)
      let result = EngineResult(c, corpus)
      switch check {
      case .success(let count): XCTAssertEqual(count, result.frames.count, c.name)
      case .failure(let error): XCTAssertEqual(error.description, result.reason, c.name)
      }
    }
  }

  private func compare(_ actual: [String], with list: String) throws {
    if let folder = ProcessInfo.processInfo.environment["VNIC_RECORD"] {
      let text = actual.joined(separator: "\n") + "\n"
      try text.write(toFile: "\(folder)/\(list)", atomically: true, encoding: .utf8)
    }
    let text = try String(contentsOf: Fixtures.url("KernelCorpus/\(list)"), encoding: .utf8)
    let listed = text.split(separator: "\n").map(String.init)
    for row in Set(actual).subtracting(listed) { XCTFail("not in \(list): \(row)") }
    for row in Set(listed).subtracting(actual) { XCTFail("no longer so in \(list): \(row)") }
  }
}
