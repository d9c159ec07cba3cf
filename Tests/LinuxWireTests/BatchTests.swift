import Foundation
import FrameRecipes
import GsoEngine
import LinuxWire
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Ends that take the segments of a frame in one call: the kernel gets the same frames, and the
/// counters are the same.
final class BatchTests: XCTestCase {
  /// A scripted end that takes batches.
  private final class BatchEnd: BatchSendingWireEnd, OffloadSettingWireEnd {
    let frames = ScriptedEnd(possible: [])
    /// The number of frames of each batch.
    var batches: [Int] = []
    /// What the next calls do instead of sending.
    var faults: [(inout Int) -> WireSendResult] = []
    /// The frame before which an error is thrown.
    var errorAt: Int?

    var descriptors: [Int32] { frames.descriptors }
    var offloads: WireOffloads { frames.offloads }
    func setOffloads(_ offloads: WireOffloads) -> WireOffloads { frames.setOffloads(offloads) }
    func process(
      limit: Int, _ body: (VirtioNetHeader, RawSpan) -> Void
    ) throws(WireEndError) -> Int { try frames.process(limit: limit, body) }
    func send(
      _ header: VirtioNetHeader, _ frame: RawSpan
    ) throws(WireEndError) -> WireSendResult { try frames.send(header, frame) }
    func close() { frames.close() }

    func send(
      _ batch: FrameBatch, sent: inout Int
    ) throws(WireEndError) -> WireSendResult {
      batches.append(batch.count - sent)
      if !faults.isEmpty { return faults.removeFirst()(&sent) }
      while sent < batch.count {
        if sent == errorAt { throw .gone(device: "x") }
        let result = try frames.send(VirtioNetHeader(), batch[sent])
        guard result == .sent else { return result }
        sent += 1
      }
      return .sent
    }
  }

  private let octets = FrameRecipe(payload: Payload(count: 20_000)).build()
  private let size = 1_448

