import FrameRecipes
import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// What a driver gets that is to segment: frames as NDIS hands them over, none without a layout,
/// and some that are late.
final class HandedOverFramesTests: XCTestCase {
  private let driver = RecordingDriver()
  private let wire = QueueLink()

  private func nic(
    gso: Bool = true, checksum: Bool = true, quirks: Quirks = [], maximum: Int = 65_536
  ) throws -> VirtualNIC {
    let keywords = KeywordStore([
      .lsoV2IPv4: .string("1"), .usoIPv4: .string("1"), .tcpChecksumOffloadIPv4: .string("3"),
    ])
    let nic = try VirtualNIC(
      macAddress: MACAddress(1), mtu: 1_500, link: wire, quirks: quirks, keywords: keywords)
    if gso {
      try nic.adapter.setGsoCapabilities(
        GsoCapabilities(
          layer3: .all, layer4: .all, maximumOffloadSize: maximum, minimumSegmentCount: 2
        ) { _, _ in })
    }
    if checksum {
      var capabilities = TxChecksumCapabilities(layer3: .all) { _, _ in }
      capabilities.layer4 = .all
      try nic.adapter.setTxChecksumCapabilities(capabilities)
    }
    try nic.start()
    return nic
  }

  private func frame(
    _ network: FrameRecipe.Network = .ipv4(), _ transport: FrameRecipe.Transport = .tcp(),
    tags: Int = 0, shim: FrameRecipe.Shim? = nil, payload: Int = 5_000
  ) -> [UInt8] {
    var recipe = FrameRecipe(
      network: network, transport: transport, payload: .random(seed: 9, count: payload),
      checksum: .pseudoHeader)
    recipe.link.tags = (0..<tags).map { .customer(UInt16(10 + $0)) }
    recipe.link.shim = shim
    return recipe.build()
  }

  /// Packets that a driver got are the frames of `NdisHandOff`, and the emulated hardware makes the
  /// same segments of either form.
  func testBothFormsOfLengths() throws {
    for lengths in NdisHandOff.Lengths.allCases {
      for (network, transport) in [
        (FrameRecipe.Network.ipv4(), FrameRecipe.Transport.tcp()), (.ipv6(), .tcp()),
        (.ipv4(), .udp()), (.ipv6(), .udp()),
      ] {
        let octets = frame(network, transport)
        let expected = try NdisHandOff(
          octets, segmentedAs: SegmentationPlan(of: octets, request: .init(segmentSize: 1_000)),
          lengths: lengths)
        let nic = try nic()
        let driver = RecordingDriver()
        let recorded = try nic.makeTransmitQueue(isVerified: true, servedBy: driver.callbacks())
        recorded.handOffLengths = lengths
        XCTAssertTrue(recorded.post(octets, TransmitRequest(segmentSize: 1_000)))
        try recorded.advance()
        XCTAssertEqual(driver.packets.map(\.octets), [expected.frame])
        XCTAssertEqual(driver.packets.map(\.actions), [[.passthrough, .passthrough]])
        XCTAssertEqual(driver.packets.map(\.mss), [1_000])

        let emulated = try self.nic().makeTransmitQueue(isVerified: true)
        emulated.handOffLengths = lengths
        XCTAssertTrue(emulated.post(octets, TransmitRequest(segmentSize: 1_000)))
        try emulated.advance()
        XCTAssertEqual(emulated.takeCompleted()?.report.segmentation, .hardware)
        XCTAssertEqual(
          wire.takeAll().map(\.octets),
          try segmentFrames(octets, size: 1_000))
      }
    }
  }

  private func segmentFrames(_ octets: [UInt8], size: Int) throws -> [[UInt8]] {
    try SegmentationPlan(of: octets, request: .init(segmentSize: size)).frames(of: octets)
  }

  /// IPv6 packets never have an action for layer 3, also when software has segmented them.
  func testIPv6HasNoLayer3Action() throws {
    let nic = try nic(gso: false)
    let queue = try nic.makeTransmitQueue(isVerified: true, servedBy: driver.callbacks())
    let everything = TransmitRequest(checksums: [.ipv4Header, .transport])
    XCTAssertTrue(queue.post(frame(.ipv6(), payload: 100), everything))
    XCTAssertTrue(queue.post(frame(.ipv6()), TransmitRequest(segmentSize: 1_000)))
    try queue.advance()
    XCTAssertEqual(driver.packets.count, 6)
    for packet in driver.packets { XCTAssertEqual(packet.actions, [.passthrough, .required]) }
  }

