import FrameRecipes
import TestSupport
import VirtualNICTesting
import XCTest

/// The reference coalescer against what the Linux kernel's GRO made of 267 batches.
final class ReferenceCoalescerTests: XCTestCase {
  /// The recording kernel has no 802.1Q devices, so it merged no tagged frames.
  private static let withoutVLANDevices: Set<String> = ["tcp4/vlan", "tcp6/vlan"]

  func testEveryBatchGivesTheKernelsFrames() throws {
    let corpus = try CoalescingCorpus()
    var merged = 0
    for item in corpus.cases where !Self.withoutVLANDevices.contains(item.name) {
      let units = coalesced(item, corpus)
      XCTAssertEqual(units.map(\.inputs), item.merged, item.name)
      let difference = firstDifference(
        expected: corpus.expected(of: item), actual: units.map(\.frame))
      XCTAssertNil(difference, "\(item.name): \(difference?.description ?? "")")
      for (unit, header) in zip(units, item.headers) where header.gsoType != 0 {
        XCTAssertEqual(unit.segmentSize, header.gsoSize, item.name)
        merged += 1
      }
    }
    XCTAssertGreaterThan(merged, 150)
  }

  func testTaggedFramesAreMerged() throws {
    let corpus = try CoalescingCorpus()
    for item in corpus.cases where Self.withoutVLANDevices.contains(item.name) {
      XCTAssertEqual(coalesced(item, corpus).map(\.inputs), [[0, 1, 2]], item.name)
    }
  }

  /// What the kernel delivered has none of the faults that are looked for.
  func testTheKernelHasNoFaults() throws {
    let corpus = try CoalescingCorpus()
    for item in corpus.cases where item.inputHeaders == nil {
      let delivered = zip(corpus.expected(of: item), item.merged).map {
        DeliveredFrame($0, inputs: $1)
      }
      let faults = coalescingFaults(
        delivered, of: corpus.input(of: item), rules: rules(for: item), checksum: .pseudoHeader)
      XCTAssertEqual(faults, [], item.name)
    }
  }

  private func coalesced(
    _ item: CoalescingCorpus.Case, _ corpus: CoalescingCorpus
  ) -> [ReferenceUnit] {
    // The TAP device has no receive hash, so all flows are in one bucket, which holds eight.
    var coalescer = ReferenceCoalescer(
      rules: rules(for: item), checksum: .pseudoHeader, capacity: 8)
    for (index, frame) in corpus.input(of: item).enumerated() {
      let header = item.inputHeaders?[index]
      coalescer.receive(
        frame, isPartial: header.map { $0.flags & 1 == 1 } ?? false,
        segmentSize: header.flatMap { $0.gsoType == 0 ? nil : $0.gsoSize })
      // A poll takes 64 frames.
      if index % 64 == 63 { coalescer.endBatch() }
    }
    coalescer.endBatch()
    return coalescer.delivered
  }

  private func rules(for item: CoalescingCorpus.Case) -> ReferenceCoalescingRules {
    let features = item.features ?? []
    return ReferenceCoalescingRules {
      let mergesUDP = features.contains("rx-udp-gro-forwarding")
      ($0.mergesUDPOverIPv4, $0.mergesUDPOverIPv6) = (mergesUDP, mergesUDP)
      $0.knowsUDPTunnels = features.contains("vxlan")
    }
  }
}
