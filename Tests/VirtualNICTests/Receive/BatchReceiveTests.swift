import FrameRecipes
import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Batches that a NIC delivers with one call, and what is delivered frame by frame all the same.
final class BatchReceiveTests: XCTestCase {
  /// A receiver, the lengths of its batches, and all frames that it was delivered.
  private final class Receiver {
    let nic: VirtualNIC
    var batches: [Int] = []
    var frames: [[UInt8]] = []

    init(
      takesBatches: Bool, _ prepare: (VirtualNIC) throws -> Void = { _ in }
    ) throws {
      nic = try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_02), mtu: 1_500)
      try prepare(nic)
      try nic.start()
      nic.onReceive = { [unowned self] frame, _, _ in frames.append(frame.array()) }
      guard takesBatches else { return }
      nic.onReceiveBatch = { [unowned self] batch, time in
        XCTAssertEqual(time, BatchReceiveTests.time)
        batches.append(batch.count)
        for index in 0..<batch.count { frames.append(batch[index].array()) }
      }
    }
  }

  private static let time = VirtualTime(nanoseconds: 7)

  private func arena(_ frames: [[UInt8]]) throws -> SegmentArena {
    var arena = try SegmentArena(
      byteCount: frames.reduce(0) { $0 + $1.count }, slotCount: max(1, frames.count))
    for frame in frames { try arena.append(frame.octets) }
    return arena
  }

  private var segments: [[UInt8]] {
    get throws {
      try segment(FrameRecipe(payload: Payload(count: 5_000)).build(), mtu: 1_500)
    }
  }

  /// Delivers frames to two receivers, one with batches, which must get the same; returns the
  /// lengths of the batches.
  private func batches(
    of frames: [[UInt8]], _ prepare: (VirtualNIC) throws -> Void = { _ in },
    started: (VirtualNIC) throws -> Void = { _ in }, line: UInt = #line
  ) throws -> [Int] {
    let (single, batched) = (
      try Receiver(takesBatches: false, prepare), try Receiver(takesBatches: true, prepare)
    )
    let arena = try arena(frames)
    for receiver in [single, batched] {
      try started(receiver.nic)
      receiver.nic.receive(arena.frames, at: Self.time)
    }
    XCTAssertEqual(batched.frames, single.frames, line: line)
    XCTAssertEqual(batched.nic.counters, single.nic.counters, line: line)
    return batched.batches
  }

  func testFramesThatNeedNothingComeTogether() throws {
    let frames = try segments
    XCTAssertEqual(try batches(of: frames), [frames.count])
    XCTAssertEqual(try batches(of: [frames[0]]), [1])
    XCTAssertEqual(try batches(of: []), [])
  }

  func testFramesThatTheNICHasToLookAtComeOneByOne() throws {
    let frames = try segments
    let short = [UInt8](repeating: 0, count: 13)
    XCTAssertEqual(try batches(of: frames + [short]), [], "one is too short")
    let long = [UInt8](repeating: 0, count: 65_618)
    XCTAssertEqual(try batches(of: [long] + frames), [], "one is too long")
    let edges = [[UInt8](repeating: 0, count: 14), [UInt8](repeating: 0, count: 65_617)]
    XCTAssertEqual(try batches(of: edges), [2])
    XCTAssertEqual(
      try batches(of: frames) { try $0.adapter.setRxChecksumCapabilities(.init { _, _ in }) }, [],
      "checksums are checked")
    XCTAssertEqual(
      try batches(of: frames) {
        try $0.adapter.setRscCapabilities(
          RscCapabilities(layer3: .ipv4NoOptions, layer4: .tcpNoOptions) { _, _ in })
      }, [], "coalesced")
    XCTAssertEqual(
      try batches(of: frames) { $0.receiveFilter = ReceiveFilter([.directed]) }, [], "a filter")
    XCTAssertEqual(
      try batches(of: frames, started: { try $0.stop() }), [], "stopped")
    XCTAssertEqual(
      try batches(of: frames, started: { try $0.adapter.setLinkState(LinkState()) }), [],
      "disconnected")
  }

  /// Offloads may change between two batches.
  func testAChangeCountsForTheNextBatch() throws {
    let receiver = try Receiver(takesBatches: true) {
      try $0.adapter.setRxChecksumCapabilities(.init { _, _ in })
    }
    let frames = try segments
    let arena = try arena(frames)
    receiver.nic.receive(arena.frames, at: Self.time)
    XCTAssertEqual(receiver.batches, [])
    var request = OffloadParameters()
    (request.ipv4Checksum, request.tcpIPv4Checksum) = (.disabled, .disabled)
    (request.tcpIPv6Checksum, request.udpIPv4Checksum) = (.disabled, .disabled)
    request.udpIPv6Checksum = .disabled
    try receiver.nic.adapter.setOffloadParameters(request)
    receiver.nic.receive(arena.frames, at: Self.time)
    XCTAssertEqual(receiver.batches, [frames.count])
    XCTAssertEqual(receiver.frames, frames + frames)
  }

  /// A receiver that sends each batch back to itself is stopped as one of single frames is.
  func testNestedBatchesAreLimited() throws {
    let receiver = try Receiver(takesBatches: false)
    let nic = receiver.nic
    nic.link = LoopbackLink(of: nic)
    let calls = Box(0)
    nic.onReceive = nil
    nic.onReceiveBatch = { [unowned nic] batch, _ in
      calls.value += 1
      for index in 0..<batch.count { nic.transmit(batch[index]) }
    }
    nic.transmit([UInt8](repeating: 0, count: 60))
    XCTAssertLessThanOrEqual(calls.value, VirtualNIC.maximumNesting)
    let counters = nic.counters
    XCTAssertEqual(counters.dropped + counters.receivedTooDeeply, 1)
  }

  func testNothingIsAllocatedPerBatch() throws {
    let nic = try VirtualNIC(macAddress: MACAddress(2), mtu: 1_500)
    let count = Box(0)
    nic.onReceiveBatch = { batch, _ in count.value += batch.count }
    try nic.start()
    let frames = try segments
    let arena = try arena(frames)
    nic.receive(arena.frames)
    let allocated = allocations { for _ in 0..<10 { nic.receive(arena.frames) } }
    guard let allocated else { throw XCTSkip("allocations are not counted in this build") }
    XCTAssertEqual(allocated, 0)
    XCTAssertEqual(count.value, 11 * frames.count)
  }
}
