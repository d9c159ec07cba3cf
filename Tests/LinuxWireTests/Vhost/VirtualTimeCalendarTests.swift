import Glibc
import LinuxWire
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// The dialogue of a calendar with guests that are scripts: who runs when, and at what time.
final class VirtualTimeCalendarTests: XCTestCase {
  /// Events at given times, and what became of them.
  private final class Events: VirtualTimeWorld {
    var times: [UInt64] = []
    var happened: [UInt64] = []

    func receive(
      _ header: VirtioNetHeader, _ frame: RawSpan, from end: Int, at time: VirtualTime,
      _ calendar: VirtualTimeCalendar
    ) {}

    var nextEvent: VirtualTime? { times.first.map(VirtualTime.init(nanoseconds:)) }

    func advance(to time: VirtualTime, _ calendar: VirtualTimeCalendar) {
      while let first = times.first, first <= time.nanoseconds {
        happened.append(calendar.now.nanoseconds)
        times.removeFirst()
      }
    }
  }

  private struct Script {
    let socket: Int32

    /// Sends a message: the operation, a number and a time.
    func say(_ operation: UInt32, _ sequence: UInt32, _ time: UInt64) {
      var octets = words([operation, sequence]) + longs([time])
      XCTAssertEqual(unsafe write(socket, &octets, 16), 16)
    }

    /// The messages that have come, as operation, number and time.
    func heard() -> [[UInt64]] {
      let octets = octets(from: socket)
      return stride(from: 0, to: octets.count, by: 16).map { start in
        func number(_ offset: Int, _ count: Int) -> UInt64 {
          (0..<count).reduce(0) { $0 | UInt64(octets[start + offset + $1]) << UInt64(8 * $1) }
        }
        return [number(0, 4), number(4, 4), number(8, 8)]
      }
    }
  }

  private func calendar(
    _ count: Int, _ folder: TemporaryFolder, _ events: Events
  ) throws -> (VirtualTimeCalendar, [Script]) {
    let ends = try (0..<count).map { try VhostUserBackend(path: folder.path("\($0)")) }
    let calendar = try VirtualTimeCalendar(path: folder.path("t"), ends: ends, world: events)
    let scripts = try (0..<count).map { _ in Script(socket: try connect(folder.path("t"))) }
    return (calendar, scripts)
  }

  func testGuestsRunInTheOrderOfTheirTimes() throws {
    let folder = try TemporaryFolder()
    let events = Events()
    events.times = [500, 1_500]
    let (calendar, guests) = try calendar(2, folder, events)
    defer { for guest in guests { close(guest.socket) } }
    guests[1].say(1, 71, 1)
    try calendar.process()
    XCTAssertEqual(guests[1].heard(), [], "the other guest has not begun")
    guests[0].say(1, 70, 0)
    try calendar.process()
    XCTAssertEqual(guests[0].heard(), [[0, 70, 0]], "the first one begins first")
    XCTAssertEqual(guests[1].heard(), [])
    // It works until 300 and wants to go on at 1000.
    guests[0].say(5, 1, 300)
    guests[0].say(2, 2, 1_000)
    guests[0].say(4, 3, 0)
    guests[0].say(8, 4, 0)
    try calendar.process()
    XCTAssertEqual(
      guests[0].heard(),
      [[0, 1, 300], [0, 2, 1_000], [0, 3, 300], [0, 4, 1_700_000_000_000_000_000]])
    XCTAssertEqual(guests[1].heard(), [], "only one guest runs at a time")
    guests[0].say(3, 5, 1_000)
    try calendar.process()
    XCTAssertEqual(guests[0].heard(), [[0, 5, 1_000]])
    XCTAssertEqual(guests[1].heard(), [[0, 71, 1]], "the second one begins, at 300")
    guests[1].say(2, 6, 2_000)
    guests[1].say(3, 7, 2_000)
    try calendar.process()
    XCTAssertEqual(events.happened, [500])
    XCTAssertEqual(guests[1].heard(), [[0, 6, 2_000], [0, 7, 2_000]])
    XCTAssertEqual(guests[0].heard(), [[6, 0, 1_000]], "run")
    XCTAssertEqual(calendar.now, VirtualTime(nanoseconds: 1_000))
    // The answer to RUN, and an end: the other one is next, after what happens before.
    guests[0].say(0, 0, 0)
    close(guests[0].socket)
    try calendar.process()
    XCTAssertEqual(events.happened, [500, 1_500])
    XCTAssertEqual(guests[1].heard(), [[6, 0, 2_000]])
    XCTAssertEqual(calendar.runCount, 4)
    XCTAssertFalse(calendar.isFinished)
    close(guests[1].socket)
    try calendar.process()
    XCTAssertTrue(calendar.isFinished)
    XCTAssertEqual(calendar.now, VirtualTime(nanoseconds: 2_000), "time never goes back")
    calendar.close()
    XCTAssertEqual(try folder.names, ["0", "1"])
  }

