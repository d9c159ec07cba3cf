import GsoEngine
import NetAdapterCore
import TestSimulation
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Octets that were changed give a typed error or something that works, and never a trap.
final class HostileStateTests: XCTestCase {
  /// Restores a state, and uses what came out of it.
  private typealias Restore = ([UInt8]) throws -> Void

  private func frame(_ count: Int = 30) -> [UInt8] {
    FrameRecipe(transport: .tcp(), payload: Payload(seed: 1, count: count)).build()
  }

  private static let gso = GsoCapabilities(
    layer3: [.ipv4NoOptions], layer4: [.tcpNoOptions], maximumOffloadSize: 9_000,
    minimumSegmentCount: 2, evtSetGso: { _, _ in })

  private func nic(_ quirks: Quirks = []) throws -> VirtualNIC {
    let nic = try VirtualNIC(
      macAddress: MACAddress(2), mtu: 1_500, quirks: quirks,
      keywords: KeywordStore([.lsoV2IPv4: .string("1"), .usoIPv6: .integer(0)]))
    try nic.adapter.setGsoCapabilities(Self.gso)
    nic.receiveFilter = ReceiveFilter([.directed], multicastAddresses: [MACAddress(1 << 40)])
    try nic.start()
    return nic
  }

  private static var capabilities: DeclaredCapabilities {
    var all = DeclaredCapabilities()
    all.gso = gso
    return all
  }

