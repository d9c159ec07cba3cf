import Glibc
import LinuxWire
import WireFormats
import XCTest

/// What a guest can have in its rings: each fault is named, ends its queue and nothing else.
final class VhostRingTests: XCTestCase {
  private typealias Step = (ScriptedQueue) -> Void
  private let memoryEnd = ScriptedFrontEnd.guestBase + UInt64(ScriptedFrontEnd.octetCount)

  /// Faults of a transmit queue of 256 descriptors.
  private var transmitCases: [(VhostUserFault, String, Step)] {
    let end = memoryEnd
    return [
      (
        .availableIndex(queue: 1, index: 257, next: 0, size: 256),
        "queue 1: the available index is 257, 257 ahead of 0 in a ring of 256",
        { $0.store(UInt16(257), at: $0.available + 2) }
      ),
      (
        .availableIndexWentBack(queue: 1, index: 65_535, next: 0),
        "queue 1: the available index went back from 0 to 65535",
        { $0.store(UInt16.max, at: $0.available + 2) }
      ),
      (
        .headIndex(queue: 1, index: 256, size: 256),
        "queue 1: a chain starts at descriptor 256 of 256", { $0.offer(head: 256) }
      ),
      (
        .headIndex(queue: 1, index: 65_535, size: 256),
        "queue 1: a chain starts at descriptor 65535 of 256", { $0.offer(head: 65_535) }
      ),
      (
        .nextIndex(queue: 1, index: 300, size: 256),
        "queue 1: a chain continues at descriptor 300 of 256",
        {
          $0.store(descriptor: 0, address: $0.reserve(64), 64, flags: 1, next: 300)
          $0.offer(head: 0)
        }
      ),
      (
        .chainTooLong(queue: 1, limit: 1_024), "queue 1: more than 1024 descriptors for one frame",
        {
          $0.store(descriptor: 7, address: $0.reserve(1), 1, flags: 1, next: 7)
          $0.offer(head: 7)
        }
      ),
      (
        // Buffers without octets are no way out.
        .chainTooLong(queue: 1, limit: 1_024), "queue 1: more than 1024 descriptors for one frame",
        {
          $0.store(descriptor: 3, address: 0, 0, flags: 1, next: 4)
          $0.store(descriptor: 4, address: 0, 0, flags: 1, next: 3)
          $0.offer(head: 3)
        }
      ),
      (
        .bufferAddress(queue: 1, address: 0, byteCount: 64),
        "queue 1: a buffer of 64 octets at 0x0 is not in memory",
        {
          $0.store(descriptor: 0, address: 0, 64)
          $0.offer(head: 0)
        }
      ),
      (
        .bufferAddress(queue: 1, address: end - 8, byteCount: 9),
        "queue 1: a buffer of 9 octets at 0x403ffff8 is not in memory",
        {
          $0.store(descriptor: 0, address: end - 8, 9)
          $0.offer(head: 0)
        }
      ),
      (
        .bufferAddress(queue: 1, address: .max - 7, byteCount: 0xFFFF_FFFF),
        "queue 1: a buffer of 4294967295 octets at 0xfffffffffffffff8 is not in memory",
        {
          $0.store(descriptor: 0, address: .max - 7, 0xFFFF_FFFF)
          $0.offer(head: 0)
        }
      ),
      (
        .bufferDirection(queue: 1, isWritable: true),
        "queue 1: a buffer for the device to write",
        {
          $0.store(descriptor: 0, address: $0.reserve(64), 64, flags: 2)
          $0.offer(head: 0)
        }
      ),
      (
        .frameTooShort(queue: 1, byteCount: 11, limit: 12),
        "queue 1: 11 octets are shorter than a header of 12",
        { $0.transmit([UInt8](repeating: 0, count: 11)) }
      ),
      (
        .frameTooShort(queue: 1, byteCount: 0, limit: 12),
        "queue 1: 0 octets are shorter than a header of 12",
        {
          $0.store(descriptor: 0, address: 0, 0)
          $0.offer(head: 0)
        }
      ),
      (
        .frameTooLong(queue: 1, byteCount: 65_630, limit: 65_629),
        "queue 1: a frame of more than 65629 octets: at least 65630",
        { $0.transmit([UInt8](repeating: 0, count: 65_630)) }
      ),
      (
        .frameTooLong(queue: 1, byteCount: 4 << 20, limit: 65_629),
        "queue 1: a frame of more than 65629 octets: at least 4194304",
        {
          $0.store(descriptor: 0, address: ScriptedFrontEnd.guestBase, 4 << 20)
          $0.offer(head: 0)
        }
      ),
    ]
  }

