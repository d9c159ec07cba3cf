import CFrontEnd
import Foundation
import LinuxWire
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Random operations of a front end and a guest that mean no good: messages, descriptors, rings and
/// memory that change at any time.
///
/// Whatever happens is a fault with a name or a frame.
///
/// `VNIC_VHOST_OPERATIONS` sets the number of operations.
final class VhostHostileTests: XCTestCase {
  func testNoOperationsEndTheProcess() throws {
    let variable = ProcessInfo.processInfo.environment["VNIC_VHOST_OPERATIONS"]
    let count = variable.flatMap { Int($0) } ?? 20_000
    var attack = Attack(.fromEnvironment())
    for _ in 0..<count { try attack.step() }
    attack.end()
    print("hostile operations:", count, "faults:", attack.faults.sorted { $0.key < $1.key })
    // The attack is worth something if it gets everywhere.
    XCTAssertGreaterThan(attack.frames, count / 200)
    XCTAssertGreaterThan(attack.sent, count / 500)
    guard count >= 20_000 else { return }
    for name in Attack.expected { XCTAssertNotNil(attack.faults[name], name) }
  }
}

/// One random front end after the other.
private struct Attack {
  /// Faults that every long attack finds.
  static let expected = [
    "messageFlags", "messageTooLong", "messageLength", "unexpectedRequest", "descriptorCount",
    "descriptorKind", "queueIndex", "featuresNotOffered", "regionCount", "regionRange",
    "regionBeyondFile", "memoryLost", "queueSize", "ringAddress", "availableIndex",
    "availableIndexWentBack", "headIndex",
    "nextIndex", "chainTooLong", "indirectTableSize", "indirectTableAddress", "indirectDescriptor",
    "bufferAddress", "bufferDirection", "frameTooShort", "frameTooLong",
  ]

  var random: SeededGenerator
  var faults: [String: Int] = [:]
  var frames = 0
  var sent = 0
  private var frontEnd: ScriptedFrontEnd?
  private var seenFaults = 0
  private var pumps = 0
  private let descriptorCount = openDescriptorCount()

  init(_ random: SeededGenerator) { self.random = random }

  /// Ends the present front end; every descriptor that arrived is closed then.
  mutating func end() {
    let messages = frontEnd?.messages ?? []
    frontEnd = nil
    XCTAssertEqual(
      openDescriptorCount(), descriptorCount, "descriptors that are open after \(messages)")
  }

  private mutating func number(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }
  private mutating func happens(_ percent: Int) -> Bool { number(100) < percent }

  /// Numbers at the ends of everything, and near what is right.
  private mutating func extreme() -> UInt64 {
    switch number(8) {
    case 0: 0
    case 1: .max
    case 2: .max - UInt64(number(64))
    case 3: ScriptedFrontEnd.guestBase + UInt64(number(ScriptedFrontEnd.octetCount))
    case 4: ScriptedFrontEnd.guestBase + UInt64(ScriptedFrontEnd.octetCount - number(64))
    case 5: ScriptedFrontEnd.userBase + UInt64(number(ScriptedFrontEnd.octetCount))
    case 6: UInt64(number(70_000))
    default: random.next()
    }
  }

  mutating func step() throws {
    let current: ScriptedFrontEnd
    if let frontEnd, frontEnd.backend.isConnected {
      current = frontEnd
    } else {
      current = try connect()
    }
    switch number(100) {
    case 0..<4: wrongMessage(current)
    case 4..<6: setUpAgain(current)
    case 6 where happens(30):
      current.sendRaw((0..<number(30)).map { _ in UInt8(truncatingIfNeeded: number(256)) })
    case 6, 7: wrongMessage(current)
    case 8:
      // From here on this side must not touch the memory, either.
      ftruncate(current.file, happens(50) ? 0 : number(ScriptedFrontEnd.octetCount))
      for _ in 0..<3 { try work(current) }
      frontEnd = nil
      return
    case 9..<40: scribble(queue(current))
    case 40..<55: descriptor(queue(current))
    case 55..<65: transmit(current)
    case 65..<75: if let receive = current.queues.first { receive.post([16 + number(3_000)]) }
    default: try work(current)
    }
    try work(current)
  }

