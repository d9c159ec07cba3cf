import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// RSC and URO from the capability to the packet: behaviours 38 and 39.
final class ReceiveCoalescingTests: XCTestCase {
  /// A frame that was delivered.
  private struct Delivery: Equatable {
    let octets: [UInt8]
    let metadata: ReceivedMetadata
    let time: UInt64
  }

  private final class Receiver {
    let nic: VirtualNIC
    let told = Box<[Bool]>([])
    let seen = Box<[Delivery]>([])

    init(
      layer4: Layer4Flags = [.tcpNoOptions, .udp], timestamps: Bool = true,
      _ keywords: [Keyword: String] = [:]
    ) throws {
      nic = try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_02), mtu: 1_500)
      let told = told
      var rsc = RscCapabilities(layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: layer4) {
        _, offload in
        told.value.append(offload.isTcpRscIPv4Enabled)
      }
      rsc.tcpTimestampOption = timestamps
      try nic.adapter.setRscCapabilities(rsc)
      for (keyword, value) in keywords { nic.adapter.setKeyword(keyword, to: .string(value)) }
      let seen = seen
      nic.onReceive = { frame, metadata, time in
        seen.value.append(
          Delivery(octets: frame.array(), metadata: metadata, time: time.nanoseconds))
      }
      try nic.start()
    }

    func receive(_ frames: [[UInt8]], at time: UInt64 = 0) throws {
      var arena = try SegmentArena(byteCount: frames.reduce(0) { $0 + $1.count }, slotCount: 256)
      for frame in frames { try arena.append(frame.octets) }
      nic.receive(arena.frames, at: VirtualTime(nanoseconds: time))
    }

    /// Payload octets of what was delivered, without headers of `headerLength`.
    func lengths(_ headerLength: Int) -> [Int] { seen.value.map { $0.octets.count - headerLength } }
  }

  private func superFrame(
    _ network: Network = .ipv4(), _ transport: Transport = .tcp(), count: Int = 4_500
  ) -> FrameRecipe {
    FrameRecipe(network: network, transport: transport, payload: Payload(seed: 38, count: count))
  }

  private func segments(_ recipe: FrameRecipe, _ size: Int = 1_000) throws -> [[UInt8]] {
    try segment(recipe.build(), mtu: 9_000, segmentSize: size)
  }

  /// A frame that one NIC segments is one frame again behind the other NIC.
  func testBehaviour38RoundTrip() throws {
    for network in [Network.ipv4(), .ipv6()] {
      let receiver = try Receiver()
      XCTAssertEqual(receiver.told.value, [true])
      let sender = try VirtualNIC(
        macAddress: MACAddress(1), mtu: 1_500, link: NICLink(to: receiver.nic))
      try sender.start()
      let frame = superFrame(network, count: 20_000).build()
      sender.transmit(frame, segmentSize: 1_000)
      XCTAssertEqual(receiver.seen.value.map(\.octets), [frame])
      let metadata = try XCTUnwrap(receiver.seen.value.first?.metadata)
      XCTAssertEqual(metadata.rsc.coalescedSegmentCount, 20)
      XCTAssertEqual(metadata.rsc.duplicateAckCount, 0)
      XCTAssertEqual(metadata.layer4, .valid)
      XCTAssertEqual(metadata.layer3, network.isIPv6 ? .notChecked : .valid)
      let counters = receiver.nic.counters
      XCTAssertEqual(counters.receivedFrames, 20)
      XCTAssertEqual([counters.coalescedFrames, counters.coalescedSegments], [1, 20])
    }
  }

  /// A gap, a wrong checksum, another flag, option, ECN or fragment ends a unit.
  func testBehaviour38WhatEndsAUnit() throws {
    let changes: [(String, (inout FrameRecipe) -> Void)] = [
      ("checksum", { $0.checksum = .wrong }),
      ("ECN", { $0.network.ipv4?.typeOfService = 3 }),
      ("fragment", { $0.network.ipv4?.moreFragments = true }),
      ("options", { $0.network.ipv4?.options = [.routerAlert] }),
    ]
    for (name, change) in changes {
      let receiver = try Receiver()
      var frames = try segments(superFrame())
      var changed = try XCTUnwrap(FrameRecipe(dissecting: frames[2]))
      change(&changed)
      frames[2] = changed.build()
      try receiver.receive(frames)
      let counts = receiver.seen.value.map { Int($0.metadata.rsc.coalescedSegmentCount) }
      XCTAssertEqual(counts, [2, 0, 2], name)
      XCTAssertEqual(receiver.seen.value[1].octets, frames[2], name)
    }
    let receiver = try Receiver()
    var frames = try segments(superFrame())
    frames.remove(at: 2)
    try receiver.receive(frames)
    XCTAssertEqual(receiver.lengths(54), [2_000, 1_500], "a gap")
  }

  func testBehaviour38TimestampsAndTheirDelta() throws {
    for declares in [true, false] {
      let receiver = try Receiver(timestamps: declares)
      let frames = (0..<3).map { index in
        FrameRecipe(
          transport: .tcp(options: [.timestamps(UInt32(7 + 2 * index), 1)]) {
            $0.sequenceNumber += UInt32(100 * index)
          }, payload: Payload(seed: 1, count: 100)
        ).build()
      }
      try receiver.receive(frames)
      XCTAssertEqual(receiver.seen.value.count, declares ? 1 : 3)
      XCTAssertEqual(
        receiver.seen.value[0].metadata.rscTimestamp.tcpTimestampDelta, declares ? 4 : 0)
    }
  }

  /// Equal lengths, a shorter last one ends the unit, a wrong checksum splits, the order is kept.
  func testBehaviour39Datagrams() throws {
    for network in [Network.ipv4(), .ipv6()] {
      let receiver = try Receiver(layer4: .udp)
      var frames = try segments(superFrame(network, .udp()))
      frames += try segments(superFrame(network, .udp()))
      var wrong = try XCTUnwrap(FrameRecipe(dissecting: frames[7]))
      wrong.checksum = .wrong
      frames[7] = wrong.build()
      try receiver.receive(frames)
      let rsc = receiver.seen.value.map(\.metadata.rsc)
      XCTAssertEqual(rsc.map(\.coalescedSegmentCount), [5, 2, 0, 2])
      XCTAssertEqual(rsc.map(\.segmentSize), [1_000, 1_000, 0, 1_000])
      XCTAssertEqual(receiver.seen.value[2].octets, frames[7])
      let headers = frames[0].count - 1_000
      XCTAssertEqual(
        receiver.seen.value.flatMap { $0.octets[headers...] }, frames.flatMap { $0[headers...] })
    }
  }

  /// Keywords, capabilities and requests decide; switching off drains first.
  func testSwitches() throws {
    let tcp = try segments(superFrame())
    let tcp6 = try segments(superFrame(.ipv6()))
    let off = try Receiver([.rscIPv4: "0"])
    XCTAssertEqual(off.told.value, [false])
    try off.receive(tcp)
    XCTAssertEqual(off.seen.value.count, 5, "the keyword is 0")
    try off.receive(tcp6)
    XCTAssertEqual(off.seen.value.count, 6, "IPv6 has its own keyword")
    let udpOnly = try Receiver(layer4: .udp)
    try udpOnly.receive(tcp)
    XCTAssertEqual(udpOnly.seen.value.count, 5)

    let receiver = try Receiver()
    receiver.nic.receiveCoalescing.window = 1_000_000
    try receiver.receive(Array(tcp[0..<3]))
    XCTAssertEqual(receiver.seen.value.count, 0, "held")
    var request = OffloadParameters()
    (request.rscIPv4, request.rscIPv6) = (.disabled, .disabled)
    try receiver.nic.adapter.setOffloadParameters(request)
    XCTAssertEqual(receiver.told.value, [true, false])
    try receiver.receive(Array(tcp[3...]), at: 10)
    XCTAssertEqual(receiver.lengths(54), [3_000, 1_000, 500], "drained before the next frame")
    (request.rscIPv4, request.rscIPv6) = (.enabled, .enabled)
    try receiver.nic.adapter.setOffloadParameters(request)
    try receiver.receive(tcp, at: 20)
    XCTAssertEqual(receiver.seen.value.count, 3, "held again")
    try receiver.nic.adapter.pauseOffloadCapabilities()
    receiver.nic.advance(to: VirtualTime(nanoseconds: 21))
    XCTAssertEqual(receiver.lengths(54).last, 4_500)
    try receiver.nic.adapter.resumeOffloadCapabilities()
    try receiver.receive(tcp, at: 30)
    try receiver.nic.stop()
    XCTAssertEqual(receiver.lengths(54), [3_000, 1_000, 500, 4_500, 4_500], "stop drains")
  }

  /// With a window units are held from call to call, and end by the clock.
  func testWindow() throws {
    let receiver = try Receiver()
    receiver.nic.receiveCoalescing.window = 500
    let frames = try segments(superFrame())
    XCTAssertNil(receiver.nic.nextReceiveDeadline)
    for (index, frame) in frames.enumerated() {
      receiver.nic.receive(frame, at: VirtualTime(nanoseconds: UInt64(100 * index)))
    }
    XCTAssertEqual(receiver.seen.value.count, 0)
    XCTAssertEqual(receiver.nic.nextReceiveDeadline, VirtualTime(nanoseconds: 500))
    let link = NICLink(to: receiver.nic)
    XCTAssertEqual(link.nextArrival, VirtualTime(nanoseconds: 500))
    link.advance(to: VirtualTime(nanoseconds: 499))
    XCTAssertEqual(receiver.seen.value.count, 0)
    link.advance(to: VirtualTime(nanoseconds: 500))
    XCTAssertEqual(receiver.lengths(54), [4_500])
    XCTAssertEqual(receiver.seen.value[0].time, 400, "that of the last frame")
    receiver.nic.receive(frames[0], at: VirtualTime(nanoseconds: 900))
    receiver.nic.drainReceived()
    XCTAssertEqual(receiver.lengths(54), [4_500, 1_000])
  }

  /// Through the rings: packets have the counts of their extension.
  func testRings() throws {
    let receiver = try Receiver()
    let queue = try receiver.nic.makeReceiveQueue(ringSize: 64, isVerified: true)
    let tcp = superFrame(count: 30_000)
    try receiver.receive(try segments(tcp) + segments(superFrame(.ipv4(), .udp())))
    var found: [(octets: [UInt8], rsc: NetPacketRsc)] = []
    try queue.advance { found.append(($0.array(), $0.rsc)) }
    // The last datagram is shorter and ends its unit at once; TCP ends with the batch.
    XCTAssertEqual(found.map(\.octets.count), [42 + 4_500, 54 + 30_000])
    XCTAssertEqual(found.map(\.rsc.coalescedSegmentCount), [5, 30])
    XCTAssertEqual(found.first?.rsc.segmentSize, 1_000)
    XCTAssertEqual(found.last?.octets, tcp.build())
    XCTAssertEqual(receiver.seen.value.count, 0)
  }

  /// Frames that arrive while others are delivered are taken after them.
  func testReceiveFromInside() throws {
    let receiver = try Receiver()
    let frames = try segments(superFrame())
    let seen = receiver.seen
    receiver.nic.onReceive = { [unowned nic = receiver.nic] frame, metadata, time in
      seen.value.append(
        Delivery(octets: frame.array(), metadata: metadata, time: time.nanoseconds))
      guard seen.value.count < 3 else { return }
      nic.receive(frames[0])
      nic.advance(to: VirtualTime(nanoseconds: 9))
      nic.drainReceived()
      XCTAssertNil(nic.nextReceiveDeadline)
    }
    try receiver.receive(frames)
    XCTAssertEqual(receiver.lengths(54), [4_500, 1_000, 1_000])
  }

  func testNothingIsAllocated() throws {
    let receiver = try Receiver()
    let frames = try segments(superFrame())
    var arena = try SegmentArena(byteCount: 20_000)
    for frame in frames { try arena.append(frame.octets) }
    let count = Box(0)
    receiver.nic.onReceive = { _, metadata, _ in
      count.value += Int(metadata.rsc.coalescedSegmentCount)
    }
    for _ in 0..<3 { receiver.nic.receive(arena.frames) }
    guard let allocated = allocations(during: { receiver.nic.receive(arena.frames) }) else {
      throw XCTSkip("allocations are not counted in this build")
    }
    XCTAssertEqual(allocated, 0)
    XCTAssertEqual(count.value, 20)
  }
}
