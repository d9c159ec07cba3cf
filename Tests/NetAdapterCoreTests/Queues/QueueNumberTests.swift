import NetAdapterCore
import WireFormats
import XCTest

/// Sizes and counts of queues, at the ends of their ranges and beyond.
final class QueueNumberTests: XCTestCase {
  private let extremes = [Int.min, -1, 0, .max, .max - 1, 1 << 62, 1 << 40]

  func testSizesOfRingsAndBuffers() throws {
    let adapter = try makeQueueAdapter()
    func refuse(_ number: Int, _ make: () throws -> Void) {
      XCTAssertThrowsError(try make(), "\(number)") { error in
        XCTAssertTrue(error is AdapterViolation && "\(error)".contains("\(number)"), "\(error)")
      }
    }
    for number in extremes {
      refuse(number) { _ = try adapter.makeTransmitQueue(ringSize: number) }
      refuse(number) { _ = try adapter.makeTransmitQueue(ringSize: 2, fragmentRingSize: number) }
      refuse(number) { _ = try adapter.makeTransmitQueue(ringSize: 2, bufferCapacity: number) }
      refuse(number) { _ = try adapter.makeReceiveQueue(ringSize: number) }
      refuse(number) { _ = try adapter.makeReceiveQueue(ringSize: 2, fragmentRingSize: number) }
      refuse(number) { _ = try adapter.makeReceiveQueue(ringSize: 2, bufferCapacity: number) }
    }
    XCTAssertEqual(adapter.transmitQueueCount + adapter.receiveQueueCount, 0)
  }

  /// Numbers in declared capabilities meet the queue that is made.
  func testDeclaredNumbers() throws {
    for number in extremes {
      let changes: [(inout TransmitCapabilities) -> Void] = [
        { $0.payloadBackfill = number }, { $0.maximumNumberOfFragments = number },
        { $0.fragmentBufferAlignment = number },
        { $0.fragmentRingNumberOfElementsHint = number },
        { $0.maximumNumberOfQueues = number },
      ]
      for change in changes {
        var transmit = TransmitCapabilities()
        change(&transmit)
        var receive = ReceiveCapabilities(maximumFrameSize: 1_514)
        receive.fragmentBufferAlignment = transmit.fragmentBufferAlignment
        receive.fragmentRingNumberOfElementsHint = transmit.fragmentRingNumberOfElementsHint
        receive.maximumNumberOfQueues = transmit.maximumNumberOfQueues
        do {
          let adapter = try makeQueueAdapter(
            transmitCapabilities: transmit, receiveCapabilities: receive)
          let queue = try adapter.makeTransmitQueue(ringSize: 2, bufferCapacity: 64)
          XCTAssertGreaterThan(queue.maximumPacketLength, 0)
          _ = try adapter.makeReceiveQueue(ringSize: 2)
        } catch {
          XCTAssertTrue(error is AdapterViolation, "\(error)")
        }
      }
      do {
        let adapter = try makeQueueAdapter(
          receiveCapabilities: ReceiveCapabilities(maximumFrameSize: number))
        _ = try adapter.makeReceiveQueue(ringSize: 2)
        XCTFail("a frame size of \(number) is accepted")
      } catch {
        XCTAssertTrue(error is AdapterViolation, "\(error)")
      }
    }
  }

  func testAnAlignmentThatNoBufferHas() throws {
    var transmit = TransmitCapabilities()
    transmit.fragmentBufferAlignment = 1 << 40
    let adapter = try makeQueueAdapter(transmitCapabilities: transmit)
    do throws(AdapterViolation) {
      _ = try adapter.makeTransmitQueue(ringSize: 2)
      XCTFail("made")
    } catch {
      XCTAssertEqual(
        error.reason, "`bufferAlignment` is 1099511627776 octets; it must be in 1...67108863")
    }
  }

  func testCountsOfCalls() throws {
    let adapter = try makeQueueAdapter()
    let receive = try adapter.makeReceiveQueue(ringSize: 8, bufferCapacity: 64)
    func refuse(_ number: Int, _ call: () throws -> Void) {
      XCTAssertThrowsError(try call()) { error in
        XCTAssertEqual(
          "\(error)",
          "replenish() was asked for \(number) elements; a number of elements is at least 0")
      }
    }
    for number in [-1, Int.min] {
      refuse(number) { try receive.replenish(packets: number) }
      refuse(number) { try receive.replenish(fragments: number) }
    }
    XCTAssertEqual(receive.outstandingPacketCount, 0)
    let posted = try receive.replenish(packets: 0, fragments: .max)
    XCTAssertEqual(posted.packets, 0)
    XCTAssertEqual(posted.fragments, 7)
    let transmit = try adapter.makeTransmitQueue(ringSize: 8, bufferCapacity: 64)
    XCTAssertEqual(
      extremes.map(transmit.fragmentCount(forOctets:)),
      [0, 0, 0] + [Int](repeating: .max, count: 4))
    for number in extremes {
      do throws(QueueError) {
        try transmit.post(byteCount: number) { _, _ in XCTFail("called") }
        XCTFail("\(number) is accepted")
      } catch {
        XCTAssertEqual(
          error, number > 0 ? .oversize(octets: number, limit: 7 * 64) : .empty)
      }
    }
    for tag in extremes { try transmit.postIgnored(tag: tag) }
    try transmit.advance()
    XCTAssertEqual(extremes.map { _ in transmit.takeCompleted()?.tag }, extremes)
  }
}
