import FrameRecipes
import GsoEngine
import NetAdapterCore
import VirtualNIC
import WireFormats
import XCTest

/// A link of your own: one function is enough.
final class OwnLinkTests: XCTestCase {
  /// Records the size and the time of each call, and the octets of each frame.
  private final class RecordingLink: Link {
    var batches: [Int] = []
    var times: [VirtualTime] = []
    var frames: [[UInt8]] = []

    func send(_ frames: FrameBatch, at time: VirtualTime) {
      batches.append(frames.count)
      times.append(time)
      for index in 0..<frames.count {
        self.frames.append(frames[index].array())
      }
    }
  }

  /// All segments of a frame arrive in one call.
  func testOneCallForEachFrame() throws {
    let superFrame = try FrameRecipe(payload: .counting(3_000)).octets
    let link = RecordingLink()
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500, link: link)
    try nic.start()
    let now = VirtualTime(nanoseconds: 7)
    nic.transmit(superFrame, segmentSize: 1_448, at: now)
    nic.transmit(link.frames[2], at: now)
    XCTAssertEqual(link.batches, [3, 1])
    XCTAssertEqual(link.times, [now, now])
    XCTAssertEqual(link.frames[2], link.frames[3])
    XCTAssertEqual(
      link.frames,
      try segment(superFrame, mtu: 1_500, segmentSize: 1_448) + [link.frames[2]])
  }

  /// What has a default: single frames, and time for links without delay.
  func testDefaults() {
    let link = RecordingLink()
    link.send([1, 2, 3])
    link.send([], at: VirtualTime(nanoseconds: 9))
    link.advance(to: VirtualTime(nanoseconds: 100))
    XCTAssertNil(link.nextArrival)
    XCTAssertEqual(link.batches, [1, 1])
    XCTAssertEqual(link.frames, [[1, 2, 3], []])
    XCTAssertEqual(link.times, [.start, VirtualTime(nanoseconds: 9)])
  }

  /// It ends a chain like any other link.
  func testAfterAWireWithDelay() throws {
    let link = RecordingLink()
    let wire = ImpairedLink(try Impairments { $0.delay = 50 }, seed: 1, next: link)
    wire.send([4, 5, 6])
    XCTAssertEqual(link.batches, [])
    wire.advance(to: VirtualTime(nanoseconds: 50))
    XCTAssertEqual(link.frames, [[4, 5, 6]])
    XCTAssertEqual(link.times, [VirtualTime(nanoseconds: 50)])
  }
}
