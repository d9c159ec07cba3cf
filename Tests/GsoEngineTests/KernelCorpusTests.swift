import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// The engine against what the Linux kernel itself made of more than a thousand frames.
final class KernelCorpusTests: XCTestCase {
  func testEveryCase() throws {
    let corpus = try KernelCorpus()
    var tally: [String: Int] = [:]
    for c in corpus.cases {
      let frame = corpus.input(of: c)
      var v = VirtioNetHeader()
      v.flags = .init(rawValue: UInt8(c.vnet.flags))
      v.gsoType = .init(rawValue: UInt8(c.vnet.gsoType))
      v.headerLength = UInt16(c.vnet.headerLength)
      v.gsoSize = UInt16(c.vnet.gsoSize)
      v.checksumStart = UInt16(c.vnet.checksumStart)
      v.checksumOffset = UInt16(c.vnet.checksumOffset)
      v.outerTransportOffset = UInt16(c.vnet.outerTransportOffset ?? 0)
      v.innerNetworkOffset = UInt16(c.vnet.innerNetworkOffset ?? 0)
      var outcome = "passed"
      var frames: [[UInt8]] = []
      var why = ""
      do {
        if c.group == "encap" {
          let plan = try SegmentationPlan(
            of: frame, tunnels: .wellKnown, request: .init(segmentSize: Int(v.gsoSize)))
          frames = try plan.frames(of: frame)
          outcome = plan.count > 1 ? "segmented" : "passed"
        } else {
          let work = try OffloadWork(on: frame, describedBy: v)
          frames = try work.frames(of: frame)
          if frames.count > 1 { outcome = "segmented" }
        }
      } catch { outcome = "rejected"; why = "\(error)" }
      let want = "\(c.outcome)"
      var verdict = "ok"
      if outcome != want {
        verdict = "expected \(want) got \(outcome) \(why)"
      } else if let d = firstDifference(expected: corpus.expected(of: c), actual: frames) {
        verdict = d
      }
      if verdict != "ok" {
        if c.advisory != nil {
          tally["advisory", default: 0] += 1
          if want == "rejected" && !c.wellformed { print("MUST REJECT", c.name, verdict) }
        } else {
          tally["FAIL", default: 0] += 1
          print("FAIL", c.name, verdict)
        }
      } else { tally["ok", default: 0] += 1 }
    }
    print(tally)
  }
}
