import FrameRecipes
import GsoEngine
import LinuxWire
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// What a bridge does with the frames of one kernel for the other one, without kernels.
final class BridgeTests: XCTestCase {
  /// A bridge, its ends, and what was decided.
  private final class Rig {
    let left: ScriptedEnd
    let right: ScriptedEnd
    let bridge: WireBridge
    var decisions: [WireDecision] = []

    init(
      _ left: ScriptedEnd = ScriptedEnd(), _ right: ScriptedEnd = ScriptedEnd(),
      declares: (Layer4Flags?, Layer4Flags?) = ([.tcp, .udp], [.tcp, .udp]), mtu: Int = 1_500,
      coalesces: Bool = false, impairments: Impairments? = nil
    ) throws {
      (self.left, self.right) = (left, right)
      bridge = try WireBridge(
        WireSide(left, try Self.nic(declares.0, mtu: mtu, coalesces: coalesces)),
        WireSide(right, try Self.nic(declares.1, mtu: mtu, coalesces: coalesces)),
        impairments: impairments, seed: 1)
      bridge.onRead = { [weak self] _, _, _, decision in self?.decisions.append(decision) }
    }

    private static func nic(
      _ layer4: Layer4Flags?, mtu: Int, coalesces: Bool
    ) throws -> VirtualNIC {
      let nic = try VirtualNIC(macAddress: MACAddress(2), mtu: mtu)
      if let layer4 {
        let gso = GsoCapabilities(
          layer3: .all, layer4: layer4, maximumOffloadSize: 65_536, minimumSegmentCount: 2
        ) { _, _ in }
        try nic.adapter.setGsoCapabilities(gso)
        var checksum = TxChecksumCapabilities(layer3: .all) { _, _ in }
        checksum.layer4 = layer4
        try nic.adapter.setTxChecksumCapabilities(checksum)
      }
      if coalesces {
        var rsc = RscCapabilities(
          layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: [.tcpNoOptions, .udp]
        ) { _, _ in }
        rsc.tcpTimestampOption = true
        try nic.adapter.setRscCapabilities(rsc)
      }
      try nic.start()
      return nic
    }

    /// The kernel on the left sends frames; returns what the one on the right gets.
    func send(_ frames: [ScriptedEnd.Frame]) throws -> [ScriptedEnd.Frame] {
      left.outbox += frames
      while try bridge.process(at: .start) > 0 {}
      return right.takeInbox()
    }
  }

  /// A frame that is to be segmented, as the kernel leaves it to its NIC.
  private func superFrame(
    _ recipe: FrameRecipe, size: Int
  ) throws -> (frame: ScriptedEnd.Frame, segments: [[UInt8]]) {
    let octets = recipe.build()
    let plan = try SegmentationPlan(
      of: octets, request: SegmentationRequest(segmentSize: size))
    let handOff = try VirtioHandOff(octets, segmentedAs: plan)
    return (
      ScriptedEnd.Frame(header: handOff.header, octets: handOff.frame),
      try plan.frames(of: octets)
    )
  }

  private func tcp(_ count: Int = 20_000) -> FrameRecipe {
    FrameRecipe(payload: Payload(count: count))
  }

  func testASuperFramePassesIfBothSidesHaveTheOffload() throws {
    let rig = try Rig()
    let (frame, _) = try superFrame(tcp(), size: 1_448)
    XCTAssertEqual(try rig.send([frame]), [frame])
    XCTAssertEqual(rig.decisions, [.passed])
    XCTAssertEqual(rig.bridge.left.counters.superFramesPassed, 1)
    XCTAssertEqual(rig.bridge.right.counters.superFramesWritten, 1)
    XCTAssertEqual(rig.bridge.right.counters.longestFrameWritten, 0)
  }

