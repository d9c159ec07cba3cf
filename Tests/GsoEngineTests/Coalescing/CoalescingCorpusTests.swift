import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// The coalescer against what the Linux kernel's GRO made of 267 batches.
///
/// `Tests/Oracle/README.md` explains the corpus.
final class CoalescingCorpusTests: XCTestCase {
  /// The recording kernel has no 802.1Q devices, so it merged no tagged frames.
  ///
  /// That says something about that kernel, not about GRO: kernels with such devices merge frames
  /// of one VLAN (`vlan_gro_receive`).
  private static let withoutVLANDevices: Set<String> = [
    "tcp4/vlan", "tcp6/vlan", "tcp4/vlan-differs", "tcp6/vlan-differs",
  ]

  /// Frames of which only the kernel says `DATA_VALID`.
  ///
  /// It checks their checksums before it finds that they are not to be merged: a wrong data offset,
  /// UDP that is not to be coalesced. It says so as well for a UDP checksum of 0 over IPv6, which
  /// RFC 8200 forbids.
  private static let checkedByTheKernelOnly: Set<String> = [
    "tcp4/doff-bad", "tcp6/doff-bad", "udp4-off/four", "udp6-off/four", "udp6-fwd/csum0",
    "udp6-fwd/csum0-mixed", "encap/vxlan-no-device",
  ]

  func testEveryBatchGivesTheKernelsFrames() throws {
    try Self.compare(CoalescingCorpus())
  }

  /// The same for batches that were recorded with a seed; `name` says with which.
  static func compare(_ corpus: CoalescingCorpus, _ name: String = "") throws {
    XCTAssertEqual(corpus.cases.count, 267, name)
    for c in corpus.cases where !Self.withoutVLANDevices.contains(c.name) {
      let units = try coalesced(c, corpus)
      let frames = corpus.expected(of: c)
      XCTAssertEqual(units.map(\.inputs), c.merged, name + c.name)
      let difference = firstDifference(expected: frames, actual: units.map(\.octets))
      XCTAssertNil(difference, "\(name)\(c.name): \(difference?.description ?? "")")
      guard units.count == frames.count else { continue }
      for (index, unit) in units.enumerated() {
        let isUnchecked = Self.checkedByTheKernelOnly.contains(c.name) && c.merged[index].count == 1
        check(
          unit.metadata, c.headers[index], isUnchecked ? .dataValid : [],
          "\(name)\(c.name), frame \(index)")
        XCTAssertEqual(unit.metadata.segmentCount, c.merged[index].count, name + c.name)
      }
    }
  }

  /// Three segments with one tag are merged into one frame, three with different tags are not.
  func testTaggedFramesAreMerged() throws {
    let corpus = try CoalescingCorpus()
    for c in corpus.cases where Self.withoutVLANDevices.contains(c.name) {
      let units = try Self.coalesced(c, corpus)
      guard c.name.hasSuffix("/vlan") else {
        XCTAssertEqual(units.map(\.octets), corpus.expected(of: c), c.name)
        continue
      }
      XCTAssertEqual(units.map(\.inputs), [[0, 1, 2]], c.name)
      XCTAssertEqual(units.first?.metadata.segmentSize, 1_000, c.name)
      let merged = try XCTUnwrap(units.first)
      let header = merged.metadata.virtioNetHeader
      let action = try OffloadAction(on: merged.octets, describedBy: header)
      XCTAssertEqual(try action.frames(of: merged.octets), corpus.input(of: c), c.name)
    }
  }

  /// Merged frames with complete checksums are sound, too.
  func testCompleteChecksumsAreValid() throws {
    let corpus = try CoalescingCorpus()
    var merged = 0
    for c in corpus.cases {
      for unit in try Self.coalesced(c, corpus, checksum: .complete)
      where unit.metadata.segmentCount > 1 {
        let isTunnel = c.features?.contains("vxlan") == true
        XCTAssertEqual(frameFaults(unit.octets, udpTunnels: isTunnel), [], c.name)
        merged += 1
      }
    }
    XCTAssertGreaterThan(merged, 150)
  }

  /// Compares a header with the recorded one, which has no bits for tunnels.
  private static func check(
    _ metadata: CoalescedUnit.Metadata, _ expected: CoalescingCorpus.VirtioHeader,
    _ added: VirtioNetHeader.Flags, _ name: String
  ) {
    let header = metadata.virtioNetHeader
    XCTAssertEqual(Int(header.gsoType.base.rawValue), expected.gsoType, name)
    XCTAssertEqual(Int(header.gsoSize), expected.gsoSize, name)
    XCTAssertEqual(Int(header.checksumStart), expected.checksumStart, name)
    XCTAssertEqual(Int(header.checksumOffset), expected.checksumOffset, name)
    let flags = header.flags.subtracting(.udpTunnelChecksum)
    XCTAssertEqual(Int(flags.union(added).rawValue), expected.flags, name)
  }

  private static func coalesced(
    _ c: CoalescingCorpus.Case, _ corpus: CoalescingCorpus,
    checksum: CoalescingRequest.Checksum = .pseudoHeader
  ) throws -> [CoalescedFrame] {
    let features = c.features ?? []
    var request = CoalescingRequest(rules: .linux, checksum: checksum)
    // The TAP device has no receive hash, so all flows are in one bucket, which holds eight.
    request.flowCapacity = 8
    if !features.contains("rx-udp-gro-forwarding") { request.rules.support = .tcp }
    request.recognition.vxlanPorts = features.contains("vxlan") ? [4_789] : []
    return try GsoEngineTests.coalesced(
      corpus.input(of: c), request, describedBy: c.inputHeaders?.map(VirtioNetHeader.init), poll: 64
    )
  }
}

extension VirtioNetHeader {
  fileprivate init(_ recorded: CoalescingCorpus.VirtioHeader) {
    self.init()
    flags = Flags(rawValue: UInt8(recorded.flags))
    gsoType = GsoType(rawValue: UInt8(recorded.gsoType))
    gsoSize = UInt16(recorded.gsoSize)
    checksumStart = UInt16(recorded.checksumStart)
    checksumOffset = UInt16(recorded.checksumOffset)
  }
}
