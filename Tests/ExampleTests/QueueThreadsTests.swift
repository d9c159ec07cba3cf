import FrameRecipes
import NetAdapterCore
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Queues of one NIC on several threads: links and drivers are plain classes, and the compiler
/// refuses to use one of them on two threads.
final class QueueThreadsTests: XCTestCase {
  private let superFrame = FrameRecipe(payload: .counting(50_000), checksum: .pseudoHeader)
  private let request = TransmitRequest(segmentSize: 1_000)

  private func nic() throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_01), mtu: 1_500)
    try nic.adapter.setDatapathCapabilities(
      transmit: TransmitCapabilities(maximumNumberOfQueues: 4),
      receive: ReceiveCapabilities(maximumFrameSize: 65_550))
    try OffloadRecorder().declareAll(on: nic.adapter)
    try nic.start()
    return nic
  }

  /// Each thread makes a queue with a link of its own, while the NIC itself sends here.
  func testALinkForEachThread() async throws {
    let (nic, frame) = (try nic(), try superFrame.octets)
    let (factory, request) = (nic.queueFactory, request)
    let expected = try FaultyCard(nil).segments(of: frame, segmentSize: 1_000)
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<3 {
        group.addTask {
          let wire = QueueLink()
          let queue = try factory.makeTransmitQueue(to: wire, isVerified: true)
          var frameCount = 0
          for _ in 0..<20 {
            guard queue.post(frame, request) else { continue }
            try queue.advance()
            if wire.takeAll().map(\.octets) == expected { frameCount += 1 }
            _ = queue.takeCompleted()
          }
          return frameCount
        }
      }
      for _ in 0..<20 {
        nic.transmit(frame, request)
        try nic.adapter.pauseOffloadCapabilities()
        try nic.adapter.resumeOffloadCapabilities()
      }
      for try await frameCount in group { XCTAssertEqual(frameCount, 20) }
    }
    XCTAssertEqual(nic.counters.sourceFrames, 4 * 20)
    XCTAssertEqual(nic.counters.wireFrames, 4 * 20 * 50)
  }

  /// A queue and its driver are made here and passed to another thread together.
  func testADriverMovesWithItsQueue() async throws {
    let (nic, frame, request) = (try nic(), try superFrame.octets, request)
    let driver = ToyDriver(wire: QueueLink())
    let queue = try nic.queueFactory.makeTransmitQueue(servedBy: driver.transmitCallbacks)
    let work = Task {
      var (posted, completed) = (0, 0)
      while completed < 10 {
        if posted < 10, queue.post(frame, request) { posted += 1 }
        // This hardware completes with the next advance what it got with this one.
        try queue.advance()
        while queue.takeCompleted() != nil { completed += 1 }
      }
      return (completed, driver.transmitHardware.cutCount)
    }
    let (completed, segmented) = try await work.value
    XCTAssertEqual([completed, segmented], [10, 10])
  }

  /// A queue that receives, with its driver, on a thread of its own.
  func testAReceiveQueueOfADriver() async throws {
    let (nic, frame) = (try nic(), try FrameRecipe(payload: .counting(900)).octets)
    let factory = nic.queueFactory
    let work = Task {
      let driver = ToyDriver(wire: QueueLink())
      let queue = try factory.makeReceiveQueue(servedBy: driver.receiveCallbacks)
      driver.receiveHardware.send(frame)
      var received: [[UInt8]] = []
      try queue.advance { received.append($0.array()) }
      return received
    }
    let received = try await work.value
    XCTAssertEqual(received, [frame])
  }
}