  private var indirectCases: [(VhostUserFault, String, Step)] {
    let end = memoryEnd
    return [
      (
        .indirectTableSize(queue: 1, byteCount: 0), "queue 1: an indirect table of 0 octets",
        {
          $0.store(descriptor: 0, address: $0.reserve(16), 0, flags: 4)
          $0.offer(head: 0)
        }
      ),
      (
        .indirectTableSize(queue: 1, byteCount: 17), "queue 1: an indirect table of 17 octets",
        {
          $0.store(descriptor: 0, address: $0.reserve(32), 17, flags: 4)
          $0.offer(head: 0)
        }
      ),
      (
        .indirectTableSize(queue: 1, byteCount: 16_400),
        "queue 1: an indirect table of 16400 octets",
        {
          $0.store(descriptor: 0, address: ScriptedFrontEnd.guestBase, 16_400, flags: 4)
          $0.offer(head: 0)
        }
      ),
      (
        .indirectTableAddress(queue: 1, address: end - 16, byteCount: 32),
        "queue 1: an indirect table of 32 octets at 0x403ffff0 is not in one memory region",
        {
          $0.store(descriptor: 0, address: end - 16, 32, flags: 4)
          $0.offer(head: 0)
        }
      ),
      (
        .indirectTableAddress(
          queue: 1, address: ScriptedFrontEnd.guestBase + 0x3F_0004, byteCount: 32),
        "queue 1: an indirect table of 32 octets at 0x403f0004 is not in one memory region",
        {
          $0.store(
            descriptor: 0, address: ScriptedFrontEnd.guestBase + 0x3F_0004, 32, flags: 4)
          $0.offer(head: 0)
        }
      ),
      (
        .indirectDescriptor(queue: 1, flags: 5),
        "queue 1: a descriptor with flags 0x5 cannot be indirect here",
        {
          $0.store(descriptor: 0, address: $0.reserve(32), 32, flags: 5, next: 1)
          $0.offer(head: 0)
        }
      ),
      (
        .indirectDescriptor(queue: 1, flags: 4),
        "queue 1: a descriptor with flags 0x4 cannot be indirect here",
        { queue in
          let place = queue.reserve(16)
          // A table whose only descriptor is the table.
          queue.store(
            descriptor: 0, in: Int(place - ScriptedFrontEnd.guestBase), address: place, 16,
            flags: 4)
          queue.store(descriptor: 0, address: place, 16, flags: 4)
          queue.offer(head: 0)
        }
      ),
      (
        .nextIndex(queue: 1, index: 2, size: 2),
        "queue 1: a chain continues at descriptor 2 of 2",
        { queue in
          let place = queue.reserve(32)
          let table = Int(place - ScriptedFrontEnd.guestBase)
          queue.store(descriptor: 0, in: table, address: place, 16, flags: 1, next: 1)
          queue.store(descriptor: 1, in: table, address: place, 16, flags: 1, next: 2)
          queue.store(descriptor: 0, address: place, 32, flags: 4)
          queue.offer(head: 0)
        }
      ),
      (
        .chainTooLong(queue: 1, limit: 1_024), "queue 1: more than 1024 descriptors for one frame",
        { queue in
          let place = queue.reserve(16)
          let table = Int(place - ScriptedFrontEnd.guestBase)
          queue.store(descriptor: 0, in: table, address: place, 16, flags: 1, next: 0)
          queue.store(descriptor: 0, address: place, 16, flags: 4)
          queue.offer(head: 0)
        }
      ),
    ]
  }

  func testEachFaultOfATransmitQueueEndsItAndIsNamed() throws {
    for (fault, text, step) in transmitCases + indirectCases {
      let frontEnd = try ScriptedFrontEnd()
      try frontEnd.connect()
      let (receive, transmit) = (frontEnd.queues[0], frontEnd.queues[1])
      step(transmit)
      transmit.signal()
      XCTAssertEqual(try frontEnd.pump(), 0, text)
      XCTAssertEqual(frontEnd.faults, [fault])
      XCTAssertEqual(frontEnd.faults.first?.description, text)
      XCTAssertEqual(ScriptedQueue.signals(transmit.error), 1, text)
      XCTAssertTrue(frontEnd.backend.isConnected, text)
      XCTAssertFalse(frontEnd.backend.descriptors.isEmpty)
      // The queue is not looked at again, so there is one fault and no more.
      try frontEnd.pump()
      XCTAssertEqual(frontEnd.backend.counters.faults, 1)
      // The other one goes on.
      receive.post([2_048])
      XCTAssertEqual(
        try frontEnd.give([UInt8](repeating: 1, count: 60)), .sent)
      // And so does this one, once it is set up again.
      let index = transmit.usedIndex
      transmit.availableIndex = index
      transmit.store(index, at: transmit.available + 2)
      transmit.setUp(frontEnd, base: index)
      transmit.transmit([UInt8](repeating: 0, count: 72))
      XCTAssertEqual(try frontEnd.pump(), 1, text)
    }
  }