  func testNothingHappensAfterTheEnd() throws {
    let folder = try TemporaryFolder()
    let events = Events()
    events.times = [500, 800]
    let (calendar, guests) = try calendar(1, folder, events)
    defer { close(guests[0].socket) }
    calendar.end = VirtualTime(nanoseconds: 700)
    guests[0].say(1, 9, 4)
    try calendar.process()
    XCTAssertTrue(calendar.hasBegun)
    XCTAssertEqual(calendar.guestNumbers, [4])
    guests[0].say(2, 1, 600)
    guests[0].say(3, 2, 600)
    try calendar.process()
    XCTAssertEqual(events.happened, [500])
    XCTAssertFalse(calendar.isFinished)
    guests[0].say(2, 3, 701)
    guests[0].say(3, 4, 701)
    try calendar.process()
    XCTAssertEqual(
      guests[0].heard(),
      [[0, 9, 4], [0, 1, 600], [0, 2, 600], [6, 0, 600], [0, 3, 701], [0, 4, 701]])
    XCTAssertEqual(events.happened, [500], "800 is after the end")
    XCTAssertTrue(calendar.isFinished)
    XCTAssertEqual(calendar.now, VirtualTime(nanoseconds: 700))
  }

  func testABridgeNeedsGuestsWithoutClocks() throws {
    let folder = try TemporaryFolder()
    func side(_ end: any WireEnd) throws -> WireSide {
      let nic = try VirtualNIC(macAddress: MACAddress(2), mtu: 1_500)
      try nic.start()
      return WireSide(end, nic)
    }
    let inBand = try VhostUserConfiguration { $0.offersInBandNotifications = true }
    let guest = try VhostUserBackend(path: folder.path("l"), configuration: inBand)
    for end in [ScriptedEnd(), try VhostUserBackend(path: folder.path("r"))] as [any WireEnd] {
      let bridge = try WireBridge(try side(guest), try side(end))
      XCTAssertThrowsError(try VirtualTimeCalendar(path: folder.path("t"), bridge: bridge)) {
        XCTAssertEqual($0 as? WireEndError, .noVirtualTime(side: "right"))
        XCTAssertEqual(
          "\($0)",
          "the right end has a clock of its own; virtual time needs a back end of vhost-user that "
            + "offers in-band notifications")
      }
    }
  }

  func testUnknownAndPartialMessagesDoNoHarm() throws {
    let folder = try TemporaryFolder()
    let (calendar, guests) = try calendar(1, folder, Events())
    defer { close(guests[0].socket) }
    let octets = words([1, 9]) + longs([0])
    for octet in octets {
      var one = octet
      XCTAssertEqual(unsafe write(guests[0].socket, &one, 1), 1)
      try calendar.process()
    }
    XCTAssertEqual(guests[0].heard(), [[0, 9, 0]])
    for operation in [6, 7, 10, .max] as [UInt32] { guests[0].say(operation, 3, 5) }
    // Back in time, and as far as there is time.
    guests[0].say(5, 4, .max)
    guests[0].say(5, 5, 1)
    try calendar.process()
    XCTAssertEqual(calendar.unknownMessageCount, 4)
    XCTAssertEqual(guests[0].heard().count, 6)
    XCTAssertEqual(calendar.now, VirtualTime(nanoseconds: .max))
  }
}
