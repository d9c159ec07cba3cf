import CFrontEnd
import Glibc
import LinuxWire
import XCTest

/// The messages of a front end: what is offered, what is answered, and what ends the session.
final class VhostDialogueTests: XCTestCase {
  func testEverythingIsOfferedByDefault() throws {
    let frontEnd = try ScriptedFrontEnd()
    XCTAssertEqual(try frontEnd.ask(1), ScriptedFrontEnd.allFeatures)
    XCTAssertEqual(try frontEnd.ask(15), 1 << 0 | 1 << 3 | 1 << 5)
    XCTAssertEqual(try frontEnd.ask(17), 1)
    XCTAssertEqual(frontEnd.faults, [])
  }

  func testOffersFollowTheConfiguration() throws {
    let always: UInt64 = 1 << 32 | 1 << 30 | 1 << 28
    let cases: [(WireOffloads, WireOffloads, Bool, UInt64)] = [
      ([], [], false, always),
      ([.checksum], [], true, always | 1 << 15 | 1 << 0),
      ([], [.checksum], false, always | 1 << 1),
      ([.checksum, .tcpv4], [], false, always | 1 << 0 | 1 << 11),
      ([.checksum, .tcpv6, .ecn], [], false, always | 1 << 0 | 1 << 12 | 1 << 13),
      ([.checksum, .udp], [.checksum, .udp], false, always | 3 | 7 << 54),
      ([], [.checksum, .tcpv4, .ecn], false, always | 1 << 1 | 1 << 7 | 1 << 9),
      ([], [.checksum, .tcpv6], false, always | 1 << 1 | 1 << 8),
      // Members without those that they need, and tunnels.
      ([.tcpv4, .tcpv6, .udp, .ecn], [.tcpv4, .udp, .ecn], false, always),
      ([.checksum, .ecn], [.checksum, .ecn, .udpTunnel], false, always | 3),
    ]
    for (host, guest, merges, expected) in cases {
      let frontEnd = try ScriptedFrontEnd(
        VhostUserConfiguration {
          $0.hostOffloads = host
          $0.guestOffloads = guest
          $0.offersMergeableBuffers = merges
        })
      let offered = try frontEnd.ask(1)
      XCTAssertEqual(offered, expected, "host \(host), guest \(guest)")
    }
    let frontEnd = try ScriptedFrontEnd(
      VhostUserConfiguration {
        $0.queuePairCount = 4
        $0.offersInBandNotifications = true
      })
    XCTAssertEqual(try frontEnd.ask(1), ScriptedFrontEnd.allFeatures | 1 << 22 | 1 << 17)
    XCTAssertEqual(try frontEnd.ask(15), 1 << 0 | 1 << 3 | 1 << 5 | 1 << 14)
    XCTAssertEqual(try frontEnd.ask(17), 4)
  }

  func testOffloadsAreThoseThatWereNegotiated() throws {
    let frontEnd = try ScriptedFrontEnd()
    XCTAssertEqual(frontEnd.backend.offloads, [])
    try frontEnd.connect(features: 1 << 32 | 1 << 30 | 1 << 1 | 1 << 8 | 1 << 54 | 1 | 1 << 11)
    // USO of one IP version only is none.
    XCTAssertEqual(frontEnd.backend.offloads, [.checksum, .tcpv6])
    XCTAssertEqual(frontEnd.backend.hostOffloads, [.checksum, .tcpv4])
    frontEnd.disconnect()
    try frontEnd.pump()
    XCTAssertEqual(frontEnd.backend.offloads, [])
  }

  func testAConfigurationHasALimitedNumberOfQueuePairs() {
    for count in [0, -1, 129, .max, .min] {
      XCTAssertThrowsError(try VhostUserConfiguration { $0.queuePairCount = count }) {
        XCTAssertEqual(
          $0 as? VhostUserConfigurationError, .queuePairCountOutOfRange(count))
        XCTAssertEqual(
          "\($0)", "\(count) queue pairs cannot be; a back end has 1 to 128")
      }
    }
  }

  func testARequestThatNeedsAReplyGetsOne() throws {
    let frontEnd = try ScriptedFrontEnd()
    try frontEnd.connect()
    frontEnd.send(18, flags: 1 | 8, words([0, 1]))
    try frontEnd.pump()
    XCTAssertEqual(frontEnd.received(), words([18, 5, 8, 0, 0]))
    // Without REPLY_ACK the bit has no meaning.
    let plain = try ScriptedFrontEnd()
    plain.send(3, flags: 1 | 8)
    try plain.pump()
    XCTAssertEqual(plain.received(), [])
    XCTAssertTrue(plain.backend.isConnected)
  }

