import Foundation
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// Frames that `vnic segment` does not segmented: what must not change in them, and what must.
final class PassedFrameTests: XCTestCase {
  /// The octets of frames after `vnic segment`, and its summary.
  private func segment(
    _ frames: [[UInt8]], _ options: String..., linkType: LinkType = .ethernet
  ) throws -> (frames: [[UInt8]], summary: Summary) {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap(frames, linkType: linkType), "in.pcap")
    let run = try runTool(
      VnicTool.url, ["segment", input, folder.path("out"), "--json"] + options)
    let summary = try Summary(run.standardOutput)
    XCTAssertEqual(run.status, summary.frames_skipped > 0 ? 3 : 0, run.errorText)
    return (try folder.frames("out").map(\.octets), summary)
  }

  func testUnfinishedChecksumsAreFinished() throws {
    let transports: [Transport] = [.tcp(), .udp()]
    for transport in transports {
      for network in [Network.ipv4(), .ipv6()] {
        for count in [0, 1, 99, 100] {
          let make = { (checksum: TransportChecksum) in
            FrameRecipe(
              network: network, transport: transport, payload: Payload(count: count),
              checksum: checksum, trailerCount: 3
            ).build()
          }
          let partial = [make(.pseudoHeaderWithLength), make(.pseudoHeaderWithoutLength)]
          let (frames, summary) = try segment(partial)
          let complete = make(.complete)
          XCTAssertEqual(frames, [complete, complete], "\(transport) \(network) \(count)")
          XCTAssertEqual(summary.checksums.completed_in_fitting_frames, 2)
        }
      }
    }
  }

  func testTunnelChecksumsAreFinishedFromTheInside() throws {
    let make = { (outer: TransportChecksum, inner: TransportChecksum) in
      FrameRecipe(
        payload: Payload(count: 77), checksum: inner,
        encapsulation: Encapsulation(.vxlan(), checksum: outer)
      ).build()
    }
    let (frames, summary) = try segment([make(.pseudoHeaderWithLength, .pseudoHeaderWithLength)])
    XCTAssertEqual(frames, [make(.complete, .complete)])
    XCTAssertEqual(summary.checksums.completed_in_fitting_frames, 1)
    XCTAssertEqual(frameFaults(frames[0]), [])
    let outer = Encapsulation(.vxlan(), network: .ipv6(), checksum: .zero)
    let unused = FrameRecipe(payload: Payload(count: 77), encapsulation: outer).build()
    let (same, none) = try segment([unused])
    XCTAssertEqual(same, [unused])
    XCTAssertEqual(none.checksums.wrong_in_fitting_frames, 0)
  }

  func testWrongChecksumsStayAndAreCounted() throws {
    let frames = [
      FrameRecipe(payload: Payload(count: 9), checksum: .value(0x1234)).build(),
      FrameRecipe(network: .ipv4(IPv4Recipe { $0.headerChecksum = .wrong })).build(),
    ]
    let (after, summary) = try segment(frames)
    XCTAssertEqual(after, frames)
    XCTAssertEqual(summary.checksums.wrong_in_fitting_frames, 2)
    XCTAssertEqual(summary.checksums.completed_in_fitting_frames, 0)
  }

  func testWrongChecksumOfAFrameThatIsCut() throws {
    let frame = FrameRecipe(payload: Payload(count: 4_000), checksum: .value(0x1234)).build()
    let (after, summary) = try segment([frame])
    XCTAssertEqual(after.count, 3)
    for frame in after { XCTAssertEqual(frameFaults(frame), []) }
    XCTAssertEqual(summary.checksums.wrong_in_segmented_frames, 1)
    XCTAssertEqual(summary.checksums.wrong_in_fitting_frames, 0)
  }

  func testPaddingAndUnusedChecksumsStay() throws {
    let frames = [
      FrameRecipe(trailerCount: 6).build(),
      FrameRecipe(transport: .udp(), payload: Payload(count: 5), checksum: .zero).build(),
    ]
    let (after, summary) = try segment(frames)
    XCTAssertEqual(after, frames)
    XCTAssertEqual(summary.frames_fitting, 2)
    XCTAssertEqual(summary.checksums.wrong_in_fitting_frames, 0)
  }

  func testGiantsThatCannotBeCutPassAndAreNamed() throws {
    let ethernet: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]
    let payload = Payload(count: 3_000)
    let frames: [[UInt8]] = [
      ethernet + [0x88, 0xCC] + [UInt8](repeating: 7, count: 1_501),
      ethernet + [0x88, 0xCC] + [UInt8](repeating: 7, count: 1_500),
      FrameRecipe(network: .ipv4(IPv4Recipe { $0.moreFragments = true }), payload: payload).build(),
      FrameRecipe(network: .ipv4(IPv4Recipe { $0.moreFragments = true }), payload: payload).build(),
      ethernet + [8, 0, 0x44] + [UInt8](repeating: 0, count: 2_000),
    ]
    let (after, summary) = try segment(frames)
    XCTAssertEqual(after, frames)
    XCTAssertEqual(summary.frames_skipped, 4)
    XCTAssertEqual(
      summary.skipped.map(\.reason), ["not IP", "IP fragment", "headers that cannot be read"])
    XCTAssertEqual(summary.skipped.map { $0.frames.map(\.number) }, [[1], [3, 4], [5]])
    XCTAssertEqual(
      summary.skipped[2].frames[0].detail,
      "IPv4 internet header length at octet 14 is 4, which is not valid")
  }

  func testMSSDecidesWhatIsTooLarge() throws {
    let frames = [500, 501, 1_400].map {
      FrameRecipe(transport: .udp(), payload: Payload(count: $0)).build()
    }
    let (mss, _) = try segment(frames, "--mss", "500")
    XCTAssertEqual(mss.map(\.count), [500, 500, 1, 500, 500, 400].map { $0 + 42 })
    let (both, _) = try segment(frames, "--mss", "300", "--mtu", "328")
    XCTAssertEqual(
      both.map(\.count), [300, 200, 300, 201, 300, 300, 300, 300, 200].map { $0 + 42 })
  }

  /// Boundaries of datagrams are the sender's: what does not fit is not made smaller.
  func testAnMSSAboveTheMTUIsRefusedForUDPAndSmallerForTCP() throws {
    let udp = [500, 280, 1_400].map {
      FrameRecipe(transport: .udp(), payload: Payload(count: $0)).build()
    }
    let (after, summary) = try segment(udp, "--mss", "500", "--mtu", "328")
    XCTAssertEqual(after, udp)
    XCTAssertEqual(summary.skipped.map(\.reason), ["UDP datagrams of --mss exceed the MTU"])
    XCTAssertEqual(summary.skipped[0].frames.map(\.number), [1, 3])
    XCTAssertEqual(
      summary.skipped[0].frames[0].detail,
      "datagrams of 500 octets were asked for, 300 octets fit the MTU")
    let tcp = FrameRecipe(payload: Payload(count: 700)).build()
    XCTAssertEqual(
      try segment([tcp], "--mss", "500", "--mtu", "340").0.map(\.count),
      [300, 300, 100].map { $0 + 54 })
  }

  func testRulesDecideWhatIsRefused() throws {
    let frame = FrameRecipe(transport: .udp(), payload: Payload(count: 3_000)).build()
    let (after, summary) = try segment([frame], "--rules", "ndis", "--mss", "999")
    XCTAssertEqual(after, [frame])
    XCTAssertEqual(summary.skipped.map(\.reason), ["payload no multiple of the datagram size"])
    XCTAssertEqual(try segment([frame], "--rules", "ndis", "--mss", "1000").frames.count, 3)
  }

  func testMoreSegmentsThanAreRenderedAtOnce() throws {
    let frame = FrameRecipe(payload: Payload(count: 60_000)).build()
    let (after, summary) = try segment([frame], "--mss", "1")
    XCTAssertEqual(summary.segments, 60_000)
    XCTAssertEqual(after.map { $0[54] }, Array(frame[54...]))
  }

  func testLinkTypes() throws {
    let rows: [(LinkType, LinkKind)] = [
      (.raw, .rawIP), (.null, .bsdLoopback), (.loop, .bsdLoopbackNetworkOrder),
      (.linuxSLL, .linuxCooked1), (.linuxSLL2, .linuxCooked2), (.ipv4, .rawIP),
    ]
    for (type, kind) in rows {
      let frame = FrameRecipe(link: Link(kind), payload: Payload(count: 5_000)).build()
      let (after, _) = try segment([frame], linkType: type)
      XCTAssertEqual(after.count, 4, "\(type)")
      for frame in after { XCTAssertEqual(frameFaults(frame, link: kind), [], "\(type)") }
    }
  }
}
