import NetAdapterCore
import XCTest

/// What a driver keeps with its adapter and its queues: an object, keywords of its own, numbers.
final class DriverContextTests: XCTestCase {
  /// `MY_NET_ADAPTER_CONTEXT` of the page "Generic Segmentation Offload".
  private final class Context: Sendable {
    let told = Guarded<[String]>([])
  }

  private final class OtherContext: Sendable {
    let adapter: NetAdapter
    init(_ adapter: NetAdapter) { self.adapter = adapter }
    deinit { _ = adapter.state }
  }

  func testCallbacksFindTheContextOfTheirAdapter() throws {
    let gso = makeGso { adapter, offload in
      let text = segmentation(offload.offloads)
      adapter.context(as: Context.self)?.told.withLock { $0.append(text) }
    }
    let contexts = [Context(), Context()]
    let adapters = try contexts.map { context in
      let adapter = try makeAdapter()
      XCTAssertNil(adapter.context(as: Context.self))
      adapter.setContext(context)
      try adapter.setGsoCapabilities(gso)
      return adapter
    }
    try adapters[0].start()
    var request = OffloadParameters()
    request.usoIPv4 = .disabled
    try adapters[0].setOffloadParameters(request)
    try adapters[1].start()
    XCTAssertEqual(
      contexts[0].told.withLock { $0 }, ["lso4 lso6 uso4 uso6", "lso4 lso6 uso6"])
    XCTAssertEqual(contexts[1].told.withLock { $0 }, ["lso4 lso6 uso4 uso6"])
    XCTAssertTrue(adapters[0].context(as: Context.self) === contexts[0])
  }

  func testAContextIsReplacedAndReleased() throws {
    let adapter = try makeAdapter()
    // Its deinitialisation calls the adapter, which must not hold its lock.
    adapter.setContext(OtherContext(adapter))
    XCTAssertNil(adapter.context(as: Context.self), "of another type")
    XCTAssertNotNil(adapter.context(as: OtherContext.self))
    weak let first = adapter.context(as: OtherContext.self)
    adapter.setContext(Context())
    XCTAssertNil(first)
    XCTAssertNotNil(adapter.context(as: Context.self))
    adapter.setContext(nil)
    XCTAssertNil(adapter.context(as: Context.self))
  }

  func testKeywordsOfTheDriver() throws {
    var store = KeywordStore()
    store[name: "MyInterruptModeration"] = .string("5")
    store[name: "*FlowControl"] = .integer(3)
    store[name: "Text"] = .string("fast")
    XCTAssertEqual(store[name: "myinterruptMODERATION"], .string("5"))
    XCTAssertEqual(store.number(name: "MyInterruptModeration"), 5)
    XCTAssertEqual(store.number(name: "*flowcontrol"), 3)
    XCTAssertNil(store.number(name: "Text"))
    XCTAssertNil(store.number(name: "Absent"))
    XCTAssertEqual(store.issues, [], "the adapter has no opinion about them")
    // The names of known keywords are theirs.
    store[name: "*lsoV2IPv6"] = .string("0")
    XCTAssertEqual(store[.lsoV2IPv6], .string("0"))
    store[.lsoV2IPv6] = .string("1")
    XCTAssertEqual(store.number(name: "*LSOV2IPV6"), 1)
    store[name: "*LsoV2IPv6"] = nil
    XCTAssertNil(store[.lsoV2IPv6])

    let adapter = try makeAdapter(keywords: store)
    try adapter.setGsoCapabilities(makeGso())
    XCTAssertEqual(adapter.keywords.number(name: "MyInterruptModeration"), 5)
    adapter.setKeyword(name: "MyInterruptModeration", to: nil)
    adapter.setKeyword(name: "*USOIPV4", to: .string("0"))
    XCTAssertNil(adapter.keywords[name: "MyInterruptModeration"])
    try adapter.start()
    XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4 lso6 uso6")
    try adapter.setOffloadParameters(OffloadParameters())
    XCTAssertEqual(adapter.keywords.number(name: "*FlowControl"), 3, "a request keeps the others")
  }

  func testQueuesKnowTheirNumbers() throws {
    let adapter = try makeAdapter()
    try adapter.setDatapathCapabilities(
      transmit: TransmitCapabilities(maximumNumberOfQueues: 4),
      receive: ReceiveCapabilities(maximumFrameSize: 1_514))
    let made = Guarded<[String]>([])
    try adapter.setDatapathCallbacks(
      DatapathCallbacks(
        evtAdapterCreateTxQueue: { _, queue in
          let name = "\(queue.direction.rawValue) \(queue.queueId)"
          made.withLock { $0.append(name) }
          return PacketQueueCallbacks(
            evtAdvance: { _, _ in }, evtCancel: { _, _ in },
            evtSetNotificationEnabled: { _, _ in })
        },
        evtAdapterCreateRxQueue: { _, queue in
          let name = "\(queue.direction.rawValue) \(queue.queueId)"
          made.withLock { $0.append(name) }
          return PacketQueueCallbacks(
            evtAdvance: { _, _ in }, evtCancel: { _, _ in },
            evtSetNotificationEnabled: { _, _ in })
        }))
    try adapter.start()
    var queues: [TransmitQueue?] = []
    for number in 0..<4 {
      let queue = try adapter.makeTransmitQueue(ringSize: 4)
      XCTAssertEqual(queue.handle.queueId, number)
      queues.append(queue)
    }
    XCTAssertNotNil(
      violation { () throws(AdapterViolation) in _ = try adapter.makeTransmitQueue(ringSize: 4) })
    // The numbers of queues that are gone are given again, the lowest first.
    (queues[1], queues[2]) = (nil, nil)
    XCTAssertEqual(adapter.transmitQueueCount, 2)
    queues[1] = try adapter.makeTransmitQueue(ringSize: 4)
    queues[2] = try adapter.makeTransmitQueue(ringSize: 4)
    XCTAssertEqual(queues.map { $0?.handle.queueId }, [0, 1, 2, 3])
    let receive = try adapter.makeReceiveQueue(ringSize: 4)
    XCTAssertEqual(receive.handle.queueId, 0, "each direction counts by itself")
    XCTAssertEqual(
      made.withLock { $0 },
      [
        "transmit 0", "transmit 1", "transmit 2", "transmit 3", "transmit 1", "transmit 2",
        "receive 0",
      ])
  }
}