  private func nic() throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(2), mtu: 1_500)
    try nic.adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: .all, layer4: [.tcp, .udp], maximumOffloadSize: 65_536, minimumSegmentCount: 2
      ) { _, _ in })
    try nic.start()
    return nic
  }

  private func bridge(_ left: ScriptedEnd, _ right: any WireEnd) throws -> WireBridge {
    try WireBridge(WireSide(left, try nic()), WireSide(right, try nic()))
  }

  /// A frame to be segmented, and the segments of it.
  private func frame() throws -> (frame: ScriptedEnd.Frame, segments: [[UInt8]]) {
    let plan = try SegmentationPlan(
      of: octets, request: SegmentationRequest(segmentSize: size))
    let handOff = try VirtioHandOff(octets, segmentedAs: plan)
    return (.init(header: handOff.header, octets: handOff.frame), try plan.frames(of: octets))
  }

  private func send(
    _ frames: [ScriptedEnd.Frame], _ left: ScriptedEnd, _ bridge: WireBridge
  ) throws {
    left.outbox += frames
    while try bridge.process(at: .start) > 0 {}
  }

  func testTheSegmentsOfAFrameAreOneBatch() throws {
    let (frame, segments) = try frame()
    let small = ScriptedEnd.Frame(octets: FrameRecipe(payload: Payload(count: 9)).build())
    let (left, right, single) = (ScriptedEnd(), BatchEnd(), ScriptedEnd(possible: []))
    let (batched, plain) = (try bridge(left, right), try bridge(left, single))
    try send([frame, small, frame], left, plain)
    // The NICs of `plain` are others.
    try send([frame, small, frame], left, batched)
    XCTAssertEqual(right.batches, [segments.count, 1, segments.count])
    let expected = segments + [small.octets] + segments
    XCTAssertEqual(right.frames.inbox, expected.map { ScriptedEnd.Frame(octets: $0) })
    XCTAssertEqual(right.frames.inbox, single.inbox)
    for side in [\WireBridge.left, \WireBridge.right] {
      XCTAssertEqual(batched[keyPath: side].counters, plain[keyPath: side].counters)
      XCTAssertEqual(batched[keyPath: side].nic.counters, plain[keyPath: side].nic.counters)
    }
    XCTAssertEqual(batched.right.counters.framesWritten, expected.count)
    XCTAssertEqual(batched.right.counters.longestFrameWritten, 54 + size)
    XCTAssertEqual(batched.right.nic.counters.receivedFrames, expected.count)
  }

  /// A frame that is not sent is counted with its reason, and those after it are tried.
  func testResultsWithinABatch() throws {
    let (frame, segments) = try frame()
    let results: [WireSendResult] = [
      .sent, .noRoom, .noRoom, .sent, .notReady, .tooLong(byteCount: 1, limit: 0), .sent,
      .refused(errno: 22), .sent, .sent, .sent, .sent, .sent, .notReady,
    ]
    XCTAssertEqual(results.count, segments.count)
    let (left, right, single) = (ScriptedEnd(), BatchEnd(), ScriptedEnd(possible: []))
    let (batched, plain) = (try bridge(left, right), try bridge(left, single))
    (right.frames.results, single.results) = (results, results)
    try send([frame, frame], left, plain)
    try send([frame, frame], left, batched)
    XCTAssertEqual(right.batches, [14, 12, 11, 9, 8, 6, 14])
    XCTAssertEqual(batched.right.counters, plain.right.counters)
    XCTAssertEqual(batched.right.counters.framesWritten, 2 * segments.count - 6)
    XCTAssertEqual(batched.right.counters.noRoom, 2)
    XCTAssertEqual(right.frames.inbox, single.inbox)
  }

  func testAnErrorWithinABatchEndsTheBridge() throws {
    let (frame, _) = try frame()
    let (left, right) = (ScriptedEnd(), BatchEnd())
    let bridge = try bridge(left, right)
    right.errorAt = 5
    XCTAssertThrowsError(try send([frame, frame], left, bridge)) {
      XCTAssertEqual($0 as? WireEndError, .gone(device: "x"))
    }
    XCTAssertEqual(bridge.right.counters.framesWritten, 5)
    XCTAssertEqual(right.batches, [14], "nothing more is written")
  }

  /// No answer of an end makes a bridge loop, trap, or count a frame twice.
  func testAnEndThatSaysAnything() throws {
    let (frame, segments) = try frame()
    let answers: [(Int?, WireSendResult)] = [
      (nil, .sent), (.max, .sent), (.min, .sent), (-1, .noRoom), (15, .noRoom), (0, .sent),
    ]
    for (index, result) in answers {
      let (left, right) = (ScriptedEnd(), BatchEnd())
      let bridge = try bridge(left, right)
      right.faults = Array(
        repeating: { (sent: inout Int) -> WireSendResult in
          if let index { sent = index }
          return result
        }, count: 100)
      try send([frame], left, bridge)
      let counters = bridge.right.counters
      XCTAssertEqual(
        counters.framesWritten + counters.noRoom, segments.count, "\(String(describing: index))")
      XCTAssertLessThanOrEqual(right.batches.count, segments.count)
    }
  }

  /// A bridge sends a small frame without looking at its headers; its NIC reports the same as for
  /// any sender.
  func testWholeFramesAreCountedAsThoseOfAnySender() throws {
    let plain = FrameRecipe(payload: Payload(count: 1_446)).build()
    let tag: [UInt8] = [0x81, 0, 0, 5]
    let tagged = Array(plain[..<12]) + tag + Array(plain[12...])
    let long = FrameRecipe(payload: Payload(count: 1_461)).build()
    XCTAssertEqual([plain.count, tagged.count, long.count], [1_500, 1_504, 1_515])
    let full = FrameRecipe(payload: Payload(count: 1_460)).build()
    var twice: [UInt8] = Array(full[..<12])
    twice += tag + tag + full[12...]
    var longTagged: [UInt8] = Array(long[..<12])
    longTagged += tag + long[12...]
    let zeros = [0, 1, 13, 14, 1_514, 1_515].map { [UInt8](repeating: 0, count: $0) }
    let frames: [[UInt8]] = [plain, tagged, full, twice, long, longTagged] + zeros
    for isStarted in [true, false] {
      let (left, right) = (ScriptedEnd(), BatchEnd())
      let bridge = try bridge(left, right)
      let (sender, wire) = (try nic(), QueueLink())
      sender.link = wire
      if !isStarted {
        try bridge.left.nic.stop()
        try sender.stop()
      }
      var last: WireDecision?
      bridge.onRead = { _, _, _, decision in last = decision }
      var decisions: [WireDecision?] = []
      var expected: [WireDecision] = []
      for frame in frames {
        try send([ScriptedEnd.Frame(octets: frame)], left, bridge)
        decisions.append(last)
        switch sender.transmit(frame).outcome {
        case .dropped(let reason): expected.append(.dropped(.nic(reason)))
        default: expected.append(.whole)
        }
        XCTAssertEqual(bridge.left.nic.counters, sender.counters, "\(frame.count) octets")
      }
      XCTAssertEqual(decisions, expected)
      XCTAssertEqual(expected.filter { $0 == .whole }.count, isStarted ? 8 : 0)
      // A NIC drops what is shorter than an Ethernet header.
      let sent = wire.takeAll().map(\.octets).filter { $0.count >= 14 }
      XCTAssertEqual(right.frames.inbox.map(\.octets), sent)
    }
  }

  /// Who looks at each frame gets it at once, and other frames go in batches again afterwards.
  func testFramesThatAreReportedAreNotBatched() throws {
    let (frame, segments) = try frame()
    let (left, right) = (ScriptedEnd(), BatchEnd())
    let bridge = try bridge(left, right)
    var lengths: [Int] = []
    bridge.onWritten = { [weak bridge] _, _, frame, _ in
      lengths.append(frame.byteCount)
      XCTAssertEqual(bridge?.right.counters.framesWritten, lengths.count)
    }
    try send([frame], left, bridge)
    XCTAssertEqual(lengths, segments.map(\.count))
    XCTAssertEqual(right.batches, [])
    bridge.onWritten = nil
    try send([frame], left, bridge)
    XCTAssertEqual(right.batches, [segments.count])
    let nic = bridge.right.nic
    bridge.close()
    XCTAssertNil(nic.onReceiveBatch)
    bridge.onWritten = nil
    XCTAssertNil(nic.onReceiveBatch, "the NIC is not the bridge's any more")
  }

  // MARK: Ends with a kernel

  /// What a packet socket gets of frames for `destination`, as octets.
  private func receive(_ socket: PacketSocket, count: Int) throws -> [[UInt8]] {
    var received: [[UInt8]] = []
    for _ in 0..<100 where received.count < count {
      _ = try socket.process(limit: 100) { _, frame in
        let octets = frame.array()
        if octets.prefix(6) == self.octets.prefix(6) { received.append(octets) }
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return received
  }

  private func arena(_ frames: [[UInt8]]) throws -> SegmentArena {
    var arena = try SegmentArena(
      byteCount: frames.reduce(0) { $0 + $1.count }, slotCount: max(1, frames.count))
    for frame in frames { try arena.append(frame.octets) }
    return arena
  }

  private func check(
    _ end: any BatchSendingWireEnd, _ socket: PacketSocket, file: StaticString = #filePath,
    line: UInt = #line
  ) throws {
    let (_, segments) = try frame()
    let batch = try arena(segments)
    var sent = -3
    XCTAssertEqual(try end.send(batch.frames, sent: &sent), .sent, file: file, line: line)
    XCTAssertEqual(sent, segments.count, file: file, line: line)
    XCTAssertEqual(
      try receive(socket, count: segments.count), segments, file: file, line: line)
    XCTAssertEqual(
      (0..<batch.count).map { batch.frame($0) }, segments, "sending changes no frame", file: file,
      line: line)
    XCTAssertEqual(try end.send(batch.frames, sent: &sent), .sent, file: file, line: line)
    XCTAssertEqual(sent, segments.count, file: file, line: line)
    sent = .max
    XCTAssertEqual(try end.send(batch.frames, sent: &sent), .sent, file: file, line: line)
    // Each bad frame ends a call, and those after it can be sent.
    let limit = WireLimits.frameByteCount
    let long = [UInt8](repeating: 0, count: limit + 1)
    let mixed = try arena([segments[0], long, segments[1], [0, 1], segments[2]])
    var results: [WireSendResult] = []
    var stops: [Int] = []
    sent = 0
    while sent < mixed.frames.count {
      let result = try end.send(mixed.frames, sent: &sent)
      guard result != .sent else { break }
      results.append(result)
      stops.append(sent)
      sent += 1
    }
    XCTAssertEqual(stops, [1, 3], file: file, line: line)
    XCTAssertEqual(
      results, [.tooLong(byteCount: limit + 1, limit: limit), .refused(errno: EINVAL)],
      file: file, line: line)
    XCTAssertEqual(
      try receive(socket, count: 3), Array(segments.prefix(3)), file: file, line: line)
  }

  func testTAPs() throws {
    let forms: [(Int, VirtioNetHeader.Form?)] = [
      (1, nil), (3, nil), (1, .legacy), (1, .modern), (1, .udpTunnel),
    ]
    for (queueCount, form) in forms {
      let names = try NetworkNamespaces()
      let tap = try TAP(names.leftInterface, queueCount: queueCount, headerForm: form)
      let (_, segments) = try frame()
      let batch = try arena(segments)
      var sent = 2
      XCTAssertEqual(try tap.send(batch.frames, sent: &sent), .notReady, "down")
      XCTAssertEqual(sent, 2)
      try names.run(["link", "set", names.leftInterface, "up"])
      try check(tap, try PacketSocket(names.leftInterface))
      try names.run(["link", "del", names.leftInterface])
      sent = 0
      XCTAssertThrowsError(try tap.send(batch.frames, sent: &sent)) {
        XCTAssertEqual($0 as? WireEndError, .gone(device: names.leftInterface))
      }
      XCTAssertEqual(sent, 0)
      XCTAssertEqual(try tap.send(batch.frames, sent: &sent), .notReady)
    }
  }

  func testPacketSockets() throws {
    let names = try NetworkNamespaces()
    try names.makePair()
    let end = try PacketSocket(names.leftInterface)
    try check(end, try PacketSocket(names.rightInterface))
    end.close()
    var sent = 0
    XCTAssertEqual(try end.send(try arena([octets]).frames, sent: &sent), .notReady)
    XCTAssertEqual(sent, 0)
  }
}
