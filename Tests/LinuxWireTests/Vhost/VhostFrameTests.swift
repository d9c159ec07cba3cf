import FrameRecipes
import Glibc
import GsoEngine
import LinuxWire
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Frames in both directions, with what their headers say.
final class VhostFrameTests: XCTestCase {
  private let header: VirtioNetHeader = {
    var header = VirtioNetHeader()
    header.flags = [.needsChecksum]
    header.gsoType = .tcpv4
    header.headerLength = 54
    header.gsoSize = 1_448
    header.checksumStart = 34
    header.checksumOffset = 16
    return header
  }()

  private func frame(_ byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
  }

  func testFramesOfAGuestArriveWithTheirHeaders() throws {
    for (part, isIndirect) in [(Int.max, false), (1_000, false), (1_000, true), (5, false)] {
      let frontEnd = try ScriptedFrontEnd()
      try frontEnd.connect()
      for byteCount in [0, 1, 60, 1_000] {
        let sent = frame(byteCount)
        frontEnd.queues[1].transmit(header.octets() + sent, part: part, isIndirect: isIndirect)
        XCTAssertEqual(try frontEnd.pump(), 1)
        XCTAssertEqual(frontEnd.taken.last?.frame, sent)
        XCTAssertEqual(frontEnd.taken.last?.header, header)
      }
      XCTAssertEqual(frontEnd.queues[1].usedIndex, 4)
      XCTAssertEqual(frontEnd.faults, [])
      XCTAssertEqual(frontEnd.backend.counters.framesFromGuest, 4)
      XCTAssertEqual(frontEnd.backend.counters.octetsFromGuest, 1_061)
    }
  }

  func testTheLongestFrameArrives() throws {
    let frontEnd = try ScriptedFrontEnd()
    try frontEnd.connect()
    let sent = frame(65_617)
    frontEnd.queues[1].transmit(header.octets() + sent, part: 4_096)
    XCTAssertEqual(try frontEnd.pump(), 1)
    XCTAssertEqual(frontEnd.taken.last?.frame, sent)
  }

  func testABufferMayGoOnInTheNextRegion() throws {
    let frontEnd = try ScriptedFrontEnd()
    try frontEnd.connect(regions: 4)
    let (receive, transmit) = (frontEnd.queues[0], frontEnd.queues[1])
    // The first region ends after 1 MiB.
    let place = ScriptedFrontEnd.guestBase + 1 << 20 - 500
    let sent = frame(1_000)
    transmit.write(header.octets() + sent, at: place)
    transmit.offer(head: transmit.chain([(place, 1_012)], isWritable: false))
    XCTAssertEqual(try frontEnd.pump(), 1)
    XCTAssertEqual(frontEnd.taken.last?.frame, sent)
    receive.offer(head: receive.chain([(place, 2_048)], isWritable: true))
    XCTAssertEqual(try frontEnd.give(frame(1_400), header), .sent)
    XCTAssertEqual(Array(receive.received(0).dropFirst(12)), frame(1_400))
  }

  func testAGuestGetsFramesInMergedBuffers() throws {
    let frontEnd = try ScriptedFrontEnd()
    try frontEnd.connect()
    let queue = frontEnd.queues[0]
    let sent = frame(3_000)
    // Even the header may be in several buffers.
    for parts in [[7], [1_000, 24], [100], [2_000], [2_000]] { queue.post(parts) }
    XCTAssertEqual(try frontEnd.give(sent, header), .sent)
    XCTAssertEqual(queue.usedIndex, 4)
    XCTAssertEqual((0..<4).map { queue.usedEntry($0).byteCount }, [7, 1_024, 100, 1_881])
    let octets = (0..<4).flatMap(queue.received)
    var expected = header
    expected.bufferCount = 4
    XCTAssertEqual(octets, expected.octets() + sent)
    XCTAssertEqual(ScriptedQueue.signals(queue.call), 1)
  }

  func testFramesWithoutRoomAreDroppedAndBuffersKept() throws {
    let frontEnd = try ScriptedFrontEnd()
    try frontEnd.connect()
    let queue = frontEnd.queues[0]
    XCTAssertEqual(try frontEnd.give(frame(60), header), .noRoom)
    queue.post([1_000])
    XCTAssertEqual(try frontEnd.give(frame(3_000), header), .noRoom)
    XCTAssertEqual(queue.usedIndex, 0)
    XCTAssertEqual(try frontEnd.give(frame(60), header), .sent)
    XCTAssertEqual(try frontEnd.give(frame(60), header), .noRoom)
    XCTAssertEqual(
      try frontEnd.give(frame(65_618), header),
      .tooLong(byteCount: 65_618, limit: 65_617))
    var counters = VhostUserCounters()
    counters.sessions = 1
    (counters.framesToGuest, counters.octetsToGuest) = (1, 60)
    (counters.noRoom, counters.tooLong) = (3, 1)
    XCTAssertEqual(frontEnd.backend.counters, counters)
  }

  func testWithoutMergeableBuffersAFrameHasOneBuffer() throws {
    for (features, headerCount) in [(UInt64(1 << 32 | 1 << 30), 12), (0, 10)] {
      let frontEnd = try ScriptedFrontEnd()
      try frontEnd.connect(features: features)
      let queue = frontEnd.queues[0]
      queue.post([1_000, 534])
      queue.post([4_096])
      XCTAssertEqual(
        try frontEnd.give(frame(1_535 - headerCount), header),
        .tooLong(byteCount: 1_535 - headerCount, limit: 1_534 - headerCount))
      XCTAssertEqual(
        try frontEnd.give(frame(1_534 - headerCount), header), .sent)
      var expected = header
      expected.bufferCount = 1
      let form: VirtioNetHeader.Form = headerCount == 10 ? .legacy : .modern
      XCTAssertEqual(
        queue.received(0), expected.octets(form: form) + frame(1_534 - headerCount))
      frontEnd.queues[1].transmit(header.octets(form: form) + frame(100))
      try frontEnd.pump()
      XCTAssertEqual(frontEnd.taken.last?.frame, frame(100))
      XCTAssertEqual(frontEnd.taken.last?.header, header)
    }
  }

