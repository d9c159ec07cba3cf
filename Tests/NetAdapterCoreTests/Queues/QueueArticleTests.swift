import NetAdapterCore
import WireFormats
import XCTest

/// The sample of the article "Rings and queues", copied from there.
final class QueueArticleTests: XCTestCase {
  final class Driver {
    var isSegmenting = false
    var sent: [UInt8] = []

    var callbacks: PacketQueueCallbacks {
      PacketQueueCallbacks(
        evtAdvance: { queue, rings in
          for index in rings.packets.window {
            let packet = rings.packets[index]
            guard !packet.isIgnored else { continue }
            self.sent += rings.array(of: packet)
          }
          rings.packets.beginIndex = rings.packets.endIndex
          rings.fragments.beginIndex = rings.fragments.endIndex
        },
        evtCancel: { queue, rings in },
        evtSetNotificationEnabled: { queue, isEnabled in },
        evtSetOffloads: { queue, offload in self.isSegmenting = offload.isLsoIPv4Enabled })
    }
  }

  func testSampleSends() throws {
    let adapter = try makeAdapter()
    try declareAll(adapter, CallLog())
    try adapter.start()
    let frame = [UInt8](repeating: 5, count: 3_000)

    let driver = Driver()
    let queue = try adapter.makeTransmitQueue(ringSize: 256, servedBy: driver.callbacks)
    try queue.post(frame, tag: 7)
    try queue.advance()
    XCTAssertEqual(queue.takeCompleted()?.tag, 7)
    XCTAssertEqual(driver.sent, frame)
    XCTAssertTrue(driver.isSegmenting)
  }
}
