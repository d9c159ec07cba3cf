import NetAdapterCore
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Random packets through random small rings, compared with arrays.
final class QueueModelTests: XCTestCase {
  private final class Random {
    var generator: SeededGenerator
    init(_ generator: SeededGenerator) { self.generator = generator }
    func below(_ limit: Int) -> Int { generator.below(limit) }
  }

  func testTransmit() throws {
    let random = Random(.fromEnvironment(0x7_0001))
    for round in 0..<40 {
      try transmitRound(random, isVerified: round % 2 == 0, "seed \(random.generator.seed)")
    }
  }

  private func transmitRound(_ random: Random, isVerified: Bool, _ name: String) throws {
    let (ringSize, fragmentRingSize) = (2 << random.below(3), 2 << random.below(4))
    let capacity = 1 + random.below(6)
    var sent: [[UInt8]] = []
    var returnedFragments = 0
    let queue = try makeTransmit(
      ringSize: ringSize, fragmentRingSize: fragmentRingSize, bufferCapacity: capacity,
      isVerified: isVerified
    ) { _, rings in
      let accept = rings.packets.unprocessed
      rings.packets.nextIndex = rings.packets.index(
        accept.start, advancedBy: random.below(accept.count + 1))
      let done = rings.packets.range(from: rings.packets.beginIndex, to: rings.packets.nextIndex)
      for position in 0..<random.below(done.count + 1) {
        let packet = rings.packets[done[position]]
        sent.append(packet.isIgnored ? [] : rings.array(of: packet))
        returnedFragments += packet.fragmentCount
        rings.packets.beginIndex = rings.packets.index(after: done[position])
        rings.fragments.beginIndex = rings.fragments.index(
          rings.fragments.beginIndex, advancedBy: packet.fragmentCount)
      }
    }
    var posted: [[UInt8]] = []
    var (taken, postedFragments, freedFragments) = (0, 0, 0)
    for _ in 0..<400 {
      switch random.below(4) {
      case 0, 1:
        let length = random.below(capacity * 4 + 1)
        let frame = random.generator.octets(length)
        let needed = (length + capacity - 1) / capacity
        let packetsFree = ringSize - 1 - (posted.count - taken)
        let fragmentsFree = fragmentRingSize - 1 - (postedFragments - freedFragments)
        let error = queueError {
          if length == 0 {
            try queue.postIgnored(tag: posted.count)
          } else {
            try queue.post(frame, tag: posted.count)
          }
        }
        if needed > fragmentRingSize - 1 {
          XCTAssertEqual(
            error, .oversize(octets: length, limit: capacity * (fragmentRingSize - 1)), name)
        } else if packetsFree == 0 || needed > fragmentsFree {
          XCTAssertEqual(
            error,
            .full(
              packetsFree: packetsFree, fragmentsNeeded: needed, fragmentsFree: fragmentsFree),
            name)
        } else {
          XCTAssertNil(error, name)
          posted.append(frame)
          postedFragments += needed
        }
      case 2: try queue.advance()
      default:
        let done = queue.takeCompleted()
        freedFragments = returnedFragments
        XCTAssertEqual(done?.tag, taken < sent.count ? taken : nil, name)
        if let done {
          XCTAssertEqual(done.isIgnored, posted[taken].isEmpty, name)
          taken += 1
        }
      }
      XCTAssertEqual(sent, Array(posted.prefix(sent.count)), name)
      XCTAssertEqual(queue.outstandingPacketCount, posted.count - sent.count, name)
      XCTAssertEqual(queue.returnedPacketCount, sent.count - taken, name)
    }
    try queue.cancel()
    try queue.stop()
  }

  func testReceive() throws {
    let random = Random(.fromEnvironment(0x7_0002))
    for round in 0..<40 {
      try receiveRound(random, isVerified: round % 2 == 0, "seed \(random.generator.seed)")
    }
  }