  func testAMessageMayArriveInParts() throws {
    let frontEnd = try ScriptedFrontEnd()
    let octets = words([2, 1, 8]) + longs([ScriptedFrontEnd.allFeatures]) + words([1, 1, 0])
    for octet in octets {
      frontEnd.sendRaw([octet])
      try frontEnd.pump()
    }
    XCTAssertEqual(frontEnd.received().count, 20)
    XCTAssertEqual(frontEnd.backend.hostOffloads.contains(.tcpv4), true)
  }

  func testAQueueStopsWithItsBase() throws {
    let frontEnd = try ScriptedFrontEnd()
    try frontEnd.connect()
    frontEnd.queues[1].transmit([UInt8](repeating: 0, count: 72))
    try frontEnd.pump()
    XCTAssertEqual(try frontEnd.ask(11, words([1, 0])), 1 | 1 << 32)
    frontEnd.queues[1].transmit([UInt8](repeating: 0, count: 72))
    XCTAssertEqual(try frontEnd.pump(), 0)
    frontEnd.queues[1].setUp(frontEnd, base: 1)
    XCTAssertEqual(try frontEnd.pump(), 1)
    XCTAssertEqual(frontEnd.faults, [])
  }

  func testEachWrongMessageEndsTheSessionAndIsNamed() throws {
    let user = ScriptedFrontEnd.userBase
    typealias Step = (ScriptedFrontEnd) -> Void
    let cases: [(VhostUserFault, String, Step)] = [
      (
        .messageFlags(request: 1, flags: 2),
        "vhost-user GET_FEATURES: flags 0x2 are not those of a request of version 1",
        { $0.send(1, flags: 2) }
      ),
      (
        .messageFlags(request: 1, flags: 5),
        "vhost-user GET_FEATURES: flags 0x5 are not those of a request of version 1",
        { $0.send(1, flags: 5) }
      ),
      (
        .messageTooLong(request: 5, byteCount: 0xFFFF_FFFF, limit: 512),
        "vhost-user SET_MEM_TABLE: a message of 4294967295 octets; the limit is 512",
        { $0.send(5, length: .max) }
      ),
      (
        .messageLength(request: 2, byteCount: 4, expected: 8),
        "vhost-user SET_FEATURES: a message of 4 octets; 8 are expected",
        { $0.send(2, words([1])) }
      ),
      (
        .messageLength(request: 3, byteCount: 8, expected: 0),
        "vhost-user SET_OWNER: a message of 8 octets; 0 are expected",
        { $0.send(3, longs([1])) }
      ),
      (
        .messageLength(request: 5, byteCount: 8, expected: 40),
        "vhost-user SET_MEM_TABLE: a message of 8 octets; 40 are expected",
        { $0.send(5, words([1, 0])) }
      ),
      (
        .unexpectedRequest(99), "vhost-user request 99 was not negotiated, or is not known",
        { $0.send(99) }
      ),
      (
        .unexpectedRequest(35), "vhost-user VRING_KICK was not negotiated, or is not known",
        { $0.send(35, words([1, 0])) }
      ),
      (
        .descriptorCount(request: 1, count: 1, expected: 0),
        "vhost-user GET_FEATURES: 1 file descriptors; 0 are expected",
        { $0.send(1, [], [$0.file]) }
      ),
      (
        .descriptorCount(request: 5, count: 0, expected: 1),
        "vhost-user SET_MEM_TABLE: 0 file descriptors; 1 are expected",
        { $0.send(5, $0.memoryTable()) }
      ),
      (
        .descriptorCount(request: 12, count: 0, expected: 1),
        "vhost-user SET_VRING_KICK: 0 file descriptors; 1 are expected",
        { $0.send(12, longs([0])) }
      ),
      (
        .descriptorCount(request: 13, count: 1, expected: 0),
        "vhost-user SET_VRING_CALL: 1 file descriptors; 0 are expected",
        { $0.send(13, longs([0x100]), [$0.file]) }
      ),
      (
        .descriptorCount(request: 12, count: 2, expected: 1),
        "vhost-user SET_VRING_KICK: 2 file descriptors; 1 are expected",
        { $0.send(12, longs([0]), [$0.queues[0].kick, $0.queues[0].kick]) }
      ),
      (
        .descriptorsTruncated(request: 0, limit: 8),
        "vhost-user request 0: more than 8 file descriptors, or more than this process may have "
          + "open",
        { $0.send(5, $0.memoryTable(), [Int32](repeating: $0.file, count: 9)) }
      ),
      (
        .descriptorKind(request: 12),
        "vhost-user SET_VRING_KICK: a file descriptor of another kind than the request needs",
        { $0.send(12, longs([0]), [$0.file]) }
      ),
      (
        .descriptorKind(request: 21),
        "vhost-user SET_BACKEND_REQ_FD: a file descriptor of another kind than the request needs",
        { $0.send(21, [], [$0.file]) }
      ),
      (
        .descriptorKind(request: 5),
        "vhost-user SET_MEM_TABLE: a file descriptor of another kind than the request needs",
        { $0.send(5, $0.memoryTable(), [$0.queues[0].kick]) }
      ),
      (
        .queueIndex(request: 8, index: 2, count: 2),
        "vhost-user SET_VRING_NUM: queue 2; there are 2", { $0.send(8, words([2, 16])) }
      ),
      (
        .queueIndex(request: 18, index: 0x8000_0000, count: 2),
        "vhost-user SET_VRING_ENABLE: queue 2147483648; there are 2",
        { $0.send(18, words([0x8000_0000, 1])) }
      ),
      (
        .queueIndex(request: 13, index: 255, count: 2),
        "vhost-user SET_VRING_CALL: queue 255; there are 2", { $0.send(13, longs([0x1FF])) }
      ),
      (
        .featuresNotOffered(1 << 63 | 1 << 29),
        "features 0x8000000020000000 were not offered",
        { $0.send(2, longs([1 << 63 | 1 << 32 | 1 << 29])) }
      ),
      (
        .protocolFeaturesNotOffered(1 << 14), "protocol features 0x4000 were not offered",
        { $0.send(16, longs([1 << 14])) }
      ),
      (
        .regionCount(0, limit: 8), "a memory table of 0 regions; 1 to 8 can be",
        { $0.send(5, words([0, 0])) }
      ),
      (
        .regionCount(0xFFFF_FFFF, limit: 8),
        "a memory table of 4294967295 regions; 1 to 8 can be",
        { $0.send(5, words([.max, 0]), [$0.file]) }
      ),
      (
        .regionRange(region: 0, address: 0x1000, byteCount: 0),
        "memory region 0: 0 octets at 0x1000 cannot be",
        { $0.send(5, words([1, 0]) + longs([0x1000, 0, user, 0]), [$0.file]) }
      ),
      (
        .regionRange(region: 0, address: .max - 0xFFF, byteCount: 0x2000),
        "memory region 0: 8192 octets at 0xfffffffffffff000 cannot be",
        { $0.send(5, words([1, 0]) + longs([.max - 0xFFF, 0x2000, user, 0]), [$0.file]) }
      ),
      (
        .regionsOverlap(0, 1), "memory regions 0 and 1 share addresses",
        {
          let body = longs([0, 0x2000, user, 0, 0x1000, 0x2000, user + 0x2000, 0])
          $0.send(5, words([2, 0]) + body, [$0.file, $0.file])
        }
      ),
      (
        .regionBeyondFile(region: 0, end: 0x40_1000, fileByteCount: 0x40_0000),
        "memory region 0 ends at octet 4198400 of a file of 4194304",
        { $0.send(5, words([1, 0]) + longs([0, 0x40_0000, user, 0x1000]), [$0.file]) }
      ),
      (
        .regionBeyondFile(region: 0, end: .max, fileByteCount: 0x40_0000),
        "memory region 0 ends at octet 18446744073709551615 of a file of 4194304",
        { $0.send(5, words([1, 0]) + longs([0, 0x40_0000, user, .max - 8]), [$0.file]) }
      ),
      (
        .queueSize(queue: 1, size: 0),
        "queue 1: a size of 0; a power of two in 1...32768 is needed",
        { $0.send(8, words([1, 0])) }
      ),
      (
        .queueSize(queue: 1, size: 100),
        "queue 1: a size of 100; a power of two in 1...32768 is needed",
        { $0.send(8, words([1, 100])) }
      ),
      (
        .queueSize(queue: 1, size: 65_536),
        "queue 1: a size of 65536; a power of two in 1...32768 is needed",
        { $0.send(8, words([1, 65_536])) }
      ),
      (
        .ringAddress(queue: 1, part: .descriptorTable, address: 16),
        "queue 1: the descriptor table at 0x10 is not in one memory region",
        { $0.send(9, $0.queues[1].addresses(table: 16)) }
      ),
      (
        .ringAddress(queue: 1, part: .usedRing, address: user + 0x40_0000 - 8),
        "queue 1: the used ring at 0x7f00003ffff8 is not in one memory region",
        { $0.send(9, $0.queues[1].addresses(used: user + 0x40_0000 - 8)) }
      ),
      (
        .ringAddress(queue: 1, part: .availableRing, address: .max),
        "queue 1: the available ring at 0xffffffffffffffff is not in one memory region",
        { $0.send(9, $0.queues[1].addresses(available: .max)) }
      ),
      (
        .ringAlignment(queue: 1, part: .descriptorTable, address: user + 8),
        "queue 1: the descriptor table at 0x7f0000000008 is not aligned",
        { $0.send(9, $0.queues[1].addresses(table: user + 8)) }
      ),
      (
        .ringAlignment(queue: 1, part: .usedRing, address: user + 2),
        "queue 1: the used ring at 0x7f0000000002 is not aligned",
        { $0.send(9, $0.queues[1].addresses(used: user + 2)) }
      ),
      (
        .ringAlignment(queue: 1, part: .availableRing, address: user + 1),
        "queue 1: the available ring at 0x7f0000000001 is not aligned",
        { $0.send(9, $0.queues[1].addresses(available: user + 1)) }
      ),
      (
        // A size for which the rings that are there are too short.
        .ringAddress(queue: 1, part: .descriptorTable, address: user + 0x40_0000 - 0x1000),
        "queue 1: the descriptor table at 0x7f00003ff000 is not in one memory region",
        {
          $0.send(9, $0.queues[1].addresses(table: user + 0x40_0000 - 0x1000))
          $0.send(8, words([1, 512]))
        }
      ),
      (
        .messageTruncated(byteCount: 5, expected: 12),
        "the connection ended after 5 of 12 octets of a message",
        {
          $0.sendRaw([1, 0, 0, 0, 1])
          $0.disconnect()
        }
      ),
      (
        .messageTruncated(byteCount: 0, expected: 8),
        "the connection ended after 0 of 8 octets of a message",
        {
          $0.send(2, length: 8)
          $0.disconnect()
        }
      ),
    ]
    let before = openDescriptorCount()
    for (fault, text, step) in cases {
      let frontEnd = try ScriptedFrontEnd()
      try frontEnd.connect()
      step(frontEnd)
      try frontEnd.pump()
      XCTAssertEqual(frontEnd.faults, [fault])
      XCTAssertEqual(fault.description, text)
      XCTAssertFalse(frontEnd.backend.isConnected, text)
      XCTAssertEqual(frontEnd.backend.descriptors, [])
      XCTAssertEqual(frontEnd.backend.counters.faults, 1)
      XCTAssertThrowsError(try frontEnd.pump()) {
        XCTAssertEqual(
          $0 as? WireEndError,
          .system(call: "recvmsg", device: "vhost-user", errno: ECONNRESET))
      }
    }
    XCTAssertEqual(openDescriptorCount(), before, "every descriptor that arrived is closed")
  }

