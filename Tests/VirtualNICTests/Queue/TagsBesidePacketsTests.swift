import FrameRecipes
import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// 802.1Q tags beside the octets of frames, inserted and removed by hardware or software.
final class TagsBesidePacketsTests: XCTestCase {
  private let wire = QueueLink()

  private func nic(
    _ flags: Ieee8021QTagCapabilities.Flags?, gso: Bool = true, checksum: Bool = true
  ) throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500, link: wire)
    if let flags { try nic.adapter.setIeee8021QTagCapabilities(.init(flags: flags)) }
    if gso {
      try nic.adapter.setGsoCapabilities(
        GsoCapabilities(
          layer3: .all, layer4: .all, maximumOffloadSize: 65_536, minimumSegmentCount: 2
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

  private func tag(_ priority: UInt16, _ identifier: UInt16, drop: UInt16 = 0)
    -> WireFormats.VLANTag
  {
    WireFormats.VLANTag(type: .vlan, controlInformation: priority << 13 | drop << 12 | identifier)
  }

  private func frame(_ payload: Int) -> [UInt8] {
    FrameRecipe(payload: .random(seed: 3, count: payload), checksum: .pseudoHeader).build()
  }

  /// The frame with a tag in its octets, written without the product.
  private func tagged(_ frame: [UInt8], _ tag: WireFormats.VLANTag) -> [UInt8] {
    let type = tag.type.rawValue
    let octets = [type >> 8, type & 255, tag.controlInformation >> 8, tag.controlInformation & 255]
    return frame[..<12] + octets.map { UInt8($0) } + frame[12...]
  }

  /// Whoever inserts the tag, and whichever way the frame takes, the wire has the segments of the
  /// frame with the tag in its octets.
  func testEveryWayGivesTheSameFrames() throws {
    let requests: [(TransmitRequest, payload: Int)] = [
      (TransmitRequest(segmentSize: 1_000), 5_000), (TransmitRequest(segmentSize: .toFit), 5_000),
      (TransmitRequest(checksums: [.ipv4Header, .transport]), 700), (TransmitRequest(), 700),
      (TransmitRequest(checksums: .partial), 700),
    ]
    let tags = [tag(0, 7), tag(5, 0), tag(5, 4_095), tag(0, 0), tag(3, 9, drop: 1)]
    let hardware: [Ieee8021QTagCapabilities.Flags?] = [
      nil, .vlanTagging, .priorityTagging, [.vlanTagging, .priorityTagging],
    ]
    for (request, payload) in requests {
      let octets = frame(payload)
      for tag in tags {
        let plain = try nic(nil)
        plain.transmit(tagged(octets, tag), request)
        let expected = wire.takeAll().map(\.octets)
        XCTAssertFalse(expected.isEmpty)
        var asking = request
        asking.vlanTag = tag
        for flags in hardware {
          for (gso, checksum) in [(true, true), (false, true), (false, false)] {
            let place = "\(request), \(tag), \(String(describing: flags?.rawValue)), \(gso)"
            let nic = try nic(flags, gso: gso, checksum: checksum)
            let report = nic.transmit(octets, asking)
            XCTAssertEqual(wire.takeAll().map(\.octets), expected, place)
            XCTAssertEqual(nic.counters.wireOctets, expected.reduce(0) { $0 + $1.count }, place)
            let queue = try nic.makeTransmitQueue(isVerified: true)
            XCTAssertTrue(queue.post(octets, asking), place)
            try queue.advance()
            XCTAssertEqual(queue.takeCompleted()?.report, report, place)
            XCTAssertEqual(wire.takeAll().map(\.octets), expected, place)
            XCTAssertEqual(
              queue.counters.wireOctets, expected.reduce(0) { $0 + $1.count }, place)
            let buffers = [0..<7, 7..<13, 13..<octets.count]
            let scattered = try ScatteredFrame(memory: octets.octets, buffers: buffers.span)
            XCTAssertEqual(nic.transmit(scattered, asking), report, place)
            XCTAssertEqual(wire.takeAll().map(\.octets), expected, place)
            XCTAssertTrue(queue.post(scattered, asking), place)
            try queue.advance()
            XCTAssertEqual(queue.takeCompleted()?.report, report, place)
            XCTAssertEqual(wire.takeAll().map(\.octets), expected, place)
          }
        }
      }
    }
  }

  /// A driver gets the tag beside each packet, and the frame stays with the hardware; without the
  /// declaration the tag is in the octets, and software segments.
  func testWhatADriverGets() throws {
    var request = TransmitRequest(segmentSize: 1_000)
    request.vlanTag = tag(5, 77)
    for (flags, isBeside) in [
      (Ieee8021QTagCapabilities.Flags([.vlanTagging, .priorityTagging]), true),
      (.vlanTagging, false),
    ] {
      let nic = try nic(flags)
      let driver = TagRecorder()
      let queue = try nic.makeTransmitQueue(isVerified: true, servedBy: driver.callbacks)
      XCTAssertTrue(queue.post(frame(5_000), request))
      try queue.advance()
      let report = try XCTUnwrap(queue.takeCompleted()).report
      if isBeside {
        XCTAssertEqual(report.segmentation, .hardware)
        let expected = try NetPacketIeee8021Q(
          priorityCodePoint: 5, vlanIdentifier: 77, tagging: [.priority, .vlan])
        XCTAssertEqual(driver.tags, [expected])
        XCTAssertEqual(driver.sizes, [1_000])
        XCTAssertEqual(driver.lengths, [5_054])
      } else {
        XCTAssertEqual(report.segmentation, .software(because: .vlanTags(1)))
        XCTAssertEqual(driver.tags, Array(repeating: NetPacketIeee8021Q(), count: 5))
        XCTAssertEqual(driver.sizes, [0, 0, 0, 0, 0])
        XCTAssertEqual(driver.lengths, [1_058, 1_058, 1_058, 1_058, 1_058])
      }
      // A packet without a tag after one that had one.
      XCTAssertTrue(queue.post(frame(10)))
      try queue.advance()
      XCTAssertEqual(driver.tags.last, NetPacketIeee8021Q())
    }
  }

  /// A frame of the MTU may have a tag beside it.
  func testTheMTUDoesNotCountTheTag() throws {
    var request = TransmitRequest()
    request.vlanTag = tag(0, 7)
    for flags in [nil, Ieee8021QTagCapabilities.Flags.vlanTagging] {
      let nic = try nic(flags)
      XCTAssertEqual(nic.transmit(frame(1_460), request).outcome, .sent(frames: 1))
      XCTAssertEqual(wire.takeAll().map(\.octets.count), [1_518])
      XCTAssertEqual(
        nic.transmit(frame(1_461), request).outcome,
        .dropped(.exceedsMTU(packetLength: 1_501, mtu: 1_500)))
      for short in [[], [1], [UInt8](repeating: 9, count: 11)] as [[UInt8]] {
        nic.transmit(short, request)
        XCTAssertEqual(wire.takeAll().map(\.octets.count), short.isEmpty ? [] : [short.count + 4])
      }
    }
  }

  /// A receive queue delivers a tag beside the packet, if the hardware removes it.
  func testReceiving() throws {
    typealias Row = (Ieee8021QTagCapabilities.Flags?, WireFormats.VLANTag, isRemoved: Bool, UInt)
    let service = WireFormats.VLANTag(type: .serviceVLAN, controlInformation: 7)
    let rows: [Row] = [
      (nil, tag(5, 7), false, #line), (.vlanTagging, tag(5, 7), true, #line),
      (.vlanTagging, tag(5, 0), true, #line), (.priorityTagging, tag(5, 0), true, #line),
      (.priorityTagging, tag(5, 7), false, #line), (.vlanTagging, service, false, #line),
      (.vlanTagging, tag(5, 7, drop: 1), false, #line),
    ]
    let octets = FrameRecipe(payload: .random(seed: 3, count: 900)).build()
    // The shortest frame of Ethernet that is received: it has no room for a tag.
    let short = [UInt8](1...14)
    for (flags, tag, isRemoved, line) in rows {
      let nic = try nic(flags)
      let queue = try nic.makeReceiveQueue(ringSize: 8, isVerified: true)
      nic.receive(tagged(octets, tag))
      nic.receive(octets)
      nic.receive(short)
      var packets: [([UInt8], NetPacketIeee8021Q, NetPacketLayout.Layer3Type)] = []
      try queue.advance { packets.append(($0.array(), $0.ieee8021Q, $0.layout.layer3Type)) }
      XCTAssertEqual(packets.count, 3, line: line)
      XCTAssertEqual(packets[0].0, isRemoved ? octets : tagged(octets, tag), line: line)
      XCTAssertEqual(
        packets[0].1.priorityCodePoint, isRemoved ? Int(tag.priority) : 0, line: line)
      XCTAssertEqual(
        packets[0].1.vlanIdentifier, isRemoved ? Int(tag.identifier) : 0, line: line)
      XCTAssertEqual(packets[0].2, isRemoved ? .ipv4NoOptions : .unspecified, line: line)
      XCTAssertEqual(packets[1].0, octets, line: line)
      XCTAssertEqual(packets[1].1, NetPacketIeee8021Q(), line: line)
      XCTAssertEqual(packets[2].0, short, line: line)
    }
  }

  /// A receiver that sends a tagged frame from within a call that sends one.
  func testSendingFromWithinACall() throws {
    var request = TransmitRequest()
    request.vlanTag = tag(1, 2)
    let asking = request
    var depth = 0
    var sent: [[UInt8]] = []
    let nic = try nic(.vlanTagging)
    let octets = frame(100)
    nic.link = ClosureLink { frame, _ in
      sent.append(frame.array())
      depth += 1
      if depth < 3 { nic.transmit(octets, asking) }
    }
    nic.transmit(octets, asking)
    XCTAssertEqual(sent, Array(repeating: tagged(octets, tag(1, 2)), count: 3))
  }
}

/// A driver that keeps the tags, segment sizes and lengths of packets.
private final class TagRecorder {
  private(set) var tags: [NetPacketIeee8021Q] = []
  private(set) var sizes: [Int] = []
  private(set) var lengths: [Int] = []

  var callbacks: PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { _, rings in
        while !rings.packets.window.isEmpty {
          let index = rings.packets.beginIndex
          self.tags.append(rings.ieee8021Q[index])
          self.sizes.append(rings.gso[index].mss)
          self.lengths.append(rings.array(of: rings.packets[index]).count)
          rings.returnFirstPacket()
        }
      },
      evtCancel: { _, _ in }, evtSetNotificationEnabled: { _, _ in })
  }
}