  /// A frame whose layout a packet cannot say never reaches a driver with a segment size.
  func testFramesWithoutALayout() throws {
    var long = FrameRecipe.IPv6()
    long.extensions = [.hopByHop([UInt8](repeating: 0, count: 60 * 8 - 2))]
    let rows: [([UInt8], SoftwareReason, String, UInt)] = [
      (frame(tags: 1), .vlanTags(1), "the frame has a VLAN tag in its octets", #line),
      (frame(tags: 3), .vlanTags(3), "the frame has 3 VLAN tags in its octets", #line),
      (
        frame(.ipv4(), .udp(), tags: 1), .vlanTags(1), "the frame has a VLAN tag in its octets",
        #line
      ),
      (
        frame(shim: .pppoe(session: 7)), .linkHeaders(octets: 22),
        "the IP header comes after 22 octets, and not after an Ethernet header", #line
      ),
      (
        frame(.ipv6(long)), .layer3HeaderLength(octets: 520, limit: 511),
        "IP headers of 520 octets exceed the 511 that a packet layout can say", #line
      ),
    ]
    for (octets, reason, text, line) in rows {
      let nic = try nic()
      let expected = try segmentFrames(octets, size: 900)
      let report = nic.transmit(octets, segmentSize: 900)
      XCTAssertEqual(report.segmentation, .software(because: reason), line: line)
      XCTAssertEqual(report.checksum, .software(because: reason), line: line)
      XCTAssertEqual("\(reason)", text, line: line)
      XCTAssertEqual(wire.takeAll().map(\.octets), expected, line: line)

      let driver = RecordingDriver()
      let queue = try self.nic().makeTransmitQueue(
        isVerified: true, servedBy: driver.callbacks())
      XCTAssertTrue(queue.post(octets, TransmitRequest(segmentSize: 900)), line: line)
      try queue.advance()
      XCTAssertEqual(queue.takeCompleted()?.report, report, line: line)
      XCTAssertEqual(driver.packets.map(\.octets), expected, line: line)
      for packet in driver.packets {
        XCTAssertEqual(packet.mss, 0, line: line)
        XCTAssertEqual(packet.actions, [.passthrough, .passthrough], line: line)
      }
    }
  }

  /// With 511 octets of IP headers the layout says all.
  func testTheLongestIPHeadersOfALayout() throws {
    var ipv6 = FrameRecipe.IPv6()
    ipv6.extensions = [.hopByHop([UInt8](repeating: 0, count: 58 * 8 - 2))]
    let nic = try nic()
    XCTAssertEqual(
      nic.transmit(frame(.ipv6(ipv6)), segmentSize: 900).segmentation, .hardware)
  }

  /// The framework of 21H2 makes no decision about a frame with a tag in its octets: the driver
  /// gets it whole and without a segment size, if it does not exceed the longest fragment.
  func testFramesWithTagsIn21H2() throws {
    // 14 octets of Ethernet, 60 of IP, 60 of TCP and the payload that the hardware takes.
    let rows: [(gso: Int?, payload: Int, tags: Int, isSent: Bool, UInt)] = [
      (65_536, 5_000, 1, true, #line),
      (5_000, 5_000, 1, true, #line),
      (4_924, 5_000, 1, true, #line),
      (4_923, 5_000, 1, false, #line),
      // Without segmentation hardware the MTU counts, without the tag.
      (nil, 5_000, 1, false, #line),
    ]
    for (maximum, payload, tags, isSent, line) in rows {
      let nic = try nic(
        gso: maximum != nil, quirks: .release21H2, maximum: maximum ?? 0)
      let octets = frame(tags: tags, payload: payload)
      let limit = 14 + (maximum.map { $0 + 120 } ?? 1_500)
      let driver = RecordingDriver()
      let queue = try nic.makeTransmitQueue(isVerified: true, servedBy: driver.callbacks())
      XCTAssertTrue(queue.post(octets, TransmitRequest(segmentSize: 1_000)), line: line)
      try queue.advance()
      let report = try XCTUnwrap(queue.takeCompleted()).report
      let direct = nic.transmit(octets, segmentSize: 1_000)
      XCTAssertEqual(direct, report, line: line)
      XCTAssertEqual(report.segmentation, .none, line: line)
      XCTAssertEqual(driver.packets.map(\.mss), [0], line: line)
      XCTAssertEqual(driver.packets.map(\.isIgnored), [!isSent], line: line)
      if isSent {
        XCTAssertEqual(report.outcome, .sent(frames: 1), line: line)
        XCTAssertEqual(driver.packets.map(\.octets), [octets], line: line)
        XCTAssertEqual(wire.takeAll().map(\.octets), [octets], line: line)
      } else {
        let reason = TransmitReport.DropReason.exceedsFragmentLimit(
          octets: octets.count, limit: limit)
        XCTAssertEqual(report.outcome, .dropped(reason), line: line)
        XCTAssertEqual(
          "\(reason)",
          "\(octets.count) octets exceed the \(limit) that the framework passes to a driver")
        XCTAssertEqual(wire.takeAll().count, 0, line: line)
      }
    }
  }

  /// A frame of the MTU with a tag in its octets exceeds the guard of 21H2 without segmentation
  /// hardware, and no other.
  func testAFrameOfTheMTUWithATagIn21H2() throws {
    for (quirks, gso) in [(Quirks(), false), (.release21H2, false), (.release21H2, true)] {
      let nic = try nic(gso: gso, quirks: quirks)
      let isDropped = quirks == .release21H2 && !gso
      XCTAssertEqual(
        nic.transmit(frame(tags: 1, payload: 1_460)).outcome,
        isDropped
          ? .dropped(.exceedsFragmentLimit(octets: 1_518, limit: 1_514)) : .sent(frames: 1))
      XCTAssertEqual(nic.transmit(frame(payload: 1_460)).outcome, .sent(frames: 1))
    }
  }

  /// IP headers longer than a layout can say go to the hardware of 21H2, unverified.
  func testLongIPHeadersIn21H2() throws {
    var long = FrameRecipe.IPv6()
    long.extensions = [.hopByHop([UInt8](repeating: 0, count: 60 * 8 - 2))]
    let nic = try nic(quirks: .release21H2)
    let octets = frame(.ipv6(long))
    let queue = try nic.makeTransmitQueue(isVerified: true, servedBy: driver.callbacks())
    XCTAssertTrue(queue.post(octets, TransmitRequest(segmentSize: 900)))
    try queue.advance()
    XCTAssertEqual(queue.takeCompleted()?.report.segmentation, .hardware)
    XCTAssertEqual(driver.packets.map(\.mss), [900])
    XCTAssertEqual(nic.transmit(octets, segmentSize: 900).segmentation, .hardware)
  }

  /// Decision and hand-over apart: the driver gets a packet with a segment size after its callback
  /// has said no.
  ///
  /// The emulated hardware segments it.
  func testLateFrames() throws {
    let traffic: [(FrameRecipe.Transport, (inout OffloadParameters) -> Void)] = [
      (.tcp(), { ($0.lsoV1, $0.lsoV2IPv4) = (.disabled, .disabled) }),
      (.udp(), { $0.usoIPv4 = .disabled }),
    ]
    for (transport, change) in traffic {
      let octets = frame(.ipv4(), transport)
      let expected = try segmentFrames(octets, size: 1_000)
      var off = OffloadParameters()
      change(&off)
      let driver = RecordingDriver()
      for callbacks in [driver.callbacks(), nil] {
        let nic = try nic()
        let queue = try nic.makeTransmitQueue(isVerified: true, servedBy: callbacks)
        XCTAssertTrue(queue.post(octets, TransmitRequest(segmentSize: 1_000), tag: 1))
        queue.decide()
        XCTAssertNil(queue.takeCompleted(), "nothing has been handed over")
        try nic.adapter.setOffloadParameters(off)
        XCTAssertTrue(queue.post(octets, TransmitRequest(segmentSize: 1_000), tag: 2))
        queue.decide()
        try queue.advance()
        let late = try XCTUnwrap(queue.takeCompleted())
        XCTAssertEqual(late.report.segmentation, .hardware)
        let second = try XCTUnwrap(queue.takeCompleted()).report.segmentation
        guard case .software(because: .notActive(.request)) = second else {
          return XCTFail("\(second)")
        }
        if callbacks == nil {
          XCTAssertEqual(wire.takeAll().map(\.octets), expected + expected)
        }
      }
      XCTAssertEqual(driver.packets.map(\.mss), [1_000, 0, 0, 0, 0, 0])
      XCTAssertFalse(driver.packets[0].isIgnored)
    }
  }

  /// Frames that were decided about are dropped like others when the adapter stops.
  func testDecidedFramesOfAStoppedAdapter() throws {
    let nic = try nic()
    let queue = try nic.makeTransmitQueue(isVerified: true)
    XCTAssertTrue(queue.post(frame(), TransmitRequest(segmentSize: 1_000)))
    queue.decide()
    try nic.stop()
    queue.decide()
    try queue.advance()
    XCTAssertEqual(queue.takeCompleted()?.report.outcome, .dropped(.notStarted))
    XCTAssertEqual(wire.takeAll().count, 0)
  }
}