  /// Each cause for segments on the wire, and what is reported.
  func testWhatNeedsSegmentsGetsThem() throws {
    let (frame, segments) = try superFrame(tcp(), size: 1_448)
    let count = segments.count
    let whole = segments.map { ScriptedEnd.Frame(octets: $0) }
    // The right side takes nothing.
    for right in [ScriptedEnd(possible: []), ScriptedEnd(negotiated: [.checksum, .tcpv6])] {
      let rig = try Rig(ScriptedEnd(), right)
      XCTAssertEqual(try rig.send([frame]), whole)
      XCTAssertEqual(rig.decisions, [.segmented(.hardware, count: count, segmentSize: 1_448)])
      XCTAssertEqual(rig.bridge.right.counters.longestFrameWritten, 1_502)
      XCTAssertEqual(rig.bridge.left.counters.segmentedByHardware, 1)
    }
    // The NIC of the left side cannot, or may not.
    let without = try Rig(declares: (nil, [.tcp, .udp]))
    XCTAssertEqual(without.left.offloads, [])
    XCTAssertEqual(try without.send([frame]), whole)
    XCTAssertEqual(
      without.decisions,
      [.segmented(.software(because: .noHardware), count: count, segmentSize: 1_448)])
    XCTAssertEqual(without.bridge.left.counters.segmentedBySoftware, 1)
    // A wire with faults.
    let faulty = try Rig(impairments: try Impairments { $0.lossRate = 0 })
    XCTAssertEqual(try faulty.send([frame]), whole)
    XCTAssertEqual(faulty.bridge.wireCounters?.0.delivered, count)
  }

  func testARequestChangesWhatTheKernelIsOfferedAndLaterFrames() throws {
    let rig = try Rig()
    let (frame, segments) = try superFrame(tcp(), size: 1_448)
    XCTAssertEqual(rig.left.offloads, .all)
    var request = OffloadParameters()
    (request.lsoV1, request.lsoV2IPv4) = (.disabled, .disabled)
    let left = rig.bridge.left
    try left.nic.adapter.setOffloadParameters(request)
    try left.update()
    XCTAssertEqual(rig.left.offloads, [.checksum, .tcpv6, .ecn, .udp])
    // The kernel had it on its way.
    XCTAssertEqual(try rig.send([frame]).map(\.octets), segments)
    XCTAssertEqual(left.counters.segmentedBySoftware, 1)
    (request.lsoV1, request.lsoV2IPv4) = (.enabled, .enabled)
    try left.nic.adapter.setOffloadParameters(request)
    try left.update()
    XCTAssertEqual(rig.left.offloads, .all)
    XCTAssertEqual(try rig.send([frame]), [frame])
  }

  func testAGuestThatNegotiatesAgainIsFollowed() throws {
    let guest = ScriptedEnd(negotiated: .all)
    let rig = try Rig(ScriptedEnd(), guest)
    let (frame, segments) = try superFrame(tcp(), size: 1_448)
    XCTAssertEqual(try rig.send([frame]), [frame])
    guest.negotiate([])
    XCTAssertEqual(try rig.send([frame]).map(\.octets), segments)
    guest.negotiate(.all)
    XCTAssertEqual(try rig.send([frame]), [frame])
  }

  /// USO below the MTU is many datagrams all the same.
  func testUdpSegmentationBelowTheMTU() throws {
    let recipe = FrameRecipe(transport: .udp(UDPRecipe()), payload: Payload(count: 150))
    let (frame, segments) = try superFrame(recipe, size: 100)
    XCTAssertEqual(segments.count, 2)
    let rig = try Rig(ScriptedEnd(), ScriptedEnd(negotiated: [.checksum, .tcpv4]))
    XCTAssertEqual(try rig.send([frame]).map(\.octets), segments)
    XCTAssertEqual(try Rig().send([frame]), [frame])
  }

  func testPartialChecksums() throws {
    let octets = tcp(100).build()
    var header = VirtioNetHeader()
    header.flags = .needsChecksum
    (header.checksumStart, header.checksumOffset) = (34, 16)
    var partial = octets
    let completion = try ChecksumCompletion(start: 34, offset: 16, frameLength: octets.count)
    // The pseudo header sum, as a sender leaves it.
    let plan = try SegmentationPlan(
      of: octets, request: SegmentationRequest(segmentSize: 100, checksum: .pseudoHeader))
    partial = try plan.frames(of: octets)[0]
    let frame = ScriptedEnd.Frame(header: header, octets: partial)
    let rig = try Rig()
    XCTAssertEqual(try rig.send([frame]), [frame])
    XCTAssertEqual(rig.decisions, [.passed])
    let other = try Rig(ScriptedEnd(), ScriptedEnd(possible: []))
    XCTAssertEqual(
      try other.send([frame]), [ScriptedEnd.Frame(octets: try completion.applied(to: partial))])
    XCTAssertEqual(other.decisions, [.checksumCompleted])
    XCTAssertEqual(other.bridge.left.counters.checksumsCompleted, 1)
  }

