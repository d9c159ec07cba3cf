import Foundation
import GsoEngine
import TestSupport
import XCTest

/// The engine against this machine's own kernel, with frames that were never recorded before: what
/// it segments, and what its GRO merges.
///
/// Records a corpus with `Tests/Oracle/generate.py`, which needs root, network namespaces and Linux
/// 6.17 for all of its cases. `VNIC_CORPUS_SEED` repeats a recording; several seeds are separated
/// by commas.
final class FreshCorpusTests: XCTestCase {
  func testFreshRecordingHolds() throws {
    try skipUnlessRoot()
    guard let python = findTool("python3"), findTool("ip") != nil, findTool("ethtool") != nil else {
      throw XCTSkip("needs python3, iproute2 and ethtool")
    }
    for seed in seeds() {
      print("fresh kernel corpus: seed \(seed)")
      let folder = try TemporaryFolder()
      let script = Fixtures.folder.deletingLastPathComponent()
        .appendingPathComponent("Tests/Oracle/generate.py")
      let recording = try runTool(
        python, [script.path, "--seed", "\(seed)", "--out", folder.path("corpus")])
      if recording.status != 0 {
        throw XCTSkip("this machine cannot record: \(recording.errorText.suffix(300))")
      }
      let corpus = folder.url.appendingPathComponent("corpus")
      try check(KernelCorpus(folder: corpus), seed: seed)
      try CoalescingCorpusTests.compare(
        CoalescingCorpus(folder: corpus), "seed \(seed), ")
    }
  }

  private func seeds() -> [Int] {
    let asked = ProcessInfo.processInfo.environment["VNIC_CORPUS_SEED"] ?? ""
    let seeds = asked.split(separator: ",").compactMap { Int($0) }
    return seeds.isEmpty ? [Int.random(in: 2...999_999)] : seeds
  }

  private func check(_ corpus: KernelCorpus, seed: Int) {
    XCTAssertGreaterThan(corpus.cases.count, 900)
    for c in corpus.cases {
      let result = EngineResult(c, corpus)
      if let complaint = result.complaint(c, corpus) {
        XCTFail("seed \(seed), \(c.name): \(complaint)")
      }
    }
  }
}
