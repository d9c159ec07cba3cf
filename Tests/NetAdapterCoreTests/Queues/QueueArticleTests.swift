import NetAdapterCore
import WireFormats
import XCTest

/// The sample of the article "Rings and queues", copied from there.
final class QueueArticleTests: XCTestCase {
  func testSampleSends() throws {
    let adapter = try makeAdapter()
    let wire = Guarded<[UInt8]>([])
    @Sendable func send(_ octets: RawSpan) {
      let part = octets.array(0..<octets.byteCount)
      wire.withLock { $0 += part }
    }
    let frame = [UInt8](repeating: 5, count: 3_000)

    try adapter.setDatapathCallbacks(
      DatapathCallbacks(
        evtAdapterCreateTxQueue: { adapter, queue in
          PacketQueueCallbacks(
            evtAdvance: { queue, rings in
              for index in rings.packets.window {
                let packet = rings.packets[index]
                guard !packet.isIgnored else { continue }
                for fragment in rings.fragments(of: packet) {
                  send(rings.octets(ofFragment: fragment))
                }
              }
              rings.packets.beginIndex = rings.packets.endIndex
              rings.fragments.beginIndex = rings.fragments.endIndex
            },
            evtCancel: { queue, rings in },
            evtSetNotificationEnabled: { queue, isEnabled in })
        },
        evtAdapterCreateRxQueue: { adapter, queue in nil }))
    try adapter.start()

    let queue = try adapter.makeTransmitQueue(ringSize: 256)
    try queue.post(frame, tag: 7)
    try queue.advance()
    XCTAssertEqual(queue.takeCompleted()?.tag, 7)
    XCTAssertEqual(wire.withLock { $0 }, frame)
  }
}
