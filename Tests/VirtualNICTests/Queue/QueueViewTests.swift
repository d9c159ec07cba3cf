import NetAdapterCore
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// The packets of a queue of frames are its own: a caller sees them and cannot operate them.
final class QueueViewTests: XCTestCase {
  private func nic() throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
    try nic.start()
    return nic
  }

  /// A packet that a caller posted with a tag that is no frame ended the program.
  func testTheViewIsNoQueue() throws {
    let nic = try nic()
    let (transmit, receive) = (try nic.makeTransmitQueue(), try nic.makeReceiveQueue())
    for view: Any in [transmit.packetQueue, receive.packetQueue] {
      XCTAssertFalse(view is DatapathQueue)
    }
  }

  func testWhatTheViewShows() throws {
    let nic = try nic()
    let queue = try nic.makeTransmitQueue(
      ringSize: 16, fragmentRingSize: 8, bufferCapacity: 512, packetsPerAdvance: 1,
      isVerified: true)
    let view = queue.packetQueue
    XCTAssertEqual(view.direction, .transmit)
    XCTAssertEqual([view.ringSize, view.fragmentRingSize, view.bufferCapacity], [16, 8, 512])
    XCTAssertEqual([view.payloadBackfill, view.maximumPacketLength], [0, 7 * 512])
    XCTAssertTrue(view.isVerified)
    XCTAssertEqual(view.extensions, [])
    for tag in 0..<3 { XCTAssertTrue(queue.post([UInt8](repeating: 0, count: 600), tag: tag)) }
    try queue.advance()
    XCTAssertEqual(view.state, .started)
    XCTAssertEqual([view.outstandingPacketCount, view.freePacketCount], [2, 13])
    XCTAssertEqual([view.outstandingFragmentCount, view.freeFragmentCount], [4, 3])
    XCTAssertEqual(view.returnedPacketCount, 0)
    for tag in 0..<3 {
      XCTAssertEqual(queue.takeCompleted()?.tag, tag)
      try queue.advance()
    }
    XCTAssertEqual([view.outstandingPacketCount, view.freePacketCount], [0, 15])
    XCTAssertEqual(try nic.makeReceiveQueue().packetQueue.ignoredPacketCount, 0)
  }

  /// What a view can do is to ask for a notification.
  func testNotificationsOfAView() throws {
    let nic = try nic()
    let queue = try nic.makeTransmitQueue()
    let wakes = Box(0)
    queue.packetQueue.onNotification { wakes.value += 1 }
    try queue.packetQueue.setNotificationEnabled(true)
    XCTAssertEqual(wakes.value, 1)
    XCTAssertFalse(queue.packetQueue.isNotificationArmed)
    try nic.stop()
    try queue.advance()
    XCTAssertThrowsError(try queue.packetQueue.setNotificationEnabled(true)) {
      XCTAssertEqual(
        "\($0)",
        "setNotificationEnabled(_:) does not fit a queue that is stopped; "
          + "call start() first")
    }
  }
}
