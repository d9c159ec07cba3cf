import FrameRecipes
import NetAdapterCore
import VirtualNIC
import WireFormats
import XCTest

/// A driver of somebody else: a plain class, neither `Sendable` nor with a lock.
final class Driver {
  var isSegmenting = false
  var packets: [[UInt8]] = []

  var callbacks: PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { _, rings in
        while !rings.packets.window.isEmpty {
          self.packets.append(rings.array(of: rings.packets[rings.packets.beginIndex]))
          rings.returnFirstPacket()
        }
      },
      evtCancel: { _, _ in }, evtSetNotificationEnabled: { _, _ in },
      evtSetOffloads: { _, offload in self.isSegmenting = offload.isLsoIPv4Enabled })
  }
}

final class DriverTests: XCTestCase {
  func testADriverOnThisThread() throws {
    let (nic, driver) = (try makeNIC(), Driver())
    let queue = try nic.makeTransmitQueue(isVerified: true, servedBy: driver.callbacks)
    XCTAssertTrue(queue.post([UInt8](repeating: 7, count: 60)))
    try queue.advance()
    XCTAssertEqual(driver.packets, [[UInt8](repeating: 7, count: 60)])
    XCTAssertTrue(driver.isSegmenting)
  }

  /// A queue moves to another thread with its driver; another one has a link there.
  func testQueuesOnOtherThreads() async throws {
    let nic = try makeNIC()
    let (factory, driver) = (nic.queueFactory, Driver())
    let queue = try factory.makeTransmitQueue(servedBy: driver.callbacks)
    let frame = try FrameRecipe(payload: .counting(3_000)).octets
    let first = Task {
      _ = queue.post(frame, TransmitRequest(segmentSize: 1_000))
      try queue.advance()
      return driver.packets.count
    }
    let second = Task {
      let wire = QueueLink()
      let queue = try factory.makeTransmitQueue(to: wire)
      _ = queue.post(frame, TransmitRequest(segmentSize: 1_000))
      try queue.advance()
      return wire.takeAll().count
    }
    let counts = try await [first.value, second.value]
    XCTAssertEqual(counts, [1, 3])
    XCTAssertEqual(nic.counters.wireFrames, 6)
  }

  private func makeNIC() throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_01), mtu: 1_500)
    try nic.adapter.setDatapathCapabilities(
      transmit: TransmitCapabilities(maximumNumberOfQueues: 2),
      receive: ReceiveCapabilities(maximumFrameSize: 65_550))
    try nic.adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: .all, layer4: .tcp, maximumOffloadSize: 65_536, minimumSegmentCount: 2
      ) { _, _ in })
    try nic.start()
    return nic
  }
}
