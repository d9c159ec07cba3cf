import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// A NIC of a walk, with its links, queues and drivers.
final class Station {
  let nic: VirtualNIC
  private(set) var wire: ImpairedLink
  let sink = QueueLink()
  /// Queues of frames, the tags that were posted and have not completed, and whether the emulated
  /// hardware serves them: a driver of the walk may keep packets for ever.
  var transmit: [(queue: TransmitFrameQueue, tags: [Int], isEmulated: Bool)] = []
  var receive: [ReceiveFrameQueue] = []
  /// Queues of packets, with the driver of each.
  var packets: [TransmitQueue] = []
  var buffers: [ReceiveQueue] = []
  private var nextTag = 0
  private unowned let walk: Walk
  /// Whether the framework is that of 21H2, which takes requests while offloads are paused, and
  /// then tells the driver what is active.
  private let is21H2: Bool

  init(_ walk: Walk, _ number: Int) throws {
    self.walk = walk
    is21H2 = walk.random.oneIn(3)
    nic = try VirtualNIC(
      macAddress: MACAddress(UInt64(number)), mtu: 1_500, rules: walk.rules(),
      validation: walk.random.pick([.documented, .framework]), quirks: is21H2 ? .release21H2 : [])
    wire = ImpairedLink(Impairments(), seed: UInt64(number), next: sink)
    try nic.adapter.setDatapathCapabilities(
      transmit: TransmitCapabilities(maximumNumberOfQueues: 4),
      receive: ReceiveCapabilities(maximumFrameSize: 2_000, maximumNumberOfQueues: 4))
    nic.link = wire
    nic.onReceive = { [unowned self] frame, _, time in
      self.walk.answer { walk in
        switch walk.random.below(5) {
        case 0: self.nic.transmit(frame, TransmitRequest(), at: time)
        case 1: walk.station().nic.receive(frame, at: time)
        case 2: self.wire.send(frame, at: walk.time())
        case 3: try self.transmit.first?.queue.advance(at: time)
        default: self.nic.onReceive = self.nic.onReceive
        }
      }
    }
  }

  /// Connects the NIC to another link.
  func link(_ link: any VirtualNICLink) { nic.link = link }

  /// Replaces the wire, and with it all frames that are under way.
  func replaceWire(_ impairments: Impairments, seed: UInt64, next: any VirtualNICLink) {
    wire.advance(to: VirtualTime(nanoseconds: .max))
    wire = ImpairedLink(impairments, seed: seed, next: next)
    nic.link = wire
  }

  /// Posts a frame to a queue, and notes its tag if it was accepted.
  func post(_ frame: [UInt8], _ request: TransmitRequest) {
    guard !transmit.isEmpty else { return }
    let place = walk.random.below(transmit.count)
    nextTag += 1
    let free = transmit[place].queue.freeFrameCount
    let isAccepted = transmit[place].queue.post(frame, request, tag: nextTag)
    XCTAssertEqual(isAccepted, free > 0)
    if isAccepted { transmit[place].tags.append(nextTag) }
  }

  /// Takes a completion of a queue, which must be that of its oldest frame.
  @discardableResult
  func takeCompleted(_ place: Int) -> Bool {
    guard let done = transmit[place].queue.takeCompleted() else { return false }
    XCTAssertEqual(done.tag, transmit[place].tags.first, "frames complete once and in order")
    if !transmit[place].tags.isEmpty { transmit[place].tags.removeFirst() }
    return true
  }

  /// What was accepted is sent or reported, and the counters add up.
  func finish() {
    nic.onReceive = nil
    for (place, entry) in transmit.enumerated() where entry.isEmulated {
      for _ in 0..<3_000 where !transmit[place].tags.isEmpty {
        XCTAssertNoThrow(try entry.queue.advance())
        while takeCompleted(place) {}
      }
      XCTAssertEqual(transmit[place].tags.count, 0, "frames that never complete")
    }
    let counters = nic.counters
    XCTAssertEqual(
      counters.sourceFrames,
      counters.sentWhole + counters.hardwareFrames + counters.softwareFrames.total
        + counters.dropped)
    wire.advance(to: VirtualTime(nanoseconds: .max))
    let wired = wire.counters
    XCTAssertEqual(
      wired.delivered, wired.sent - wired.lost + wired.duplicated - wired.answersDropped)
    XCTAssertNil(wire.nextArrival)
    let mayBeActive = nic.adapter.state == .started || is21H2 && nic.adapter.state == .paused
    XCTAssertTrue(
      mayBeActive || nic.adapter.activeOffloads == ActiveOffloads(),
      "\(nic.adapter.state): \(nic.adapter.activeOffloads)")
  }
}