  /// A NIC that holds frames of two flows.
  private func holdingNIC() throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(2), mtu: 1_500)
    try nic.adapter.setGsoCapabilities(Self.gso)
    if let rsc = Self.holding.rsc { try nic.adapter.setRscCapabilities(rsc) }
    (nic.receiveCoalescing.window, nic.receiveCoalescing.flowCapacity) = (1_000, 2)
    try nic.start()
    nic.receive(frame())
    let datagrams = FrameRecipe(transport: .udp(), payload: Payload(seed: 2, count: 40)).build()
    let plan = try SegmentationPlan(of: datagrams, request: .init(segmentSize: 20))
    for datagram in try plan.frames(of: datagrams) { nic.receive(datagram) }
    return nic
  }

  private static var holding: DeclaredCapabilities {
    var all = capabilities
    all.rsc = RscCapabilities(
      layer3: [.ipv4NoOptions], layer4: [.tcpNoOptions, .udp], evtSetRsc: { _, _ in })
    return all
  }

  /// Small states of each kind, each with what restores and uses it.
  private func states() throws -> [(name: String, octets: [UInt8], restore: Restore)] {
    let frame = frame()
    let queue = try QueueLink(capacity: 3)
    queue.send(frame, at: VirtualTime(nanoseconds: 5))
    let wire = ImpairedLink(
      try Impairments {
        $0.delay = 1_000
        $0.bandwidth = 1_000_000
      }, seed: 1, next: queue)
    wire.send(frame, at: .start)
    wire.send(Array(frame.prefix(20)), at: .start)
    let tap = CapturingLink(next: queue) { _, _ in }
    let (first, second) = (try nic(), try nic(.release21H2))
    try second.adapter.pauseOffloadCapabilities()
    let posted = try first.makeTransmitQueue(
      ringSize: 4, bufferCapacity: 64, frameCount: 3, packetsPerAdvance: 1)
    for size in [0, 40, 10_000] {
      _ = posted.post(self.frame(90), TransmitRequest(segmentSize: size), tag: size)
    }
    try posted.advance()
    let received = try first.makeReceiveQueue(ringSize: 4, bufferCapacity: 64, frameCount: 2)
    try received.advance { _ in }
    first.receiveFilter = nil
    first.receive(frame)
    let base = try nic()
    return [
      ("queue link", queue.save(), { _ = try QueueLink(restoring: $0).takeAll() }),
      (
        "impaired link", try wire.save(),
        {
          let wire = try ImpairedLink(restoring: $0, next: QueueLink())
          wire.send(frame, at: .start)
          wire.advance(to: VirtualTime(nanoseconds: .max))
          _ = try wire.save()
        }
      ),
      (
        "capturing link", try tap.save(),
        { try CapturingLink(restoring: $0, next: QueueLink()) { _, _ in }.send(frame) }
      ),
      ("NIC", try base.save(), { try self.use(try self.restored($0)) }),
      (
        "NIC that holds frames", try holdingNIC().save(),
        { octets in
          let nic = try VirtualNIC(
            restoring: octets, capabilities: Self.holding, memoryLimit: 2 << 20)
          nic.receive(self.frame(), at: VirtualTime(nanoseconds: 1))
          try self.use(nic)
        }
      ),
      ("NIC of 21H2", try second.save(), { try self.use(try self.restored($0)) }),
      (
        "transmit queue", try posted.save(),
        {
          let queue = try self.nic().restoreTransmitQueue($0, memoryLimit: 1 << 20)
          for _ in 0..<6 {
            try queue.advance(at: VirtualTime(nanoseconds: 1))
            while queue.takeCompleted() != nil {}
            _ = queue.post(frame, TransmitRequest(segmentSize: 10))
          }
          _ = queue.counters
        }
      ),
      (
        "receive queue", try received.save(),
        {
          let nic = try self.nic()
          let queue = try nic.restoreReceiveQueue($0, memoryLimit: 1 << 20)
          for _ in 0..<5 {
            nic.receive(frame)
            try queue.advance { _ = $0.array() }
          }
        }
      ),
    ]
  }

  private func restored(_ octets: [UInt8]) throws -> VirtualNIC {
    try VirtualNIC(
      restoring: octets, capabilities: Self.capabilities, memoryLimit: 2 << 20)
  }

  private func use(_ nic: VirtualNIC) throws {
    nic.onReceive = { _, _, _ in }
    nic.transmit(frame(4_000), segmentSize: 1_000)
    nic.receive(frame())
    nic.advance(to: VirtualTime(nanoseconds: .max))
    _ = (nic.counters, nic.adapter.keywordIssues, nic.adapter.activeOffloads)
    if nic.adapter.state == .started { try nic.adapter.setOffloadParameters(OffloadParameters()) }
    _ = try nic.save()
  }

  /// The same values with a length and a CRC-32 that fit.
  private func sealed(_ octets: [UInt8]) -> [UInt8] {
    guard octets.count >= 20 else { return octets }
    var values = Array(octets.dropLast(4))
    let count = values.count - 16
    for index in 0..<8 { values[8 + index] = UInt8(truncatingIfNeeded: count >> (8 * index)) }
    let sequence = EthernetFrameCheckSequence.value(of: values.octets)
    return values + (0..<4).map { UInt8(truncatingIfNeeded: sequence >> (8 * $0)) }
  }

  /// Restores; an error has to be one of those that are documented.
  @discardableResult
  private func attempt(_ restore: Restore, _ octets: [UInt8], _ what: String) -> Bool {
    do {
      try restore(octets)
      return true
    } catch {
      XCTAssertTrue(
        error is StateError || error is RestoreError || error is QueueError
          || error is AdapterError || error is SaveError, "\(what): \(error)")
      XCTAssertFalse("\(error)".isEmpty)
      return false
    }
  }

  func testStatesThatAreNotChangedAreRestored() throws {
    for (name, octets, restore) in try states() {
      XCTAssertNoThrow(try restore(octets), name)
      XCTAssertEqual(sealed(octets), octets, name)
    }
  }

  func testEveryLengthIsRefused() throws {
    for (name, octets, restore) in try states() {
      for count in 0..<octets.count {
        let short = Array(octets.prefix(count))
        XCTAssertFalse(attempt(restore, short, "\(name), \(count)"), "\(name), \(count)")
        // With a header and a CRC-32 that fit: the values end early.
        attempt(restore, sealed(short), "\(name), sealed, \(count)")
      }
      XCTAssertFalse(attempt(restore, octets + [0], name), name)
    }
  }

  /// Every bit of small states is tried.
  ///
  /// Of those with hundreds of octets, most of them counters, every seventh is, and every one with
  /// the environment variable `VNIC_STRESS`.
  func testEveryBitIsChecked() throws {
    for (name, octets, restore) in try states() {
      let stride = octets.count > 400 && StressScale.factor == 1 ? 7 : 1
      var accepted = 0
      for bit in Swift.stride(from: 0, to: octets.count * 8, by: stride) {
        var wrong = octets
        wrong[bit / 8] ^= 1 << UInt8(bit % 8)
        if bit % 8 == 0 {
          XCTAssertFalse(attempt(restore, wrong, "\(name), bit \(bit)"), "\(name), bit \(bit)")
        }
        if attempt(restore, sealed(wrong), "\(name), bit \(bit), sealed") { accepted += 1 }
      }
      // Octets of frames, counters and times may have any value.
      XCTAssertGreaterThan(accepted, 10, name)
      XCTAssertLessThan(accepted, octets.count * 8, name)
    }
  }

  func testRandomChangesOfLargeStates() throws {
    var random = SeededGenerator.fromEnvironment(0x57A7E)
    for round in 0..<6 {
      let simulation = try Simulation(seed: UInt64(100 + round))
      for _ in 0..<15 { _ = simulation.advance() }
      let state = try simulation.save()
      for _ in 0..<40 {
        var changed = state
        func change(_ octets: inout [UInt8]) {
          for _ in 0..<random.within(1...4) {
            let index = random.within(16...octets.count - 5)
            octets[index] = random.pick([0, 1, 0x7F, 0x80, 0xFF, UInt8(random.below(256))])
          }
          octets = sealed(octets)
        }
        switch random.below(5) {
        case 0: change(&changed.left)
        case 1: change(&changed.forth)
        case 2: change(&changed.right)
        case 3: if changed.transmit != nil { change(&changed.transmit!) }
        default: if changed.receive != nil { change(&changed.receive!) }
        }
        let mutated = changed
        attempt(
          { _ in
            let simulation = try Simulation(restoring: mutated)
            for _ in 0..<4 { _ = simulation.advance() }
          }, [], "round \(round)")
      }
    }
  }
}