  private mutating func queue(_ frontEnd: ScriptedFrontEnd) -> ScriptedQueue {
    frontEnd.queues[number(frontEnd.queues.count)]
  }

  private mutating func connect() throws -> ScriptedFrontEnd {
    end()
    let pairs = 1 + number(2)
    let new = try ScriptedFrontEnd(
      VhostUserConfiguration {
        $0.queuePairCount = pairs
        $0.offersInBandNotifications = false
      })
    let features: UInt64 =
      happens(80) ? ScriptedFrontEnd.allFeatures : happens(50) ? 1 << 32 | 1 << 30 : 1 << 15
    try new.connect(
      features: features, regions: [1, 2, 4, 8][number(4)], size: [4, 64, 256, 1_024][number(4)])
    (frontEnd, seenFaults) = (new, 0)
    return new
  }

  /// Lets the back end work in both directions, and counts what it says.
  private mutating func work(_ frontEnd: ScriptedFrontEnd) throws {
    guard frontEnd.backend.isConnected else { return note(frontEnd) }
    frontEnd.taken.removeAll(keepingCapacity: true)
    let limit = number(20)
    let count = try frontEnd.pump(limit: limit)
    XCTAssertLessThanOrEqual(count, limit)
    XCTAssertEqual(count, frontEnd.taken.count)
    frames += count
    for taken in frontEnd.taken { XCTAssertLessThanOrEqual(taken.frame.count, 65_617) }
    if happens(40) {
      let frame = [UInt8](repeating: 0xA5, count: [0, 60, 1_514, 65_617][number(4)])
      if try frontEnd.give(frame) == .sent { sent += 1 }
    }
    pumps += 1
    if pumps % 50 == 0 { _ = frontEnd.received() }
    note(frontEnd)
  }

  private mutating func note(_ frontEnd: ScriptedFrontEnd) {
    for fault in frontEnd.faults.dropFirst(seenFaults) {
      faults[name(fault), default: 0] += 1
      XCTAssertFalse(fault.description.isEmpty)
    }
    seenFaults = frontEnd.faults.count
  }

  /// The name of the case.
  private func name(_ fault: VhostUserFault) -> String {
    fault == .memoryLost ? "memoryLost" : Mirror(reflecting: fault).children.first?.label ?? "?"
  }

  /// Any message, or one that is right but for its numbers.
  private mutating func wrongMessage(_ frontEnd: ScriptedFrontEnd) {
    let some = UInt32(number(5))
    switch number(10) {
    case 0:
      let base = ScriptedFrontEnd.userBase
      let places = (0..<3).map { _ in
        happens(50) ? base + UInt64(16 * number(1 << 18)) : extreme()
      }
      return frontEnd.send(9, words([some, 0]) + longs(places + [0]))
    case 1:
      let region = [extreme(), UInt64(number(8 << 20)), extreme(), UInt64(number(8 << 20))]
      return frontEnd.send(5, words([1, 0]) + longs(region), [frontEnd.file])
    case 2:
      let size = happens(50) ? number(100) : 1 << number(20)
      return frontEnd.send(8, words([some, UInt32(size)]))
    case 3: return frontEnd.send(18, words([some, UInt32(number(2))]))
    case 4: return frontEnd.send(12 + UInt32(number(3)), longs([UInt64(some)]), [frontEnd.file])
    default: break
    }
    let request = UInt32(happens(90) ? number(40) : number(1 << 20))
    let length = happens(60) ? 8 : number(80)
    var body = (0..<length).map { _ in UInt8(truncatingIfNeeded: number(256)) }
    // Often a queue that exists.
    if happens(60) {
      let queue = words([UInt32(number(4))])
      for (index, octet) in queue.enumerated() where index < body.count { body[index] = octet }
    }
    if request == 5, happens(80) {
      body = words([UInt32(number(3)), 0]) + longs([extreme(), extreme(), extreme(), extreme()])
    }
    let files = [frontEnd.file, frontEnd.queues[0].kick, frontEnd.socket]
    let descriptors = (0..<(happens(50) ? number(3) : 0)).map { _ in files[number(3)] }
    let flags: UInt32 = happens(90) ? (happens(50) ? 1 : 9) : UInt32(number(16))
    frontEnd.send(
      request, flags: flags, body, length: happens(5) ? UInt32(number(4_096)) : nil, descriptors)
  }