  private func receiveRound(_ random: Random, isVerified: Bool, _ name: String) throws {
    let (ringSize, fragmentRingSize) = (2 << random.below(3), 2 << random.below(4))
    let capacity = 1 + random.below(6)
    var received: [[UInt8]] = []
    var ignored = 0
    let queue = try makeReceive(
      ringSize: ringSize, fragmentRingSize: fragmentRingSize, bufferCapacity: capacity,
      isVerified: isVerified
    ) { _, rings in
      for _ in 0..<random.below(4) {
        if random.below(5) == 0, !rings.packets.window.isEmpty {
          // Ignored, sometimes with an unused buffer before it.
          rings.packets[rings.packets.beginIndex].isIgnored = true
          rings.packets.beginIndex = rings.packets.index(after: rings.packets.beginIndex)
          ignored += 1
          if random.below(2) == 0, !rings.fragments.window.isEmpty {
            rings.fragments.beginIndex = rings.fragments.index(after: rings.fragments.beginIndex)
          }
        } else {
          let frame = random.generator.octets(random.below(capacity * 3 + 1))
          if rings.receive(frame) { received.append(frame) }
        }
      }
    }
    var taken = 0
    for _ in 0..<400 {
      switch random.below(4) {
      case 0:
        try queue.replenish(packets: random.below(5), fragments: random.below(9))
      case 1: try queue.advance()
      default:
        let frame = try queue.takeReceived { $0.array() }
        XCTAssertEqual(frame, taken < received.count ? received[taken] : nil, name)
        if frame != nil { taken += 1 }
      }
      XCTAssertLessThanOrEqual(
        queue.outstandingPacketCount + queue.returnedPacketCount, ringSize - 1, name)
    }
    try queue.cancel()
    while try queue.takeReceived({ _ in taken += 1 }) != nil {}
    XCTAssertEqual(taken, received.count, name)
    XCTAssertEqual(
      [queue.freePacketCount, queue.freeFragmentCount], [ringSize - 1, fragmentRingSize - 1], name)
    XCTAssertGreaterThanOrEqual(queue.ignoredPacketCount, ignored, name)
    try queue.stop()
  }

  /// Drivers that write random values anywhere: every call returns, with or without an error.
  func testRandomOffences() throws {
    let random = Random(.fromEnvironment(0x7_0003))
    let number = { () -> Int in
      [random.below(9), random.below(20) - 10, random.generator.integer(), .max, .min][
        random.below(5)]
    }
    let offend: EvtAdvance = { _, rings in
      for _ in 0..<random.below(4) {
        switch random.below(12) {
        case 0: rings.packets.beginIndex = number()
        case 1: rings.packets.nextIndex = number()
        case 2: rings.fragments.beginIndex = number()
        case 3: rings.packets[number()].fragmentIndex = number()
        case 4: rings.packets[number()].fragmentCount = number()
        case 5: rings.fragments[number()].validLength = number()
        case 6: rings.fragments[number()].offset = number()
        case 7: rings.fragments[number()].capacity = number()
        case 8: rings.packets[number()].isIgnored = random.below(2) == 0
        case 9: rings.fragments.endIndex = number()
        case 10: rings.receive(random.generator.octets(random.below(20)))
        default:
          for index in rings.packets.window { _ = rings.array(of: rings.packets[index]) }
        }
      }
    }
    var (violations, packets) = (0, 0)
    for round in 0..<40 {
      let transmit = try makeTransmit(
        ringSize: 4, bufferCapacity: 8, isVerified: round % 2 == 0, advance: offend)
      let receive = try makeReceive(
        ringSize: 4, bufferCapacity: 8, isVerified: round % 2 == 0, advance: offend)
      for _ in 0..<100 {
        _ = queueError { try transmit.post(random.generator.octets(random.below(30))) }
        if failureCode({ try transmit.advance() }) != nil { violations += 1 }
        while transmit.takeCompleted() != nil { packets += 1 }
        try receive.replenish()
        if failureCode({ try receive.advance() }) != nil { violations += 1 }
        for _ in 0..<8 {
          let error = queueError {
            if try receive.takeReceived({ $0.array() }) != nil { packets += 1 }
          }
          if error != nil { violations += 1 }
        }
        XCTAssertEqual(receive.returnedPacketCount, 0)
      }
    }
    XCTAssertGreaterThan(violations, 1_000)
    XCTAssertGreaterThan(packets, 100)
  }
}
