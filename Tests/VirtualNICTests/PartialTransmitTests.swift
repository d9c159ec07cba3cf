import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Senders that do not say what they left to the NIC: `TransmitRequest(checksums: .partial)`.
final class PartialTransmitTests: XCTestCase {
  private static let partial = TransmitRequest(checksums: .partial)

  private func nic(
    hardware: Bool, _ link: QueueLink, receives: Bool = false
  ) throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 65_575, link: link)
    if hardware {
      var checksum = TxChecksumCapabilities(layer3: .all) { _, _ in }
      checksum.layer4 = [.tcp, .udp]
      try nic.adapter.setTxChecksumCapabilities(checksum)
    }
    if receives { try nic.adapter.setRxChecksumCapabilities(RxChecksumCapabilities { _, _ in }) }
    try nic.start()
    return nic
  }

  /// At once, from several buffers and through rings, by hardware and by software: the octets are
  /// those that the engine alone gives, and the report says whether anything was completed.
  func testEveryWayGivesTheSameOctets() throws {
    let seed = SeededGenerator.fromEnvironment()
    let profile = RecipeProfile {
      ($0.links, $0.allowsTunnels, $0.allowsInnerTrailers) = ([.ethernet], true, true)
      ($0.usualPayload, $0.largeOneIn) = (200, 100_000)
    }
    var generator = RecipeGenerator(seed, profile: profile)
    var random = SeededGenerator(seed: seed.seed)
    var decisions: Set<ChecksumDecision> = []
    for isHardware in [true, false] {
      let (direct, rings) = (QueueLink(), QueueLink())
      let nic = try nic(hardware: isHardware, direct)
      let other = try self.nic(hardware: isHardware, rings)
      let queue = try other.makeTransmitQueue(ringSize: 8)
      for _ in 0..<600 {
        let (recipe, _) = generator.next()
        let frame = recipe.build()
        let expected = ReferenceCompletion(of: recipe).frame
        let name = "seed \(seed.seed) \(recipe.swiftLiteral)"
        let report = nic.transmit(frame, Self.partial)
        XCTAssertEqual(report.outcome, .sent(frames: 1), name)
        XCTAssertEqual(report.checksum == .none, frame == expected, name)
        decisions.insert(report.checksum)
        let pieces = Pieces(random: &random, frame)
        let scattered = try ScatteredFrame(
          memory: pieces.memory.octets, buffers: pieces.fragments.span)
        XCTAssertEqual(nic.transmit(scattered, Self.partial), report, name)
        XCTAssertEqual(direct.takeAll().map(\.octets), [expected, expected], name)
        guard frame.count <= queue.packetQueue.maximumPacketLength else { continue }
        XCTAssertTrue(queue.post(frame, Self.partial), name)
        try queue.advance()
        XCTAssertEqual(queue.takeCompleted()?.report, report, name)
        XCTAssertEqual(rings.takeAll().map(\.octets), [expected], name)
      }
    }
    XCTAssertTrue(decisions.isSuperset(of: [.none, .hardware, .software(because: .tunnel)]))
    XCTAssertTrue(decisions.contains(.software(because: .noHardware)))
  }

  /// What cannot be read, or has no such checksum, goes unmodified; what is asked for by name is
  /// refused.
  func testFramesWithoutChecksums() throws {
    let link = QueueLink()
    let nic = try nic(hardware: true, link)
    var fragment = FrameRecipe(payload: Payload(count: 64)).build()
    (fragment[20], fragment[24], fragment[25]) = (0x20, 0, 0)
    var completed = fragment
    try ChecksumPlan(of: fragment, fields: .ipv4Header).apply(to: &completed)
    let arp = [UInt8](repeating: 0, count: 12) + [8, 6] + [UInt8](repeating: 1, count: 46)
    let broken = Array(FrameRecipe().build()[..<30])
    for (frame, expected) in [(fragment, completed), (arp, arp), (broken, broken)] {
      XCTAssertEqual(nic.transmit(frame, Self.partial).outcome, .sent(frames: 1))
      XCTAssertEqual(link.takeAll().map(\.octets), [expected])
      let asked = TransmitRequest(checksums: [.partial, .transport])
      guard case .dropped(.refused) = nic.transmit(frame, asked).outcome else {
        XCTFail("sent")
        continue
      }
    }
  }

  /// The evaluation by a receiving NIC follows RFC 9868 and RFC 6275.
  func testReceivedDatagramsWithOptionsAndHomeAddresses() throws {
    let nic = try nic(hardware: false, QueueLink(), receives: true)
    let seen = Box<[ReceivedMetadata.Evaluation]>([])
    nic.onReceive = { _, checksums, _ in seen.value.append(checksums.layer4) }
    for file in ["udp-options", "home-address"] {
      for frame in try Fixtures.frames("Reports/\(file).pcap") { nic.receive(frame) }
    }
    XCTAssertEqual(seen.value, [.valid, .valid, .valid])
    for file in ["udp-options", "home-address"] {
      for var frame in try Fixtures.frames("Reports/\(file).pcap") {
        let last = file == "udp-options" ? frame.count - 5 : frame.count - 1
        frame[last] ^= 1
        nic.receive(frame)
      }
    }
    XCTAssertEqual(seen.value.suffix(3), [.invalid, .invalid, .invalid])
  }
}
