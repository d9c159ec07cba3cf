import NetAdapterCore
import TestSupport
import WireFormats
import XCTest

/// Packets that a driver sends.
final class TransmitQueueTests: XCTestCase {
  func testPacketReachesTheDriverWhole() throws {
    let frame = (0..<150).map { UInt8($0) }
    var metadata = TransmitMetadata()
    metadata.layout = try NetPacketLayout(
      layer2: .ethernet, layer2HeaderLength: 14, layer3: .ipv4NoOptions, layer3HeaderLength: 20,
      layer4: .tcp, layer4HeaderLength: 32)
    metadata.gso.mss = 1_448
    metadata.checksum = NetPacketChecksum(layer3: .required, layer4: .required)
    metadata.ieee8021Q = try NetPacketIeee8021Q(
      priorityCodePoint: 3, vlanIdentifier: 77, tagging: .vlan)
    var seen: [[UInt8]] = []
    let expected = metadata
    let queue = try makeTransmit { queue, rings in
      XCTAssertEqual(queue.direction, .transmit)
      XCTAssertEqual(Array(rings.packets.window), [0])
      let packet = rings.packets[0]
      XCTAssertEqual(packet.layout, expected.layout)
      XCTAssertEqual(rings.gso[0], expected.gso)
      XCTAssertEqual(rings.checksum[0], expected.checksum)
      XCTAssertEqual(rings.ieee8021Q[0], expected.ieee8021Q)
      XCTAssertEqual(rings.octetCount(of: packet), 150)
      XCTAssertEqual(Array(rings.fragments(of: packet)), [0, 1, 2])
      XCTAssertEqual((0..<3).map { rings.fragments[$0].validLength }, [64, 64, 22])
      seen.append(rings.array(of: packet))
      var copy = [UInt8](repeating: 0, count: 149)
      var span = copy.mutableSpan
      var octets = unsafe span.mutableBytes
      XCTAssertEqual(rings.copyOctets(of: packet, into: &octets), 149, "as much as there is room")
      seen.append(copy)
      returnAll(queue, &rings)
    }
    try queue.post(frame, metadata, tag: 9)
    XCTAssertEqual(queue.outstandingPacketCount, 1)
    XCTAssertEqual(queue.outstandingFragmentCount, 3)
    XCTAssertNil(queue.takeCompleted(), "the driver owns it")
    try queue.advance()
    XCTAssertEqual(seen, [frame, Array(frame.dropLast())])
    let done = queue.takeCompleted()
    XCTAssertEqual(done?.tag, 9)
    XCTAssertEqual(done?.isIgnored, false)
    XCTAssertNil(queue.takeCompleted())
    XCTAssertEqual([queue.freePacketCount, queue.freeFragmentCount], [7, 7])
  }

  func testWrittenInPlaceWithBackfill() throws {
    var seen: [UInt8] = []
    var offsets: [Int] = []
    let queue = try makeTransmit(backfill: 10) { queue, rings in
      seen = rings.array(of: rings.packets[0])
      offsets = rings.fragments.window.map { rings.fragments[$0].offset }
      returnAll(queue, &rings)
    }
    var asked: [Range<Int>] = []
    try queue.post(byteCount: 100) { range, octets in
      asked.append(range)
      XCTAssertEqual(octets.byteCount, range.count)
      for position in range {
        octets.storeBytes(
          of: UInt8(position), toByteOffset: position - range.lowerBound,
          as: UInt8.self)
      }
    }
    XCTAssertEqual(asked, [0..<54, 54..<100])
    try queue.advance()
    XCTAssertEqual(seen, (0..<100).map { UInt8($0) })
    XCTAssertEqual(offsets, [10, 0])
  }

  func testEveryLengthInEveryPlaceOfTheRing() throws {
    var seen: [[UInt8]] = []
    let queue = try makeTransmit(ringSize: 4, fragmentRingSize: 4, bufferCapacity: 3, backfill: 1) {
      for index in $1.packets.window { seen.append($1.array(of: $1.packets[index])) }
      returnAll($0, &$1)
    }
    XCTAssertEqual(queue.maximumPacketLength, 8)
    var posted: [[UInt8]] = []
    for round in 0..<4 {
      for length in 1...8 {
        let frame = (0..<length).map { UInt8(round * 16 + length + $0) }
        XCTAssertEqual(queue.fragmentCount(forOctets: length), (length + 1 + 2) / 3)
        try queue.post(frame)
        try queue.advance()
        XCTAssertNotNil(queue.takeCompleted())
        posted.append(frame)
      }
    }
    XCTAssertEqual(seen, posted)
    XCTAssertEqual([queue.freePacketCount, queue.freeFragmentCount], [3, 3])
  }

  func testNothingChangesWhenThereIsNoRoom() throws {
    let queue = try makeTransmit(ringSize: 4, fragmentRingSize: 8, advance: { _, _ in })
    try queue.post([UInt8](repeating: 1, count: 64 * 5))
    XCTAssertEqual(
      queueError { try queue.post([UInt8](repeating: 1, count: 64 * 2 + 1)) },
      .full(packetsFree: 2, fragmentsNeeded: 3, fragmentsFree: 2))
    XCTAssertEqual(
      queueError { try queue.post(byteCount: 200) { _, _ in XCTFail("nothing to write") } },
      .full(packetsFree: 2, fragmentsNeeded: 4, fragmentsFree: 2))
    XCTAssertEqual([queue.freePacketCount, queue.freeFragmentCount], [2, 2])
    try queue.post([1])
    try queue.post([1])
    XCTAssertEqual(
      queueError { try queue.postIgnored() },
      .full(packetsFree: 0, fragmentsNeeded: 0, fragmentsFree: 0))
    XCTAssertEqual(queue.outstandingPacketCount, 3, "one less than the elements of the ring")
    XCTAssertEqual(
      queueError { try queue.post([UInt8](repeating: 1, count: 449)) },
      .oversize(octets: 449, limit: 448))
    XCTAssertEqual(queueError { try queue.post([UInt8]()) }, .empty)
    XCTAssertEqual(queue.fragmentCount(forOctets: 449), .max)
    XCTAssertEqual(queue.fragmentCount(forOctets: 0), 0)
  }

