import NetAdapterCore
import TestSupport
import WireFormats
import XCTest

/// The conditions under which a queue is made.
final class QueueCreationTests: XCTestCase {
  func testDatapathCallbacksAreBothNeeded() throws {
    let adapter = try makeAdapter()
    let make: DatapathCallbacks.EvtCreateQueue = { _, _ in nil }
    for (transmit, receive, name) in [
      (nil, make, "evtAdapterCreateTxQueue"), (make, nil, "evtAdapterCreateRxQueue"),
    ] {
      let callbacks = DatapathCallbacks(
        evtAdapterCreateTxQueue: transmit, evtAdapterCreateRxQueue: receive)
      XCTAssertThrowsError(try adapter.setDatapathCallbacks(callbacks)) { error in
        XCTAssertEqual((error as? AdapterViolation)?.failureCode?.rawValue, 38)
        XCTAssertTrue("\(error)".contains(name), "\(error)")
      }
    }
    let whole = DatapathCallbacks(evtAdapterCreateTxQueue: make, evtAdapterCreateRxQueue: make)
    try adapter.setDatapathCallbacks(whole)
    try adapter.start()
    XCTAssertEqual(
      violation { () throws(AdapterViolation) in try adapter.setDatapathCallbacks(whole) },
      [3, 0, 0])
  }

  func testAdapterMustBeStartedAndHaveCallbacks() throws {
    let adapter = try makeAdapter()
    let make = { () throws(AdapterViolation) in _ = try adapter.makeTransmitQueue(ringSize: 8) }
    let makeReceive = { () throws(AdapterViolation) in
      _ = try adapter.makeReceiveQueue(ringSize: 8)
    }
    XCTAssertEqual(violation(make), [96, 0, 0])
    XCTAssertEqual(violation(makeReceive), [96, 0, 0])
    try adapter.start()
    XCTAssertEqual(violation(make), [38, 0, 0])
    XCTAssertEqual(violation(makeReceive), [38, 0, 0])
  }

  func testRequiredCallbacksAreNamed() throws {
    let names = ["evtAdvance", "evtCancel", "evtSetNotificationEnabled"]
    for (position, name) in names.enumerated() {
      var lacking = callbacks()
      if position == 0 { lacking.evtAdvance = nil }
      if position == 1 { lacking.evtCancel = nil }
      if position == 2 { lacking.evtSetNotificationEnabled = nil }
      let adapter = try makeQueueAdapter(transmit: lacking, receive: lacking)
      for make in [
        { _ = try adapter.makeTransmitQueue(ringSize: 8) },
        { _ = try adapter.makeReceiveQueue(ringSize: 8) },
      ] {
        XCTAssertThrowsError(try make()) { error in
          XCTAssertEqual((error as? AdapterViolation)?.failureCode?.rawValue, 22)
          XCTAssertTrue("\(error)".contains("`\(name)`"), "\(error)")
        }
      }
      XCTAssertEqual([adapter.transmitQueueCount, adapter.receiveQueueCount], [0, 0])
    }
  }