  func testWorkForOneFrameIsBounded() throws {
    let (small, _) = try superFrame(tcp(2_048), size: 1)
    let (large, _) = try superFrame(tcp(2_049), size: 1)
    let rig = try Rig(ScriptedEnd(), ScriptedEnd(possible: []))
    XCTAssertEqual(try rig.send([small]).count, 2_048)
    XCTAssertEqual(try rig.send([large]), [])
    XCTAssertEqual(rig.decisions.last, .dropped(.segmentCount(2_049, limit: 2_048)))
    XCTAssertEqual(
      "\(WireDecision.dropped(.segmentCount(2_049, limit: 2_048)))",
      "dropped: it would give 2049 segments, more than 2048")
    XCTAssertEqual(rig.bridge.left.counters.droppedForSegmentCount, 1)
    // Not passed, either.
    XCTAssertEqual(try Rig().send([large]), [])
  }

  func testFramesAboveTheMTUAreDropped() throws {
    let (frame, _) = try superFrame(tcp(), size: 1_448)
    let rig = try Rig(mtu: 1_000)
    XCTAssertEqual(try rig.send([frame]), [])
    let whole = tcp(1_000).build()
    XCTAssertEqual(try rig.send([ScriptedEnd.Frame(octets: whole)]), [])
    XCTAssertEqual(rig.bridge.left.counters.droppedByNIC, 2)
    XCTAssertEqual(rig.bridge.left.counters.dropped, 2)
    XCTAssertEqual(
      rig.decisions.map(\.description),
      [
        "dropped: a segment's packet of 1488 octets exceeds the MTU 1000",
        "dropped: the packet of 1040 octets exceeds the MTU 1000, "
          + "and no segmentation was asked for",
      ])
    // Tags do not count.
    let tagged = Array(whole[..<12]) + [0x81, 0, 0, 5] + Array(whole[12...])
    XCTAssertEqual(try Rig(mtu: 1_040).send([ScriptedEnd.Frame(octets: tagged)]).count, 1)
  }

  /// A trailer is no way around the MTU, whatever is left to the NIC.
  func testTrailersBeyondTheMTUAreDropped() throws {
    func partial(_ recipe: FrameRecipe) -> ScriptedEnd.Frame {
      var recipe = recipe
      recipe.checksum = .pseudoHeader
      var header = VirtioNetHeader()
      header.flags = .needsChecksum
      (header.checksumStart, header.checksumOffset) = (34, 16)
      return ScriptedEnd.Frame(header: header, octets: recipe.build())
    }
    let frames = [
      ScriptedEnd.Frame(octets: tcp(400).build()), partial(tcp(400)),
      try superFrame(tcp(400), size: 400).frame, try superFrame(tcp(400), size: 100).frame,
    ]
    for right in [ScriptedEnd(possible: []), ScriptedEnd()] {
      for (index, frame) in frames.enumerated() {
        let rig = try Rig(ScriptedEnd(), right)
        for trailer in [1, 1_100, 3_000, 60_000] {
          var frame = frame
          frame.octets += [UInt8](repeating: 0xEE, count: trailer)
          let received = try rig.send([frame])
          let longest = received.filter { $0.header.gsoType == .none }.map(\.octets.count).max()
          XCTAssertLessThanOrEqual(longest ?? 0, 1_514, "frame \(index), trailer \(trailer)")
          if trailer == 1 { XCTAssertFalse(received.isEmpty, "frame \(index)") }
        }
        guard index < 2 else { continue }
        XCTAssertEqual(
          rig.decisions.suffix(3).map { "\($0)" },
          [1_100, 3_000, 60_000].map {
            "dropped: packet and trailer have \(440 + $0) octets and exceed the MTU 1500"
          })
        XCTAssertEqual(rig.bridge.left.counters.droppedByNIC, 3)
      }
    }
  }

