import NetAdapterCore
import TestSupport
import WireFormats
import XCTest

/// Packets that a driver receives.
final class ReceiveQueueTests: XCTestCase {
  private func take(_ queue: ReceiveQueue) throws -> [[UInt8]] {
    var frames: [[UInt8]] = []
    while let frame = try queue.takeReceived({ $0.array() }) { frames.append(frame) }
    return frames
  }

  func testPacketsArriveInOrderWithWhatBelongsToThem() throws {
    let one = (0..<150).map { UInt8($0) }
    let layout = try NetPacketLayout(layer2: .ethernet, layer2HeaderLength: 14)
    for isVerified in [true, false] {
      let queue = try makeReceive(isVerified: isVerified) { queue, rings in
        XCTAssertEqual(queue.direction, .receive)
        XCTAssertEqual(rings.packets.window.count, 7)
        XCTAssertEqual(rings.fragments[0].capacity, 64)
        rings.checksum[0] = NetPacketChecksum(layer3: .valid, layer4: .invalid)
        rings.rsc[0] = NetPacketRsc(coalescedSegmentCount: 2, duplicateAckCount: 1)
        rings.ieee8021Q[0].vlanIdentifier = 5
        rings.receive(one, layout)
        rings.receive([7, 8])
      }
      XCTAssertEqual(try queue.replenish().packets, 7)
      XCTAssertEqual(queue.outstandingFragmentCount, 7)
      try queue.advance()
      XCTAssertEqual(queue.returnedPacketCount, 2)
      let found = try queue.takeReceived { packet in
        XCTAssertEqual(packet.layout, layout)
        XCTAssertEqual(packet.checksum.layer4Evaluation, .invalid)
        XCTAssertEqual(packet.rsc.coalescedSegmentCount, 2)
        XCTAssertEqual(packet.ieee8021Q.vlanIdentifier, 5)
        XCTAssertEqual(packet.fragmentCount, 3)
        XCTAssertEqual(packet.byteCount, 150)
        XCTAssertEqual(packet.octetRange(ofFragment: 2), 128..<150)
        XCTAssertEqual(packet.octets(ofFragment: 1).byteCount, 64)
        var copy = [UInt8](repeating: 0, count: 200)
        var span = copy.mutableSpan
        var octets = unsafe span.mutableBytes
        XCTAssertEqual(packet.copyOctets(into: &octets), 150)
        XCTAssertEqual(Array(copy.prefix(150)), one)
        return packet.array()
      }
      XCTAssertEqual(found, one)
      XCTAssertEqual(queue.freeFragmentCount, 3)
      XCTAssertEqual(try take(queue), [[7, 8]])
      XCTAssertEqual([queue.freePacketCount, queue.freeFragmentCount], [2, 4])
    }
  }

  /// A buffer is filled from its start as far as there is room; any index is valid.
  func testFillingBuffers() throws {
    let frame = (0..<100).map { UInt8($0) }
    var written: [Int] = []
    let queue = try makeReceive(ringSize: 4, bufferCapacity: 64, isVerified: true) { _, rings in
      guard written.isEmpty else { return }
      written.append(rings.fillBuffer(ofFragment: 0, with: frame.octets))
      let rest = frame.octets.extracting(droppingFirst: written[0])
      written.append(rings.fillBuffer(ofFragment: rings.fragments.count + 1, with: rest))
      var packet = NetPacket()
      packet.fragmentCount = 2
      rings.packets[0] = packet
      rings.packets.beginIndex = 1
      rings.fragments.beginIndex = 2
      XCTAssertEqual(rings.octetRange(ofFragment: 1), 64..<100)
      XCTAssertEqual(rings.array(of: packet), frame)
    }
    try queue.replenish()
    try queue.advance()
    XCTAssertEqual(written, [64, 36])
    XCTAssertEqual(try take(queue), [frame])
  }

  func testOffsetOfTheFirstFragmentIsLeftOut() throws {
    let queue = try makeReceive(isVerified: true) { _, rings in
      rings.receive([1, 2, 3, 4, 5])
      rings.fragments[0].offset = 2
      rings.fragments[0].validLength = 3
    }
    try queue.replenish()
    try queue.advance()
    XCTAssertEqual(try take(queue), [[3, 4, 5]])
  }

