import GsoEngine
import LinuxWire
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Random headers before random frames: nothing traps, everything is counted once, and what a side
/// without offloads gets fits its MTU.
final class BridgeHostileTests: XCTestCase {
  private func nic(_ coalesces: Bool) throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(2), mtu: 1_500)
    let gso = GsoCapabilities(
      layer3: .all, layer4: .all, maximumOffloadSize: 65_536, minimumSegmentCount: 2
    ) { _, _ in }
    try nic.adapter.setGsoCapabilities(gso)
    if coalesces {
      let rsc = RscCapabilities(
        layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: [.tcpNoOptions, .udp]
      ) { _, _ in }
      try nic.adapter.setRscCapabilities(rsc)
    }
    try nic.start()
    return nic
  }

  /// A header whose fields are right, nearly right, or anything.
  private func header(
    _ random: inout SeededGenerator, frame: [UInt8], size: Int
  ) -> VirtioNetHeader {
    var header = VirtioNetHeader()
    let layout = try? PacketLayout(parsing: frame)
    if let plan = try? SegmentationPlan(
      of: frame, request: SegmentationRequest(segmentSize: max(1, size))),
      let handOff = try? VirtioHandOff(frame, segmentedAs: plan)
    {
      header = handOff.header
    }
    header.checksumStart = UInt16(clamping: layout?.transport?.offset ?? 34)
    func any() -> UInt16 { UInt16(truncatingIfNeeded: random.next()) }
    for _ in 0..<random.below(3) {
      switch random.below(9) {
      case 0: header.gsoSize = [0, 1, 8, 88, 1_448, 65_534, 65_535, any()][random.below(8)]
      case 1:
        header.gsoType = VirtioNetHeader.GsoType(
          rawValue: [0, 1, 3, 4, 5, 0x81, 0x21, 0x45, UInt8(truncatingIfNeeded: any())][
            random.below(9)])
      case 2: header.flags = VirtioNetHeader.Flags(rawValue: UInt8(random.below(16)))
      case 3: header.headerLength = any()
      case 4: header.checksumStart = [header.checksumStart, 0, 20, any()][random.below(4)]
      case 5: header.checksumOffset = [16, 6, 0, 65_535, any()][random.below(5)]
      case 6: header.outerTransportOffset = any()
      case 7: header.innerNetworkOffset = any()
      default: break
      }
    }
    return header
  }

  func testRandomHeadersAndFrames() throws {
    let seed = SeededGenerator.fromEnvironment()
    var random = SeededGenerator(seed: seed.seed)
    let profile = RecipeProfile {
      ($0.links, $0.allowsTunnels, $0.allowsInnerTrailers) = ([.ethernet], true, true)
    }
    var generator = RecipeGenerator(seed, profile: profile)
    for coalesces in [false, true] {
      let (left, right) = (ScriptedEnd(), ScriptedEnd(possible: []))
      let bridge = try WireBridge(
        WireSide(left, try nic(coalesces)), WireSide(right, try nic(coalesces)))
      var longest = 0
      for index in 0..<3_000 {
        let (recipe, size) = generator.next()
        var octets = recipe.build()
        if random.oneIn(8), !octets.isEmpty {
          octets[random.below(octets.count)] ^= UInt8(1) << UInt8(random.below(8))
        }
        if random.oneIn(30) { octets = Array(octets.prefix(random.below(octets.count + 1))) }
        let header = header(&random, frame: octets, size: size)
        let end = random.oneIn(4) ? right : left
        end.outbox.append(.init(header: header, octets: octets))
        _ = try bridge.process(at: VirtualTime(nanoseconds: UInt64(index)))
        for frame in right.takeInbox() {
          XCTAssertEqual(frame.header, VirtioNetHeader(), "seed \(seed.seed), frame \(index)")
          let layout = try? PacketLayout(parsing: frame.octets, tunnels: .none)
          let packet =
            (layout?.network?.end ?? frame.octets.count)
            - (layout?.linkHeaderLength ?? 14)
          longest = max(longest, packet)
        }
        for frame in left.takeInbox() where frame.header.gsoType != .none {
          // What was passed or merged is what the receiver accepts.
          XCTAssertNoThrow(
            try OffloadAction(on: frame.octets, describedBy: frame.header),
            "seed \(seed.seed), frame \(index)")
        }
      }
      XCTAssertLessThanOrEqual(longest, 1_500)
      XCTAssertGreaterThan(longest, 1_400, "something was segmented")
      for side in [bridge.left, bridge.right] {
        let counters = side.counters
        let sum =
          counters.passed + counters.sentWhole + counters.checksumsCompleted
          + counters.segmentedByHardware + counters.segmentedBySoftware + counters.dropped
        XCTAssertEqual(counters.framesRead, sum, "every frame is counted once")
        XCTAssertEqual(
          counters.dropped,
          counters.droppedForHeader + counters.droppedForSegmentCount + counters.droppedByNIC)
        XCTAssertGreaterThan(counters.droppedForHeader, 0)
      }
      XCTAssertGreaterThan(
        bridge.left.counters.segmentedByHardware + bridge.left.counters.segmentedBySoftware, 100)
    }
  }
}