  /// What one call takes from the left is merged for the right, and comes after nothing later.
  func testCoalescing() throws {
    let (frame, segments) = try superFrame(tcp(), size: 1_448)
    let rig = try Rig(
      coalesces: true, impairments: try Impairments { $0.lossRate = 0 })
    let frames = try rig.send(segments.map { ScriptedEnd.Frame(octets: $0) })
    XCTAssertEqual(frames.count, 1)
    XCTAssertEqual(frames.first?.octets.count, frame.octets.count)
    XCTAssertEqual(frames.first?.octets, frame.octets)
    XCTAssertEqual(frames.first?.header.gsoType, .tcpv4)
    XCTAssertEqual(frames.first?.header.gsoSize, 1_448)
    XCTAssertEqual(rig.bridge.right.counters.coalescedFramesWritten, 1)
    // A side that takes no large frames gets none.
    let small = try Rig(ScriptedEnd(), ScriptedEnd(possible: [.checksum]), coalesces: true)
    XCTAssertEqual(try small.send(segments.map { .init(octets: $0) }).map(\.octets), segments)
    XCTAssertEqual(try small.send([frame]).map(\.octets), segments)
  }

  func testResultsAreCountedAndErrorsEndTheBridge() throws {
    let rig = try Rig()
    let frame = ScriptedEnd.Frame(octets: tcp(100).build())
    rig.right.results = [
      .noRoom, .notReady, .tooLong(byteCount: 1, limit: 0), .refused(errno: 22), .sent,
    ]
    _ = try rig.send([ScriptedEnd.Frame](repeating: frame, count: 5))
    let counters = rig.bridge.right.counters
    XCTAssertEqual(
      [counters.noRoom, counters.notReady, counters.tooLong, counters.refused],
      [1, 1, 1, 1])
    XCTAssertEqual(counters.framesWritten, 1)
    rig.right.error = .gone(device: "x")
    XCTAssertThrowsError(try rig.send([frame])) {
      XCTAssertEqual($0 as? WireEndError, .gone(device: "x"))
    }
    rig.bridge.close()
    XCTAssertTrue(rig.left.isClosed && rig.right.isClosed)
    XCTAssertEqual(try rig.bridge.process(at: .start), 0)
  }

  /// A bridge does not keep itself, its NICs and its ends alive.
  func testABridgeThatIsClosedGoes() throws {
    weak var weakBridge: WireBridge?
    weak var weakNIC: VirtualNIC?
    do {
      let rig = try Rig()
      (weakBridge, weakNIC) = (rig.bridge, rig.bridge.left.nic)
      rig.bridge.close()
    }
    XCTAssertNil(weakBridge)
    XCTAssertNil(weakNIC)
  }

  func testNoFrameAllocates() throws {
    let (frame, segments) = try superFrame(tcp(), size: 1_448)
    var checksum = VirtioNetHeader()
    checksum.flags = .needsChecksum
    (checksum.checksumStart, checksum.checksumOffset) = (34, 16)
    let small = ScriptedEnd.Frame(header: checksum, octets: tcp(100).build())
    for (possible, coalesces) in [(WireOffloads.all, false), ([], false), (.all, true)] {
      #if DEBUG
        // Closures of the coalescer allocate in debug builds.
        if coalesces { continue }
      #endif
      let rig = try Rig(
        ScriptedEnd(), ScriptedEnd(possible: possible), coalesces: coalesces,
        impairments: coalesces ? try Impairments { $0.lossRate = 0 } : nil)
      rig.bridge.onRead = nil
      rig.right.keeps = false
      func send(_ count: Int) throws -> Int? {
        let frames = [frame, small] + segments.map { ScriptedEnd.Frame(octets: $0) }
        rig.left.outbox = (0..<count).flatMap { _ in frames }
        return try allocations { while try rig.bridge.process(at: .start) > 0 {} }
      }
      for _ in 0..<3 { _ = try send(4) }
      // What a call of process allocates in debug builds does not grow with the frames.
      guard let few = try send(4), let many = try send(40) else {
        throw XCTSkip("allocations are not counted here")
      }
      let calls = 40 * (segments.count + 2) / 64 + 2
      XCTAssertLessThanOrEqual(many, few + 12 * calls, "\(possible), coalescing \(coalesces)")
    }
  }
}
