import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// A NIC from the outside: declare, start, send, look at what left it and why.
final class TransmitTests: XCTestCase {
  private let everything = GsoCapabilities(
    layer3: .all, layer4: [.tcpNoOptions, .tcpWithOptions, .udp], maximumOffloadSize: 65_536,
    minimumSegmentCount: 2
  ) { _, _ in }

  private func nic(
    _ gso: GsoCapabilities?, mtu: Int = 1_500
  ) throws -> (VirtualNIC, QueueLink) {
    let queue = QueueLink()
    let nic = try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_01), mtu: mtu, link: queue)
    if let gso { try nic.adapter.setGsoCapabilities(gso) }
    try nic.start()
    return (nic, queue)
  }

  private func frame(_ transport: Transport = .tcp(), octets: Int = 5_000) -> [UInt8] {
    FrameRecipe(
      transport: transport, payload: Payload(seed: 9, count: octets),
      checksum: .pseudoHeaderWithoutLength
    ).build()
  }

  func testTheHandshakeAndOneFrame() throws {
    let told = Box<[Bool]>([])
    let gso = GsoCapabilities(
      layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: [.tcpNoOptions, .udp],
      maximumOffloadSize: 65_536, minimumSegmentCount: 2
    ) { _, offload in
      told.value = [
        offload.isLsoIPv4Enabled, offload.isLsoIPv6Enabled, offload.isUsoIPv4Enabled,
        offload.isUsoIPv6Enabled,
      ]
    }
    let (nic, queue) = try nic(gso)
    XCTAssertEqual(told.value, [true, true, true, true])
    let report = nic.transmit(frame(), segmentSize: 1_460)
    XCTAssertEqual(report.segmentation, .hardware)
    XCTAssertEqual(report.outcome, .sent(frames: 4))
    XCTAssertEqual(report.plan?.count, 4)
    let sent = queue.takeAll().map(\.octets)
    XCTAssertEqual(sent, try segment(frame(), mtu: 1_500))
    for frame in sent { XCTAssertEqual(frameFaults(frame), []) }
    XCTAssertEqual(nic.counters.sourceFrames, 1)
    XCTAssertEqual(nic.counters.wireFrames, 4)
    XCTAssertEqual(nic.counters.wireOctets, sent.map(\.count).reduce(0, +))
    XCTAssertEqual(nic.counters.hardwareFrames, 1)
    XCTAssertEqual(nic.counters.tcpSuccess, 1)
  }

  /// Behaviour 19: for the same frame both paths give the same octets, and the engine alone does.
  func testBehaviour19HardwareAndSoftwareGiveTheSameOctets() throws {
    let (hardware, fast) = try nic(everything, mtu: 65_535)
    let (software, slow) = try nic(nil, mtu: 65_535)
    let seed = SeededGenerator.fromEnvironment()
    var generator = RecipeGenerator(seed, profile: .sound)
    var paths = Set<Bool>()
    for _ in 0..<3_000 {
      let (recipe, size) = generator.next()
      guard recipe.outerLink.kind == .ethernet else { continue }
      let frame = recipe.build()
      let first = hardware.transmit(frame, segmentSize: size)
      let second = software.transmit(frame, segmentSize: size)
      XCTAssertEqual(first.outcome, second.outcome)
      let octets = fast.takeAll().map(\.octets)
      XCTAssertEqual(octets, slow.takeAll().map(\.octets))
      guard case .sent = first.outcome else { continue }
      paths.insert(first.segmentation == .hardware)
      XCTAssertEqual(second.segmentation, .software(because: .noHardware))
      let plan = try SegmentationPlan(
        of: frame, tunnels: .wellKnown, request: .init(segmentSize: size))
      XCTAssertEqual(octets, try plan.frames(of: frame), recipe.swiftLiteral)
    }
    XCTAssertEqual(paths, [true, false], "both decisions were seen")
  }

  /// Behaviour 16: what was queued before the offload is switched off still leaves, once.
  func testBehaviour16SwitchedOffInFlight() throws {
    let (nic, queue) = try nic(everything)
    XCTAssertEqual(nic.transmit(frame(), segmentSize: 1_460).segmentation, .hardware)
    try nic.adapter.pauseOffloadCapabilities()
    XCTAssertEqual(
      nic.transmit(frame(), segmentSize: 1_460).segmentation,
      .software(because: .notActive(.paused)))
    try nic.adapter.resumeOffloadCapabilities()
    XCTAssertEqual(nic.transmit(frame(), segmentSize: 1_460).segmentation, .hardware)
    var off = OffloadParameters()
    (off.lsoV1, off.lsoV2IPv4) = (.disabled, .disabled)
    try nic.adapter.setOffloadParameters(off)
    let report = nic.transmit(frame(), segmentSize: 1_460)
    XCTAssertEqual(report.segmentation, .software(because: .notActive(.request(.lsoV2IPv4))))
    XCTAssertEqual("\(report)", "4 segments of 1460, software: a request set LsoV2IPv4")
    XCTAssertEqual(nic.transmit(frame(.udp()), segmentSize: 1_000).segmentation, .hardware)
    let sent = queue.takeAll()
    XCTAssertEqual(sent.count, 4 * 4 + 5)
    for frame in sent { XCTAssertLessThanOrEqual(frame.octets.count - 14, 1_500) }
    XCTAssertEqual(nic.counters.softwareFrames, [.notActive: 2])
    XCTAssertEqual(nic.counters.hardwareFrames, 3)
  }

  func testAKeywordSwitchesOff() throws {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
    try nic.adapter.setGsoCapabilities(everything)
    nic.adapter.setKeyword(.lsoV2IPv4, to: .string("0"))
    try nic.start()
    let report = nic.transmit(frame(), segmentSize: 1_460)
    XCTAssertEqual(report.segmentation, .software(because: .notActive(.keyword(.lsoV2IPv4))))
    XCTAssertEqual("\(report)", "4 segments of 1460, software: *LsoV2IPv4 is 0")
  }

  func testWhatIsDroppedAndWhy() throws {
    let (nic, queue) = try nic(everything, mtu: 1_000)
    let stopped = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
    XCTAssertEqual(stopped.transmit(frame(), segmentSize: 500).outcome, .dropped(.notStarted))
    XCTAssertEqual(
      nic.transmit(frame(octets: 961)).outcome,
      .dropped(.exceedsMTU(packetLength: 1_001, mtu: 1_000)))
    XCTAssertEqual(nic.transmit(frame(octets: 960)).outcome, .sent(frames: 1))
    XCTAssertEqual(
      nic.transmit(frame(), segmentSize: 961).outcome,
      .dropped(.segmentExceedsMTU(packetLength: 1_001, mtu: 1_000)))
    XCTAssertEqual(
      nic.transmit(frame(), segmentSize: -1).outcome,
      .dropped(.refused(.segmentSizeOutOfRange(-1))))
    XCTAssertEqual(
      nic.transmit([1, 2, 3], segmentSize: 10).outcome,
      .dropped(
        .refused(.frame(.truncated(.ethernet, offset: 0, needed: 14, available: 3)))))
    XCTAssertEqual(nic.counters.dropped, 4)
    XCTAssertEqual(nic.counters.tcpFailure, 2)
    XCTAssertEqual(queue.count, 1)
  }

  func testAnMTUBelow1IsRefusedAtOnce() throws {
    for mtu in [0, -1, .min] {
      XCTAssertThrowsError(try VirtualNIC(macAddress: MACAddress(1), mtu: mtu)) { error in
        XCTAssertEqual((error as? AdapterViolation)?.failureCode, .mtuMustBeGreaterThanZero)
        XCTAssertTrue("\(error)".contains("the MTU is \(mtu) octets; it must be at least 1"))
      }
    }
    for mtu in [1, 65_575, .max] {
      let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: mtu)
      try nic.start()
      let report = nic.transmit(frame(octets: 3_000), segmentSize: 1_000)
      XCTAssertEqual(report.plan == nil, false, "MTU \(mtu)")
    }
  }

  /// A segment that arrives makes its receiver send at once, on the same NIC, while the rest of the
  /// segments is still to come.
  func testSendingFromWithinALink() throws {
    let echo = Box<VirtualNIC?>(nil)
    let sizes = Box<[Int]>([])
    let small = frame(octets: 1_800)
    let link = ClosureLink { octets, _ in
      sizes.value.append(octets.byteCount)
      if octets.byteCount == 1_514 { echo.value?.transmit(small, segmentSize: 1_000) }
    }
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500, link: link)
    echo.value = nic
    try nic.start()
    let report = nic.transmit(frame(octets: 3_000), segmentSize: 1_460)
    XCTAssertEqual(report.outcome, .sent(frames: 3))
    XCTAssertEqual(sizes.value, [1_514, 1_054, 854, 1_514, 1_054, 854, 134])
    XCTAssertEqual(nic.counters.sourceFrames, 3)
    echo.value = nil
  }

  func testNothingIsAllocatedPerFrame() throws {
    let sink = CountingLink()
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500, link: sink)
    try nic.adapter.setGsoCapabilities(everything)
    try nic.start()
    let frame = frame(octets: 60_000)
    for _ in 0..<3 { nic.transmit(frame, segmentSize: 1_448) }
    let count = allocations { for _ in 0..<10 { nic.transmit(frame, segmentSize: 1_448) } }
    guard let count else { throw XCTSkip("allocations are not counted in this build") }
    XCTAssertEqual(count, 0)
    XCTAssertEqual(sink.count, 13 * 42)
  }
}

/// Counts frames.
final class CountingLink: VirtualNICLink {
  private(set) var count = 0
  func send(_ frames: FrameBatch, at time: VirtualTime) { count += frames.count }
}

/// A value that a closure may change; the tests that use it have one thread.
final class Box<Value>: @unchecked Sendable {
  var value: Value
  init(_ value: Value) { self.value = value }
}