  func testEachFaultOfAReceiveQueueEndsItAndIsNamed() throws {
    let end = memoryEnd
    let cases: [(VhostUserFault, Step)] = [
      (
        .availableIndex(queue: 0, index: 300, next: 0, size: 256),
        { $0.store(UInt16(300), at: $0.available + 2) }
      ),
      (.headIndex(queue: 0, index: 1_000, size: 256), { $0.offer(head: 1_000) }),
      (
        .bufferDirection(queue: 0, isWritable: false),
        {
          $0.store(descriptor: 0, address: $0.reserve(2_048), 2_048)
          $0.offer(head: 0)
        }
      ),
      (
        .bufferAddress(queue: 0, address: end, byteCount: 2_048),
        {
          $0.store(descriptor: 0, address: end, 2_048, flags: 2)
          $0.offer(head: 0)
        }
      ),
      (
        .frameTooShort(queue: 0, byteCount: 0, limit: 12),
        {
          $0.store(descriptor: 0, address: 0, 0, flags: 2)
          $0.offer(head: 0)
        }
      ),
      (
        .chainTooLong(queue: 0, limit: 1_024),
        {
          $0.store(descriptor: 0, address: $0.reserve(1), 1, flags: 3, next: 0)
          $0.offer(head: 0)
        }
      ),
    ]
    for (fault, step) in cases {
      let frontEnd = try ScriptedFrontEnd()
      try frontEnd.connect()
      step(frontEnd.queues[0])
      let frame = [UInt8](repeating: 1, count: 1_514)
      XCTAssertEqual(try frontEnd.give(frame), .notReady)
      XCTAssertEqual(frontEnd.faults, [fault])
      XCTAssertEqual(ScriptedQueue.signals(frontEnd.queues[0].error), 1)
      XCTAssertFalse(frontEnd.backend.isReady)
      XCTAssertEqual(frontEnd.queues[0].usedIndex, 0)
      frontEnd.queues[1].transmit([UInt8](repeating: 0, count: 72))
      XCTAssertEqual(try frontEnd.pump(), 1)
    }
  }

  func testTinyReceiveBuffersAreLimited() throws {
    let frontEnd = try ScriptedFrontEnd()
    try frontEnd.connect(size: 2_048)
    for _ in 0..<1_100 { frontEnd.queues[0].post([1]) }
    let frame = [UInt8](repeating: 1, count: 1_514)
    XCTAssertEqual(try frontEnd.give(frame), .notReady)
    XCTAssertEqual(frontEnd.faults, [.chainTooLong(queue: 0, limit: 1_024)])
  }

  func testIndirectDescriptorsThatWereNotNegotiatedAreAFault() throws {
    let frontEnd = try ScriptedFrontEnd()
    try frontEnd.connect(features: 1 << 32 | 1 << 30)
    frontEnd.queues[1].transmit([UInt8](repeating: 0, count: 72), isIndirect: true)
    try frontEnd.pump()
    XCTAssertEqual(frontEnd.faults, [.indirectDescriptor(queue: 1, flags: 4)])
  }

  func testAFileThatBecomesShorterEndsTheSession() throws {
    for receives in [true, false] {
      let frontEnd = try ScriptedFrontEnd()
      try frontEnd.connect()
      frontEnd.queues[0].post([2_048])
      frontEnd.queues[1].transmit([UInt8](repeating: 0, count: 72))
      XCTAssertEqual(ftruncate(frontEnd.file, 0), 0)
      if receives {
        try frontEnd.pump()
      } else {
        _ = try frontEnd.give([UInt8](repeating: 1, count: 60))
      }
      XCTAssertEqual(frontEnd.faults, [.memoryLost])
      XCTAssertEqual(frontEnd.taken.count, 0)
      XCTAssertFalse(frontEnd.backend.isConnected)
      XCTAssertEqual(
        frontEnd.faults.first?.description,
        "the file of a memory region became shorter than the region")
    }
  }
}