  func testDescriptorsThatComeWithPartsOfMessagesAreClosed() throws {
    let before = openDescriptorCount()
    do {
      let frontEnd = try ScriptedFrontEnd()
      for _ in 0..<12 {
        frontEnd.sendRaw([1], [frontEnd.file, frontEnd.file])
        if frontEnd.backend.isConnected { try frontEnd.pump() }
      }
      XCTAssertEqual(frontEnd.faults, [.descriptorsTruncated(request: 0, limit: 8)])
    }
    XCTAssertEqual(openDescriptorCount(), before)
  }

  func testAFrontEndThatReadsNoRepliesLosesItsSession() throws {
    let frontEnd = try ScriptedFrontEnd()
    var questions = 0
    while frontEnd.backend.isConnected, questions < 100_000 {
      frontEnd.send(1)
      try frontEnd.pump()
      questions += 1
    }
    XCTAssertEqual(frontEnd.faults, [.replyNotTaken(request: 1, errno: EAGAIN)])
    XCTAssertEqual(
      frontEnd.faults.first?.description,
      "vhost-user GET_FEATURES: the front end does not take the reply (errno 11)")
  }

  func testACallTakesALimitedNumberOfMessages() throws {
    let frontEnd = try ScriptedFrontEnd()
    for _ in 0..<100 { frontEnd.send(3) }
    frontEnd.send(1)
    try frontEnd.pump()
    XCTAssertEqual(frontEnd.received(), [], "100 messages are more than the limit")
    try frontEnd.pump()
    XCTAssertEqual(frontEnd.received().count, 20)
  }
}
