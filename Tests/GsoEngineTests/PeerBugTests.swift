import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

// Faults that other segmenters and NIC emulators have had, each as the input that showed it.
//
// What once went wrong with rings and buffer chains (QEMU CVE-2020-16092, 2020-28916, 2021-20257;
// VirtualBox's E1000 contexts; DPDK descriptor limits), with lists of coalesced buffers (Linux
// CVE-2024-49978; VPP 3f1964d2d28; DPDK 8fb18591f8), with IP fragmentation (Linux CVE-2017-1000112,
// DPDK b9b75d9b5c) or with the capabilities of a device (CVE-2010-0741, DPDK 90052c6536) has no
// counterpart in a segmenter that is handed one contiguous frame. Tags and tunnels in great
// number (Linux CVE-2016-7039) are in HeaderBombTests, addresses that changed (VPP-1727) in
// InvariantTests.testEverythingElseIsCopied, pseudo headers (tun-rs 9dce8c8) in RandomFrameTests.

/// Faults in judging frames and metadata.
final class PeerBugTests: XCTestCase {
  private func error(
    _ frame: [UInt8], _ link: LinkLayer = .ethernet, _ change: (inout VirtioNetHeader) -> Void
  ) -> SegmentationError? {
    var header = VirtioNetHeader()
    change(&header)
    return refusal {
      try OffloadAction(on: frame, describedBy: header, link: link).frames(of: frame)
    }
  }

  /// Linux CVE-2024-43817: a checksum outside the data.
  func testChecksumOffsetOutsideTheFrame() {
    let frame = FrameRecipe(payload: Payload(count: 12_202 - 54)).build()
    XCTAssertEqual(
      error(frame) {
        ($0.flags, $0.gsoType, $0.gsoSize) = (.needsChecksum, .tcpv4, 1_552)
        ($0.checksumStart, $0.checksumOffset) = (199, 1_536)
      }, .metadata(.checksumOffset(found: 1_536, expected: 16)))
  }

  /// Linux 6.6.44, the first fix for it: refused frames whose last segment is a short one.
  func testShortLastSegments() throws {
    for tail in 1...100 {
      let recipe = FrameRecipe(payload: Payload(count: 200 + tail), checksum: .value(1))
      let header = VirtioNetHeader(for: recipe, gsoSize: 100)
      let frames = try OffloadAction(on: recipe.build(), describedBy: header)
        .frames(of: recipe.build())
      XCTAssertEqual(frames.map { $0.count - 54 }, [100, 100, tail])
      XCTAssertEqual(frames.flatMap { frameFaults($0) }, [])
    }
  }

  /// Linux fc8b2a619469: datagrams without a request for checksums.
  func testDatagramsWithoutChecksumRequest() {
    let frame = FrameRecipe(transport: .udp(), payload: Payload(count: 64_521)).build()
    XCTAssertEqual(
      error(frame) { ($0.gsoType, $0.gsoSize) = (.udpL4, 344) },
      .metadata(.checksumNotRequested(gsoType: 5)))
  }

  /// Linux once allowed 64 datagrams, and Windows sends 120.
  func testManyDatagrams() throws {
    let recipe = FrameRecipe(transport: .udp(), payload: Payload(count: 120 * 536))
    XCTAssertNil(try Segmented(recipe, 536).fault(536))
  }

  /// Linux CVE-2023-52435: 65,535 is a mark of the kernel, products of sizes overflow 16 bits.
  func testSizesNextTo16Bits() throws {
    let recipe = FrameRecipe(payload: Payload(count: 65_000), checksum: .value(1))
    for size in [65_494, 65_533, 65_534] {
      let header = VirtioNetHeader(for: recipe, gsoSize: size)
      let frames = try OffloadAction(on: recipe.build(), describedBy: header)
        .frames(of: recipe.build())
      XCTAssertEqual(frames.flatMap { frameFaults($0) }, [])
    }
    let marked = VirtioNetHeader(for: recipe, gsoSize: 65_535)
    XCTAssertEqual(
      refusal { try OffloadAction(on: recipe.build(), describedBy: marked) },
      .metadata(.gsoSize(65_535)))
    let huge = FrameRecipe(payload: Payload(count: 200_000), checksum: .value(1))
    for size in [32_768, 65_495] { XCTAssertNil(try Segmented(huge, size).fault(size)) }
  }

  /// Linux CVE-2024-41090: frames shorter than an Ethernet header.
  func testFramesOfEveryShortLength() {
    for first in [0, 0x45, 0x60, 0xFF] as [UInt8] {
      for count in 0...60 {
        let frame = [UInt8](repeating: first, count: count)
        for type in [1, 4, 5] as [UInt8] {
          XCTAssertNotNil(
            error(frame) { ($0.gsoType, $0.gsoSize) = (.init(rawValue: type), 100) })
        }
      }
    }
  }