  /// Behaviour 22, the queue's part: an ignored packet has no fragments and is returned in order.
  func testBehaviour22IgnoredPacketKeepsItsPlace() throws {
    var kinds: [Bool] = []
    let queue = try makeTransmit(isVerified: true) { queue, rings in
      for index in rings.packets.window {
        kinds.append(rings.packets[index].isIgnored)
        if rings.packets[index].isIgnored {
          XCTAssertEqual(rings.packets[index].fragmentCount, 0)
          XCTAssertEqual(rings.octetCount(of: rings.packets[index]), 0)
        }
      }
      returnAll(queue, &rings)
    }
    let frames: [[UInt8]] = [[1], [], [UInt8](repeating: 2, count: 9_000), [3]]
    for (tag, frame) in frames.enumerated() {
      do { try queue.post(frame.octets, tag: tag) } catch {
        switch error {
        case .empty, .oversize: try queue.postIgnored(tag: tag)
        default: XCTFail("\(error)")
        }
      }
    }
    try queue.advance()
    XCTAssertEqual(kinds, [false, true, true, false])
    var done: [CompletedPacket] = []
    while let packet = queue.takeCompleted() { done.append(packet) }
    XCTAssertEqual(done.map(\.tag), [0, 1, 2, 3])
    XCTAssertEqual(done.map(\.isIgnored), [false, true, true, false])
  }

  /// Behaviour 21, the queue's part: more packets than the ring holds, sent in order.
  func testBehaviour21MoreThanTheRingHolds() throws {
    var sent: [UInt8] = []
    let queue = try makeTransmit(ringSize: 4) { _, rings in
      // Two at a time; the hardware completes them one advance later.
      let done = rings.packets.range(from: rings.packets.beginIndex, to: rings.packets.nextIndex)
      for index in done {
        let packet = rings.packets[index]
        sent += rings.array(of: packet)
        rings.packets.beginIndex = rings.packets.index(after: index)
        rings.fragments.beginIndex = rings.fragments.index(
          rings.fragments.beginIndex, advancedBy: packet.fragmentCount)
      }
      for index in rings.packets.unprocessed.prefix(2) {
        rings.packets.nextIndex = rings.packets.index(after: index)
      }
    }
    var next: UInt8 = 0
    var completed: [Int] = []
    while completed.count < 50 {
      while next < 50, queueError({ try queue.post([next], tag: Int(next)) }) == nil { next += 1 }
      try queue.advance()
      while let packet = queue.takeCompleted() { completed.append(packet.tag) }
    }
    XCTAssertEqual(sent, Array(0..<50))
    XCTAssertEqual(completed, Array(0..<50))
  }

  func testSegmentSizesAreZeroWithoutTheExtension() throws {
    let adapter = try makeAdapter()
    try adapter.setDatapathCallbacks(
      DatapathCallbacks(
        evtAdapterCreateTxQueue: { _, _ in
          callbacks { queue, rings in
            XCTAssertFalse(rings.gso.isEnabled)
            rings.gso[0].mss = 5
            XCTAssertEqual(rings.gso[0].mss, 0)
            XCTAssertEqual(rings.extensions, [])
            returnAll(queue, &rings)
          }
        }, evtAdapterCreateRxQueue: { _, _ in nil }))
    try adapter.start()
    let queue = try adapter.makeTransmitQueue(ringSize: 2, isVerified: true)
    try queue.post([1], TransmitMetadata(gso: try NetPacketGso(mss: 9)))
    try queue.advance()
    XCTAssertNotNil(queue.takeCompleted())
  }

  /// Returning the first packet moves `nextIndex` only if it would lie before `beginIndex`.
  func testReturningTheFirstPacket() throws {
    var seen: [[Int]] = []
    var bookmark = 0
    let queue = try makeTransmit(isVerified: true) { _, rings in
      rings.packets.nextIndex = rings.packets.index(rings.packets.beginIndex, advancedBy: bookmark)
      rings.fragments.nextIndex = rings.fragments.index(
        rings.fragments.beginIndex, advancedBy: bookmark * 2)
      rings.returnFirstPacket()
      seen.append([
        rings.packets.beginIndex, rings.packets.nextIndex, rings.fragments.beginIndex,
        rings.fragments.nextIndex,
      ])
    }
    for tag in 0..<3 { try queue.post([UInt8](repeating: 7, count: 100), tag: tag) }
    try queue.advance()
    bookmark = 2
    try queue.advance()
    bookmark = 0
    try queue.advance()
    try queue.advance()
    XCTAssertEqual(seen, [[1, 1, 2, 2], [2, 3, 4, 6], [3, 3, 6, 6], [3, 3, 6, 6]])
    XCTAssertEqual((0..<3).map { _ in queue.takeCompleted()?.tag }, [0, 1, 2])
  }
}