  func testIndicesWrapAround() throws {
    let frontEnd = try ScriptedFrontEnd()
    try frontEnd.connect(size: 4)
    let (receive, transmit) = (frontEnd.queues[0], frontEnd.queues[1])
    for index in 0..<70_000 {
      let sent = [UInt8(truncatingIfNeeded: index), UInt8(truncatingIfNeeded: index >> 8)]
      transmit.transmit(header.octets() + sent)
      receive.post([64])
      let count = try frontEnd.backend.process(limit: 1) { header, octets in
        XCTAssertEqual(try? frontEnd.backend.send(header, octets), .sent)
      }
      guard count == 1, Array(receive.received(index).dropFirst(12)) == sent else {
        return XCTFail("frame \(index)")
      }
    }
    XCTAssertEqual(receive.usedIndex, UInt16(truncatingIfNeeded: 70_000))
    XCTAssertEqual(frontEnd.faults, [])
  }

  func testTheLimitKeepsTheRestAndTheSignal() throws {
    let frontEnd = try ScriptedFrontEnd()
    try frontEnd.connect()
    let queue = frontEnd.queues[1]
    for _ in 0..<10 { queue.transmit(header.octets() + frame(60)) }
    XCTAssertEqual(try frontEnd.pump(limit: 0), 0)
    XCTAssertEqual(try frontEnd.pump(limit: -5), 0)
    XCTAssertEqual(try frontEnd.pump(limit: 7), 7)
    // A caller that polls is called again.
    var polled = pollfd(fd: queue.kick, events: Int16(POLLIN), revents: 0)
    XCTAssertEqual(unsafe poll(&polled, 1, 0), 1)
    XCTAssertTrue(frontEnd.backend.descriptors.count == 2)
    XCTAssertEqual(try frontEnd.pump(limit: 7), 3)
    XCTAssertEqual(unsafe poll(&polled, 1, 0), 0, "the signal is taken")
  }

  func testAGuestIsNotifiedUnlessItWantsNotToBe() throws {
    let frontEnd = try ScriptedFrontEnd()
    try frontEnd.connect()
    let (receive, transmit) = (frontEnd.queues[0], frontEnd.queues[1])
    receive.post([2_048])
    receive.post([2_048])
    receive.store(UInt16(1), at: receive.available)
    XCTAssertEqual(try frontEnd.give(frame(60), header), .sent)
    XCTAssertEqual(ScriptedQueue.signals(receive.call), 0)
    receive.store(UInt16(0), at: receive.available)
    XCTAssertEqual(try frontEnd.give(frame(60), header), .sent)
    XCTAssertEqual(ScriptedQueue.signals(receive.call), 1)
    for _ in 0..<5 { transmit.transmit(header.octets() + frame(60)) }
    try frontEnd.pump()
    XCTAssertEqual(ScriptedQueue.signals(transmit.call), 1, "one for all frames")
  }

  func testSuperFramesGoThroughTheEngine() throws {
    let left = try ScriptedFrontEnd()
    try left.connect()
    let right = try ScriptedFrontEnd(VhostUserConfiguration { $0.guestOffloads = [] })
    try right.connect(features: 1 << 32 | 1 << 30 | 1 << 15)
    var profile = RecipeProfile()
    (profile.links, profile.allowsShims) = ([.ethernet], false)
    (profile.allowsConventions, profile.allowsTrailers) = (false, false)
    var generator = RecipeGenerator(.fromEnvironment(), profile: profile)
    var segmented = 0
    for _ in 0..<400 {
      let (recipe, segmentSize) = generator.next()
      var asking = recipe
      asking.virtioNetHeader = .segment(UInt16(segmentSize))
      guard let octets = try? recipe.octets,
        let header = try? VirtioNetHeader(parsing: asking.virtioNetHeaderOctets),
        (try? OffloadAction(on: octets, describedBy: header)) != nil
      else { continue }
      left.queues[1].transmit(header.octets() + octets, part: 4_096)
      try left.backend.process(limit: 1) { arrived, frame in
        XCTAssertEqual(arrived, header)
        let copy = array(frame)
        XCTAssertEqual(copy, octets)
        do {
          let action = try OffloadAction(on: frame, describedBy: arrived)
          let frames = try action.frames(of: copy)
          segmented += frames.count
          for segment in frames {
            let queue = right.queues[0]
            let index = Int(queue.usedIndex)
            queue.post([segment.count + 12])
            XCTAssertEqual(try right.give(segment), .sent)
            let received = queue.received(index)
            XCTAssertEqual(Array(received.dropFirst(12)), segment)
            XCTAssertEqual(Array(received.prefix(12)), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0])
          }
          guard frames.count > 1 else { return }
          XCTAssertEqual(
            segmentationFaults(frames, of: octets, segmentSize: segmentSize), [],
            recipe.swiftLiteral)
        } catch {
          XCTFail("\(error)")
        }
      }
    }
    XCTAssertGreaterThan(segmented, 1_000)
    XCTAssertEqual(left.faults + right.faults, [])
  }
}