  /// Linux CVE-2012-3412 and CVE-2019-11477: very small segments.
  func testSmallSegments() throws {
    let frame = FrameRecipe(payload: Payload(count: 65_436)).build()
    XCTAssertEqual(try SegmentationPlan(of: frame, request: .init(segmentSize: 76)).count, 861)
    for size in 1...64 {
      let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: size))
      XCTAssertEqual(plan.count, (65_436 + size - 1) / size)
      XCTAssertEqual(plan[plan.count - 1].payloadRange.upperBound, frame.count)
    }
    var capped = SegmentationRequest(segmentSize: 76)
    capped.rules.maximumTCPSegmentCount = 100
    XCTAssertEqual(
      refusal { try SegmentationPlan(of: frame, request: capped) },
      .tooManySegments(needed: 861, limit: 100))
  }

  /// QEMU CVE-2016-6834, DPDK 7023f3e532: sizes that never end.
  func testTinySizesMakeProgress() throws {
    for recipe in [FrameRecipe(), FrameRecipe(transport: .udp())] {
      var recipe = recipe
      recipe.payload = Payload(count: 100)
      let frame = recipe.build()
      for size in 0...8 {
        let header = VirtioNetHeader(for: recipe, gsoSize: size)
        guard size > 0 else {
          XCTAssertEqual(
            refusal { try OffloadAction(on: frame, describedBy: header) }, .metadata(.gsoSize(0)))
          continue
        }
        let frames = try OffloadAction(on: frame, describedBy: header).frames(of: frame)
        XCTAssertEqual(frames.count, (100 + size - 1) / size)
      }
    }
  }

  /// QEMU CVE-2016-6835, DPDK c91c4e1539: header lengths that lie, in every combination with every
  /// frame length.
  func testHeaderLengthsThatLie() throws {
    let whole = FrameRecipe(payload: Payload(count: 30)).build()
    for count in 18...whole.count {
      for internetHeader in 0...15 {
        for dataOffset in 0...15 {
          var frame = Array(whole[..<count])
          frame[14] = UInt8(0x40 + internetHeader)
          if count > 46 { frame[46] = UInt8(dataOffset << 4) }
          frame.setWord(count - 14, 16)
          do {
            let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 8))
            XCTAssertGreaterThanOrEqual(internetHeader, 5)
            XCTAssertLessThanOrEqual(plan.headerLength, count)
            XCTAssertEqual(try plan.frames(of: frame).flatMap { frameFaults($0) }, [])
          } catch {
            XCTAssertFalse(error.description.isEmpty)
          }
        }
      }
    }
  }

  /// QEMU CVE-2016-6888: arithmetic at 2^16 and 2^31; tun-rs 347c671: fields truncated to 16 bits.
  func testSizesBeyondFields() {
    let frame = FrameRecipe(payload: Payload(count: 100)).build()
    for size in [1 << 31, 1 << 32, (1 << 32) + 16, 1 << 62] {
      XCTAssertEqual(
        refusal { try SegmentationPlan(of: frame, request: .init(segmentSize: size)) },
        .segmentSizeOutOfRange(size))
    }
    for size in 65_535...65_537 {
      XCTAssertEqual(try SegmentationPlan(of: frame, request: .init(segmentSize: size)).count, 1)
    }
  }

  /// QEMU CVE-2016-2857 and CVE-2024-3567, bhyve CVE-2022-23087: a checksum beyond the end.
  func testChecksumBeyondTheEnd() {
    let whole = FrameRecipe(payload: Payload(count: 0)).build()
    for count in 0..<52 {
      XCTAssertEqual(
        error(Array(whole[..<count])) {
          ($0.flags, $0.checksumStart, $0.checksumOffset) = (.needsChecksum, 34, 16)
        }, .metadata(.checksumOutsideFrame(start: 34, offset: 16, frameLength: count)))
    }
    XCTAssertNil(
      error(Array(whole[..<52])) {
        ($0.flags, $0.checksumStart, $0.checksumOffset) = (.needsChecksum, 34, 16)
      })
  }

  /// QEMU CVE-2020-27617: segmentation of what is not IP, or neither TCP nor UDP.
  func testNothingThatCanBeCut() {
    var frame = FrameRecipe(payload: Payload(count: 100)).build()
    let ask: (inout VirtioNetHeader) -> Void = { ($0.gsoType, $0.gsoSize) = (.tcpv4, 10) }
    for type in [0x0000, 0x0806, 0x88CC, 0x9100] {
      frame.setWord(type, 12)
      XCTAssertEqual(error(frame, .ethernet, ask), .notIP(.init(rawValue: UInt16(type))))
    }
    frame.setWord(0x0800, 12)
    for number in [0, 1, 41, 44, 47, 51, 132, 255] as [UInt8] {
      frame[23] = number
      XCTAssertEqual(
        error(frame, .ethernet, ask), .unsupportedProtocol(.init(rawValue: number)))
    }
  }

  /// bhyve CVE-2019-5609, OpenVMM: headers that are longer than the frame.
  func testHeadersBeyondTheFrame() {
    let frame = FrameRecipe(payload: Payload(count: 6)).build()
    XCTAssertEqual(
      error(frame) { ($0.gsoType, $0.gsoSize, $0.headerLength) = (.tcpv4, 10, 61) },
      .metadata(.headerLengthExceedsFrame(headerLength: 61, frameLength: 60)))
    XCTAssertEqual(
      error(frame) {
        ($0.flags, $0.gsoType, $0.gsoSize) = (.needsChecksum, .tcpv4, 10)
        ($0.checksumStart, $0.checksumOffset) = (100, 16)
      }, .metadata(.checksumOutsideFrame(start: 100, offset: 16, frameLength: 60)))
  }

  /// wireguard-go and tailscale: four inputs that their fuzzers found.
  ///
  /// The octets do not matter, so several kinds are tried, as IP packets and after Ethernet.
  func testSavedCrashers() {
    typealias Row = (
      count: Int, type: UInt8, headerLength: UInt16, checksumStart: UInt16, checksumOffset: UInt16,
      gsoSize: UInt16, line: UInt
    )
    let rows: [Row] = [
      (35, 5, 10, 1, 6, 23, #line), (101, 5, 19, 0, 98, 78, #line), (55, 1, 40, 34, 0, 3, #line),
      (1, 5, 60, 40, 16, 0, #line),
    ]
    for row in rows {
      for link in [LinkLayer.rawIP, .ethernet] {
        for flags in [VirtioNetHeader.Flags.needsChecksum, []] {
          for fill in Self.contents(row.count, link) {
            let found = error(fill, link) {
              ($0.flags, $0.gsoType) = (flags, .init(rawValue: row.type))
              ($0.headerLength, $0.checksumStart) = (row.headerLength, row.checksumStart)
              ($0.checksumOffset, $0.gsoSize) = (row.checksumOffset, row.gsoSize)
            }
            // A sound TCP frame without a request for a checksum may well be segmented by 3.
            let mayPass = row.type == 1 && flags == []
            XCTAssertTrue(found != nil || mayPass, "\(row) \(link)", line: row.line)
          }
        }
      }
    }
  }

  private static func contents(_ count: Int, _ link: LinkLayer) -> [[UInt8]] {
    let kind: LinkKind = link == .rawIP ? .rawIP : .ethernet
    let recipes = [
      FrameRecipe(link: Link(kind)), FrameRecipe(link: Link(kind), transport: .udp()),
      FrameRecipe(link: Link(kind), network: .ipv6(), transport: .udp()),
    ]
    let frames = recipes.map {
      var recipe = $0
      recipe.payload = Payload(count: max(0, count - recipe.layout.payloadOffset))
      return Array(recipe.build().prefix(count))
    }
    return frames + [0, 0x45, 0x60, 0xFF].map { [UInt8](repeating: $0, count: count) }
  }

  /// DPDK 285e6b8b18: metadata that changes between two looks.
  ///
  /// A plan is a value: later changes of the frame's lengths do not reach it, and a frame of
  /// another length is refused.
  func testFrameThatChangesAfterPlanning() throws {
    let frame = FrameRecipe(payload: Payload(count: 100)).build()
    let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 30))
    for other in [Array(frame.dropLast()), frame + [0], []] {
      XCTAssertEqual(
        refusal { try plan.frames(of: other) },
        .frameLengthChanged(planned: frame.count, given: other.count))
    }
    let garbage = [UInt8](repeating: 0xFF, count: frame.count)
    XCTAssertEqual(try plan.frames(of: garbage).map(\.count), [84, 84, 84, 64])
  }

  /// calico#11160: after decapsulation the payload was no longer than a segment, and was dropped.
  func testPayloadShorterThanASegment() throws {
    for size in [100, 101, 1_500, 65_534] {
      let recipe = FrameRecipe(payload: Payload(count: 100), checksum: .pseudoHeaderWithLength)
      let header = VirtioNetHeader(for: recipe, gsoSize: size)
      let frames = try OffloadAction(on: recipe.build(), describedBy: header)
        .frames(of: recipe.build())
      XCTAssertEqual(frames.count, 1)
      XCTAssertEqual(frames.flatMap { frameFaults($0) }, [])
    }
  }
}
