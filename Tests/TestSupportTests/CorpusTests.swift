import TestSupport
import VirtualNICTesting
import XCTest

/// The oracle against what the Linux kernel did with the same frames.
final class TestSupportCorpusTests: XCTestCase {
  func testKernelSegmentsAreSound() throws {
    let corpus = try KernelCorpus()
    var frames = 0
    for item in corpus.cases where item.advisory == nil && item.wellformed {
      guard item.outcome == "segmented" else { continue }
      for frame in corpus.expected(of: item) {
        XCTAssertEqual(frameFaults(frame, udpTunnels: item.isUDPTunnel), [], item.name)
        frames += 1
      }
    }
    XCTAssertGreaterThan(frames, 5_000)
  }

  /// Every sound frame that the kernel segments, taken apart and segmented again from its fields.
  func testReferenceCutsLikeTheKernel() throws {
    let corpus = try KernelCorpus()
    var compared = 0
    for item in corpus.cases where item.advisory == nil && item.wellformed {
      guard item.outcome == "segmented", item.vnet.gsoType & 0x1F != 3 else { continue }
      let input = corpus.input(of: item)
      guard let recipe = FrameRecipe(dissecting: input, udpTunnels: item.isUDPTunnel) else {
        XCTFail("\(item.name): cannot be taken apart")
        continue
      }
      let segments = referenceSegments(of: recipe, segmentSize: item.vnet.gsoSize)
      let difference = firstDifference(
        expected: corpus.expected(of: item), actual: segments)
      XCTAssertNil(difference, "\(item.name): \(difference?.description ?? "")")
      compared += 1
    }
    XCTAssertGreaterThan(compared, 600)
  }

  /// Frames of which the kernel only completed a checksum: one segment.
  func testReferenceFinishesLikeTheKernel() throws {
    let corpus = try KernelCorpus()
    var compared = 0
    for item in corpus.cases where item.advisory == nil && item.wellformed {
      // Without NEEDS_CSUM the kernel leaves the frame alone.
      guard item.outcome == "passed", item.vnet.flags & 1 == 1 else { continue }
      let input = corpus.input(of: item)
      guard let recipe = FrameRecipe(dissecting: input, udpTunnels: item.isUDPTunnel) else {
        XCTFail("\(item.name): cannot be taken apart")
        continue
      }
      let segments = referenceSegments(
        of: recipe, segmentSize: 65_536, rules: ReferenceRules { $0.allOnesWhenSingle = true })
      let difference = firstDifference(expected: corpus.expected(of: item), actual: segments)
      XCTAssertNil(difference, "\(item.name): \(difference?.description ?? "")")
      compared += 1
    }
    XCTAssertGreaterThan(compared, 100)
  }

  /// UDP fragmentation offload (gso_type 3).
  func testReferenceFragmentsLikeTheKernel() throws {
    let corpus = try KernelCorpus()
    var compared = 0
    for item in corpus.cases where item.advisory == nil && item.wellformed {
      guard item.outcome == "segmented", item.vnet.gsoType == 3 else { continue }
      let expected = corpus.expected(of: item)
      guard let recipe = FrameRecipe(dissecting: corpus.input(of: item)) else {
        XCTFail("\(item.name): cannot be taken apart")
        continue
      }
      let fragments = referenceFragments(of: recipe, fragmentPayload: item.vnet.gsoSize)
      let difference = firstDifference(expected: expected, actual: fragments)
      XCTAssertNil(difference, "\(item.name): \(difference?.description ?? "")")

      var whole = recipe
      whole.checksum = .complete
      whole.network.ipv4?.dontFragment = false
      whole.network.ipv4?.reservedBit = false
      let reassembled = reassemble(expected.reversed())
      let loss = firstDifference(expected: whole.build(), actual: reassembled ?? [])
      XCTAssertNil(loss, "\(item.name): \(loss?.description ?? "")")
      XCTAssertEqual(frameFaults(reassembled ?? []), [], item.name)
      compared += 1
    }
    XCTAssertGreaterThan(compared, 50)
  }

  /// What came out of each recorded batch holds every frame that went in, once, and is sound.
  ///
  /// Checksums of merged frames are partial, as their virtio-net headers say.
  func testCoalescedBatchesHoldEveryFrameOnce() throws {
    let corpus = try CoalescingCorpus()
    var merged = 0
    for item in corpus.cases {
      let (input, output) = (corpus.input(of: item), corpus.expected(of: item))
      XCTAssertEqual(item.merged.flatMap { $0 }.sorted(), Array(input.indices), item.name)
      XCTAssertEqual(item.merged.count, output.count, item.name)
      XCTAssertEqual(item.headers.count, output.count, item.name)
      for (index, parts) in item.merged.enumerated() where parts.count == 1 {
        XCTAssertEqual(output[index], input[parts[0]], "\(item.name), frame \(index)")
      }
      for (index, parts) in item.merged.enumerated() where parts.count > 1 {
        XCTAssertEqual(item.headers[index].flags & 1, 1, "\(item.name), frame \(index)")
        XCTAssertGreaterThan(item.headers[index].gsoSize, 0, "\(item.name), frame \(index)")
        merged += parts.count
      }
    }
    XCTAssertGreaterThan(merged, 600)
  }
}