  func testSizes() throws {
    typealias Row = (ring: Int, fragments: Int, capacity: Int, [Int]?, UInt)
    let most = (1 << 26) - 1
    let rows: [Row] = [
      (2, 2, 1, nil, #line), (4, 2, 64, nil, #line), (65_536, 2, 1, nil, #line),
      (0, 2, 64, [26, 0, 0], #line), (-8, 2, 64, [26, -8, 0], #line),
      (3, 2, 64, [26, 3, 0], #line), (2, 6, 64, [26, 6, 0], #line),
      (1, 2, 64, [22, 1, 65_536], #line), (2, 1, 64, [22, 1, 65_536], #line),
      (131_072, 2, 64, [22, 131_072, 65_536], #line), (.min, 2, 64, [26, .min, 0], #line),
      (2, 2, 0, [22, 0, most], #line), (2, 2, -1, [22, -1, most], #line),
      (2, 2, .max, [22, .max, most], #line), (2, 65_536, most, [22, most, 65_536], #line),
    ]
    let adapter = try makeQueueAdapter()
    for (ring, fragments, capacity, expected, line) in rows {
      let transmit = violation { () throws(AdapterViolation) in
        _ = try adapter.makeTransmitQueue(
          ringSize: ring, fragmentRingSize: fragments, bufferCapacity: capacity)
      }
      let receive = violation { () throws(AdapterViolation) in
        _ = try adapter.makeReceiveQueue(
          ringSize: ring, fragmentRingSize: fragments, bufferCapacity: capacity)
      }
      XCTAssertEqual(transmit, expected, line: line)
      XCTAssertEqual(receive, expected, line: line)
    }
  }

  func testQueuesAreCounted() throws {
    let adapter = try makeQueueAdapter()
    var queues = [try adapter.makeTransmitQueue(ringSize: 8)]
    queues.append(try adapter.makeTransmitQueue(ringSize: 8))
    XCTAssertEqual(adapter.transmitQueueCount, 2)
    let more = { () throws(AdapterViolation) in _ = try adapter.makeTransmitQueue(ringSize: 8) }
    XCTAssertEqual(violation(more), [-1, 2, 2])
    XCTAssertNil(
      violation { () throws(AdapterViolation) in
        _ = try adapter.makeReceiveQueue(ringSize: 8)
      })
    queues.removeLast()
    XCTAssertEqual(adapter.transmitQueueCount, 1)
    XCTAssertNil(violation(more))
    XCTAssertEqual([adapter.transmitQueueCount, adapter.receiveQueueCount], [1, 0])
  }

  func testDriverCanRefuse() throws {
    let adapter = try makeQueueAdapter(transmit: nil)
    XCTAssertEqual(
      violation { () throws(AdapterViolation) in _ = try adapter.makeTransmitQueue(ringSize: 8) },
      [-1, 0, 0])
    XCTAssertEqual(adapter.transmitQueueCount, 0)
  }

  func testDriversThatAttachBuffersAreRefused() throws {
    var capabilities = ReceiveCapabilities(maximumFrameSize: 1_514)
    capabilities.attachmentMode = .driver
    let adapter = try makeQueueAdapter(receiveCapabilities: capabilities)
    XCTAssertEqual(
      violation { () throws(AdapterViolation) in _ = try adapter.makeReceiveQueue(ringSize: 8) },
      [22, 0, 0])
  }

  func testCapabilitiesShapeTheQueue() throws {
    var transmit = TransmitCapabilities()
    transmit.fragmentRingNumberOfElementsHint = 32
    transmit.fragmentBufferAlignment = 128
    transmit.maximumNumberOfFragments = 3
    transmit.payloadBackfill = 20
    var receive = ReceiveCapabilities(maximumFrameSize: 1_514)
    receive.fragmentBufferAlignment = 64
    receive.fragmentRingNumberOfElementsHint = 16
    let adapter = try makeQueueAdapter(
      transmitCapabilities: transmit, receiveCapabilities: receive)
    let out = try adapter.makeTransmitQueue(ringSize: 8, bufferCapacity: 100)
    XCTAssertEqual([out.handle.ringSize, out.handle.fragmentRingSize], [8, 32])
    XCTAssertEqual(out.handle.bufferCapacity, 128)
    XCTAssertEqual(out.maximumPacketLength, 3 * 128 - 20)
    let into = try adapter.makeReceiveQueue(ringSize: 8)
    XCTAssertEqual([into.handle.ringSize, into.handle.fragmentRingSize], [8, 16])
    XCTAssertEqual(into.handle.bufferCapacity, 1_536)
    XCTAssertEqual(into.handle.extensions, adapter.registeredExtensions)
  }

  func testBackfillMustFit() throws {
    for (backfill, capacity, expected) in [
      (63, 64, nil), (64, 64, [22, 64, 63]), (1_023, 2_048, nil),
      (1_024, 2_048, [22, 1_024, 1_023]), (.max, 2_048, [22, .max, 1_023]),
    ] as [(Int, Int, [Int]?)] {
      var capabilities = TransmitCapabilities()
      capabilities.payloadBackfill = backfill
      let adapter = try makeQueueAdapter(transmitCapabilities: capabilities)
      let actual = violation { () throws(AdapterViolation) in
        _ = try adapter.makeTransmitQueue(ringSize: 8, bufferCapacity: capacity)
      }
      XCTAssertEqual(actual, expected)
    }
  }
}
