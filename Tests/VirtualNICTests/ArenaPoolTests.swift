import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// NICs that share memory send what NICs with their own would, also from within each other's
/// deliveries.
final class ArenaPoolTests: XCTestCase {
  private let segmentSize = 1_448

  private func superFrame(_ seed: UInt64, count: Int = 20_000) -> [UInt8] {
    FrameRecipe(payload: Payload(seed: seed, count: count)).build()
  }

  private func nic(
    _ address: UInt64, _ pool: ArenaPool?, _ link: any VirtualNICLink
  ) throws -> VirtualNIC {
    let nic = try VirtualNIC(
      macAddress: MACAddress(address), mtu: 1_500, link: link, pool: pool)
    try nic.start()
    return nic
  }

  private func segments(_ frame: [UInt8]) throws -> [[UInt8]] {
    try SegmentationPlan(of: frame, request: .init(segmentSize: segmentSize)).frames(of: frame)
  }

  /// Sends frames of several sizes by several NICs in turn.
  private func sent(pool: ArenaPool?) throws -> [[UInt8]] {
    let sent = Box<[[UInt8]]>([])
    let link = ClosureLink { frame, _ in sent.value.append(frame.array()) }
    let nics = try (1...4).map { try nic(UInt64($0), pool, link) }
    for round in 0..<3 {
      for (index, nic) in nics.enumerated() {
        let count = [20_000, 300_000, 3_000, 65_000][(index + round) % 4]
        nic.transmit(superFrame(UInt64(round * 4 + index), count: count), segmentSize: segmentSize)
        nic.transmit(
          superFrame(99, count: 100), TransmitRequest(checksums: [.ipv4Header, .transport]))
      }
    }
    return sent.value
  }

  func testNICsWithOnePoolSendWhatOthersSend() throws {
    let own = try sent(pool: nil)
    XCTAssertGreaterThan(own.count, 700)
    XCTAssertEqual(try sent(pool: ArenaPool()), own)
  }

  /// The receiver of the second segment of a frame sends the next frame, by another NIC and by the
  /// one that waits.
  ///
  /// All segments of each frame must be right to the last one.
  func testNestedSends() throws {
    let link = Levels()
    let pool = ArenaPool()
    let nics = try (1...2).map { try nic(UInt64($0), pool, link) }
    let frames = (0..<4).map { superFrame(UInt64($0)) }
    let expected = try frames.map(segments)
    let size = segmentSize
    link.onSecondFrame = { [unowned first = nics[0], unowned second = nics[1]] level in
      guard level < 3 else { return }
      (level % 2 == 0 ? second : first).transmit(frames[level + 1], segmentSize: size)
    }
    for round in 0..<3 {
      link.received = []
      nics[0].transmit(frames[0], segmentSize: size)
      XCTAssertEqual(link.received, expected, "round \(round)")
    }
    link.isRecording = false
    nics[0].transmit(frames[0], segmentSize: size)
    guard
      let count = allocations(during: {
        for _ in 0..<10 { nics[0].transmit(frames[0], segmentSize: size) }
      })
    else { throw XCTSkip("allocations are not counted in this build") }
    #if DEBUG
      // Code that is not specialised boxes a plan here and there, but makes no arenas.
      XCTAssertLessThanOrEqual(count, 400)
    #else
      XCTAssertEqual(count, 0)
    #endif
  }

  /// Memory of a NIC that has sent is that of its pool: with a common one, none.
  func testFirstFramesAllocateNothing() throws {
    let pool = ArenaPool()
    let frame = superFrame(1, count: 65_000)
    let link = Levels()
    link.isRecording = false
    let first = try nic(1, pool, link)
    first.transmit(frame, segmentSize: segmentSize)
    let others = try (2...11).map { try nic($0, pool, link) }
    let size = segmentSize
    // The state of an adapter that was started is copied before the first frame of any kind.
    for nic in others { nic.transmit(superFrame(2, count: 100)) }
    guard
      let later = allocations(during: {
        for _ in others { first.transmit(frame, segmentSize: size) }
      }),
      let firsts = allocations(during: {
        for nic in others { nic.transmit(frame, segmentSize: size) }
      })
    else { throw XCTSkip("allocations are not counted in this build") }
    XCTAssertLessThanOrEqual(firsts, later, "a first frame allocates more than a later one")
    XCTAssertEqual(link.count, 21 * 45 + 10)
  }
}

/// A link that records frames by how many deliveries they are nested in.
private final class Levels: VirtualNICLink {
  var received: [[[UInt8]]] = []
  var isRecording = true
  var count = 0
  /// Called at the second frame of each batch, with the number of deliveries around it.
  var onSecondFrame: ((Int) -> Void)?
  private var depth = 0

  func send(_ frames: FrameBatch, at time: VirtualTime) {
    let level = depth
    depth += 1
    count += frames.count
    if isRecording, received.count == level { received.append([]) }
    for index in 0..<frames.count {
      if isRecording { received[level].append(frames[index].array()) }
      if index == 1 { onSecondFrame?(level) }
    }
    depth -= 1
  }
}
