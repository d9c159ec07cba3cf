import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Behaviour 19: hardware, software and the engine alone give the same octets, and so does a frame
/// that lies in several buffers.
final class PathEqualityTests: XCTestCase {
  /// A NIC whose hardware segments all frames, and one without hardware.
  private struct Pair {
    let hardware: VirtualNIC
    let software: VirtualNIC
    let fast = QueueLink()
    let slow = QueueLink()
    var paths: Set<Bool> = []

    init() throws {
      hardware = try VirtualNIC(macAddress: MACAddress(1), mtu: 65_575, link: fast)
      software = try VirtualNIC(macAddress: MACAddress(2), mtu: 65_575, link: slow)
      try hardware.adapter.setGsoCapabilities(
        GsoCapabilities(
          layer3: .all, layer4: [.tcp, .udp], maximumOffloadSize: 1_000_000, minimumSegmentCount: 1
        ) { _, _ in })
      try hardware.start()
      try software.start()
    }

    /// The first thing in which the ways differ; nil if none.
    mutating func difference(
      _ frame: [UInt8], _ segmentSize: Int, _ random: inout SeededGenerator
    ) throws -> String? {
      let first = hardware.transmit(frame, segmentSize: segmentSize)
      let second = software.transmit(frame, segmentSize: segmentSize)
      let octets = fast.takeAll().map(\.octets)
      if first.outcome != second.outcome { return "\(first.outcome), \(second.outcome)" }
      if octets != slow.takeAll().map(\.octets) { return "hardware and software" }
      for nic in [hardware, software] {
        let pieces = Pieces(random: &random, frame)
        let scattered = try ScatteredFrame(
          memory: pieces.memory.octets, buffers: pieces.fragments.span)
        let third = nic.transmit(scattered, TransmitRequest(segmentSize: segmentSize))
        if third.outcome != first.outcome { return "in buffers: \(third.outcome)" }
        let link = nic === hardware ? fast : slow
        if octets != link.takeAll().map(\.octets) { return "in buffers" }
      }
      guard case .sent = first.outcome else {
        return octets.isEmpty ? nil : "dropped, but something was sent"
      }
      paths.insert(first.segmentation == .hardware)
      if second.segmentation == .hardware { return "no hardware, and yet" }
      let plan = try SegmentationPlan(
        of: frame, tunnels: .wellKnown, request: .init(segmentSize: segmentSize))
      return octets == (try plan.frames(of: frame)) ? nil : "the engine"
    }
  }

  func testBehaviour19TenThousandRandomFrames() throws {
    var pair = try Pair()
    let seed = SeededGenerator.fromEnvironment()
    var random = SeededGenerator(seed: seed.seed &+ 7)
    for (count, profile) in [(7_000, RecipeProfile()), (3_000, .tunnels)] {
      var profile = profile
      profile.links = [.ethernet]
      var generator = RecipeGenerator(seed, profile: profile)
      for _ in 0..<count {
        let (recipe, size) = generator.next()
        guard let difference = try pair.difference(recipe.build(), size, &random) else { continue }
        return XCTFail("\(difference), seed \(seed.seed): \(recipe.swiftLiteral)")
      }
    }
    XCTAssertEqual(pair.paths, [true, false], "both decisions were seen")
  }

  func testBehaviour19EveryCaseOfTheKernelCorpus() throws {
    var pair = try Pair()
    var random = SeededGenerator.fromEnvironment(0xC0)
    let corpus = try KernelCorpus()
    for c in corpus.cases where c.vnet.gsoSize != 0 {
      let difference = try pair.difference(corpus.input(of: c), c.vnet.gsoSize, &random)
      XCTAssertNil(difference, "\(c.name), seed \(random.seed)")
    }
    XCTAssertGreaterThan(pair.hardware.counters.hardwareFrames, 500)
  }

  /// Behaviour 24, through a NIC: two buffers, divided at every octet of the headers.
  func testBehaviour24ASplitAtEveryHeaderOctet() throws {
    let pair = try Pair()
    let recipe = FrameRecipe(
      network: .ipv6(IPv6Recipe { $0.extensions = [.hopByHop([1, 4, 0, 0, 0, 0])] }),
      transport: .tcp(TCPRecipe { $0.options = [TCPOption.timestamps(1, 2), [1, 1]] }),
      payload: Payload(seed: 3, count: 333))
    let frame = recipe.build()
    pair.hardware.transmit(frame, segmentSize: 100)
    let expected = pair.fast.takeAll().map(\.octets)
    XCTAssertEqual(expected.count, 4)
    for split in 0...frame.count {
      let pieces = Pieces(frame, lengths: [split, frame.count - split])
      let scattered = try ScatteredFrame(
        memory: pieces.memory.octets, buffers: pieces.fragments.span)
      pair.hardware.transmit(scattered, TransmitRequest(segmentSize: 100))
      XCTAssertEqual(pair.fast.takeAll().map(\.octets), expected, "split at \(split)")
    }
  }
}