  func testIgnoredPacketsAndUnusedBuffersComeBack() throws {
    for isVerified in [true, false] {
      let queue = try makeReceive(isVerified: isVerified) { _, rings in
        rings.packets[0].isIgnored = true
        rings.packets.beginIndex = 1
        rings.fragments.beginIndex = 2
        rings.receive([9])
        rings.packets[2].isIgnored = true
        rings.packets.beginIndex = 3
        rings.fragments.beginIndex = 5
      }
      try queue.replenish()
      try queue.advance()
      XCTAssertEqual(try take(queue), [[9]])
      XCTAssertEqual(queue.ignoredPacketCount, 2)
      XCTAssertEqual([queue.freePacketCount, queue.freeFragmentCount], [3, 5])
    }
  }

  func testReplenishStopsAtWhatIsAskedFor() throws {
    let queue = try makeReceive(ringSize: 8, fragmentRingSize: 4, advance: { _, _ in })
    XCTAssertTrue(try queue.replenish(packets: 2, fragments: 1) == (2, 1))
    XCTAssertThrowsError(try queue.replenish(packets: -1, fragments: 0)) {
      XCTAssertEqual(
        "\($0)",
        "replenish() was asked for -1 elements; a number of elements is at least 0")
    }
    XCTAssertTrue(try queue.replenish(packets: 0, fragments: 0) == (0, 0))
    XCTAssertTrue(try queue.replenish() == (5, 2))
    XCTAssertTrue(try queue.replenish() == (0, 0))
  }

  /// Without a verifier, invalid packets are dropped with an error, and the others arrive.
  func testBrokenPacketsWithoutAVerifier() throws {
    typealias Row = (code: Int, UInt, offence: (inout NetRingCollection) -> Void)
    let rows: [Row] = [
      (60, #line, { $0.packets[1].fragmentCount = 0 }),
      (62, #line, { $0.packets[1].fragmentIndex = 8 }),
      (62, #line, { $0.packets[1].fragmentIndex = .max }),
      (64, #line, { $0.packets[1].fragmentIndex = 3 }),
      (64, #line, { $0.packets[1].fragmentIndex = 0 }),
      (64, #line, { $0.packets[1].fragmentCount = 3 }),
      (64, #line, { $0.packets[1].fragmentCount = .max }),
      (
        77, #line,
        {
          $0.packets[1].fragmentCount = 2
          // The third packet claims this fragment as well, with an octet after its own.
          $0.packets[2].isIgnored = true
          $0.fragments[2].offset = 1
        }
      ),
      (78, #line, { $0.fragments[1].validLength = 65 }),
      (78, #line, { $0.fragments[1].validLength = .max }),
      (
        78, #line,
        {
          $0.fragments[1].validLength = .max
          $0.fragments[1].capacity = .max
        }
      ),
    ]
    for (code, line, offence) in rows {
      let queue = try makeReceive { _, rings in
        for octet: UInt8 in 1...3 { rings.receive([octet]) }
        offence(&rings)
      }
      try queue.replenish()
      try queue.advance()
      XCTAssertEqual(try queue.takeReceived { $0.array() }, [1], line: line)
      XCTAssertEqual(
        failureCode { _ = try queue.takeReceived { _ in XCTFail("no packet", line: line) } }, code,
        line: line)
      if code != 77 {
        XCTAssertEqual(try queue.takeReceived { $0.array() }, [3], line: line)
      }
      XCTAssertNil(try queue.takeReceived { $0.array() }, line: line)
      XCTAssertEqual([queue.freePacketCount, queue.freeFragmentCount], [3, 3], line: line)
    }
  }

  /// A driver that fills a buffer in one advance and returns it in a later one.
  func testWorkLeftForLater() throws {
    let queue = try makeReceive(isVerified: true) { _, rings in
      guard rings.packets.nextIndex == rings.packets.beginIndex else {
        rings.packets.beginIndex = rings.packets.nextIndex
        rings.fragments.beginIndex = rings.fragments.nextIndex
        return
      }
      let (packet, fragment) = (rings.packets.beginIndex, rings.fragments.beginIndex)
      rings.receive([4, 5])
      (rings.packets.nextIndex, rings.packets.beginIndex) = (rings.packets.beginIndex, packet)
      (rings.fragments.nextIndex, rings.fragments.beginIndex) =
        (rings.fragments.beginIndex, fragment)
    }
    try queue.replenish()
    for _ in 0..<20 {
      try queue.advance()
      XCTAssertEqual(try take(queue), [])
      try queue.advance()
      XCTAssertEqual(try take(queue), [[4, 5]])
      try queue.replenish()
    }
  }
}