  private mutating func setUpAgain(_ frontEnd: ScriptedFrontEnd) {
    let queue = queue(frontEnd)
    if happens(20) { frontEnd.send(5, frontEnd.memoryTable(), [frontEnd.file]) }
    let index = queue.usedIndex
    queue.availableIndex = index
    queue.store(index, at: queue.available + 2)
    queue.setUp(frontEnd, base: index)
  }

  /// Any number in any place of a queue.
  private mutating func scribble(_ queue: ScriptedQueue) {
    switch number(6) {
    case 0: queue.store(UInt16(truncatingIfNeeded: extreme()), at: queue.available + 2 * number(4))
    case 1:
      queue.store(
        UInt16(truncatingIfNeeded: number(queue.size + 4)),
        at: queue.available + 4 + 2 * number(queue.size))
    case 2: queue.store(UInt16(truncatingIfNeeded: extreme()), at: queue.used + 2 * number(4))
    case 3: queue.store(extreme(), at: queue.table + 16 * number(queue.size))
    case 4: queue.store(UInt16(number(8)), at: queue.table + 16 * number(queue.size) + 12)
    default:
      queue.store(
        UInt16(number(queue.size + 1)), at: queue.table + 16 * number(queue.size) + 14)
    }
  }

  /// A chain that may be right in most parts.
  private mutating func descriptor(_ queue: ScriptedQueue) {
    let index = number(queue.size)
    let isIndirect = happens(30)
    let byteCount =
      isIndirect
      ? 16 * number(5) + (happens(10) ? 8 : 0)
      : happens(90) ? number(2_000) : Int(extreme() & 0xFFFF_FFFF)
    let address = happens(90) ? queue.reserve(2_048) : extreme()
    var flags: UInt16 = queue.index % 2 == 0 ? 2 : 0
    if isIndirect { flags = 4 }
    if happens(20) { flags = UInt16(number(8)) }
    queue.store(
      descriptor: index, address: address, byteCount, flags: flags, next: number(queue.size))
    if isIndirect, address >= ScriptedFrontEnd.guestBase,
      address < ScriptedFrontEnd.guestBase + UInt64(ScriptedFrontEnd.octetCount - 4_096)
    {
      let table = Int(address - ScriptedFrontEnd.guestBase)
      for entry in 0..<4 {
        queue.store(
          descriptor: entry, in: table, address: happens(95) ? queue.reserve(600) : extreme(),
          number(600), flags: happens(90) ? flags & 2 | 1 : UInt16(number(8)), next: number(6))
      }
    }
    queue.offer(head: happens(98) ? index : number(70_000))
    queue.signal()
  }

  private mutating func transmit(_ frontEnd: ScriptedFrontEnd) {
    let queue = frontEnd.queues[2 * number(frontEnd.queues.count / 2) + 1]
    guard queue.availableIndex &- queue.usedIndex < 4 else { return }
    let octets = (0..<(12 + number(200))).map { _ in UInt8(truncatingIfNeeded: number(256)) }
    queue.transmit(octets, part: 80, isIndirect: happens(30))
  }
}
