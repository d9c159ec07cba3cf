import NetAdapterCore
import Synchronization
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// What a driver is told, and when: declare, start, request, pause and resume.
final class HandshakeTests: XCTestCase {
  private let told = OffloadRecorder()

  private func nic(keywords: KeywordStore = KeywordStore()) throws -> VirtualNIC {
    let nic = try VirtualNIC(
      macAddress: MACAddress(0x02_00_00_00_00_01), mtu: 1_500, keywords: keywords)
    try ToyDriver.declare(to: nic.adapter, telling: told)
    return nic
  }

  /// What set callbacks were told since the last time, in order.
  private func takeNotes() -> [String] {
    told.takeChanges().map { change in
      switch change.callback {
      case .gso: "gso: \(change.offloads.isLsoIPv4Enabled ? "on" : "off")"
      case .txChecksum: "tx checksum: \(change.offloads.isTxChecksumTcpEnabled ? "on" : "off")"
      case .rxChecksum: "rx checksum: \(change.offloads.isRxChecksumTcpEnabled ? "on" : "off")"
      case .rsc: "rsc"
      }
    }
  }

  /// Declarations call no callback; the start calls every set callback once.
  func testTheDriverIsToldAtStart() throws {
    let nic = try nic()
    XCTAssertEqual(takeNotes(), [])
    try nic.start()
    XCTAssertEqual(takeNotes(), ["tx checksum: on", "rx checksum: on", "gso: on"])
    try nic.stop()
    XCTAssertEqual(takeNotes(), [])
    try nic.start()
    XCTAssertEqual(takeNotes(), ["tx checksum: on", "rx checksum: on", "gso: on"])
  }

  /// Afterwards it is too late to declare anything, and the error says what to do.
  func testDeclaringAfterStartIsRefused() throws {
    let nic = try nic()
    try nic.start()
    do {
      try ToyDriver.declare(to: nic.adapter, telling: told)
      XCTFail("declared after start")
    } catch let violation as AdapterViolation {
      XCTAssertEqual(violation.failureCode, .adapterAlreadyStarted)
      XCTAssertTrue("\(violation)".contains("call stop() first"), "\(violation)")
    }
  }

  /// Keywords are the administrator's word: the driver is told at the next start.
  func testAKeywordSwitchesOff() throws {
    var keywords = KeywordStore()
    keywords[.lsoV2IPv4] = .string("0")
    let nic = try nic(keywords: keywords)
    try nic.start()
    XCTAssertEqual(takeNotes(), ["tx checksum: on", "rx checksum: on", "gso: off"])
    // A new value has effect from the next start on, not before.
    nic.adapter.setKeyword(.lsoV2IPv4, to: .string("1"))
    XCTAssertFalse(nic.adapter.activeOffloads.isLsoIPv4Enabled)
    try nic.stop()
    try nic.start()
    XCTAssertEqual(takeNotes(), ["tx checksum: on", "rx checksum: on", "gso: on"])
  }

  /// A protocol asks for less, and later for more; each time all callbacks run.
  func testARequestSwitchesOffAndOn() throws {
    let nic = try nic()
    try nic.start()
    _ = takeNotes()
    // To a driver the two versions of LSO over IPv4 are one switch: both have to go.
    var request = OffloadParameters()
    (request.lsoV1, request.lsoV2IPv4) = (.disabled, .disabled)
    try nic.adapter.setOffloadParameters(request)
    XCTAssertEqual(takeNotes(), ["tx checksum: on", "rx checksum: on", "gso: off"])
    // The request was written into the keywords of both. One of them at 0 still disables LSO over
    // IPv4, so that it needs both again. And a checksum has two directions with a switch each.
    XCTAssertEqual(nic.adapter.keywords[.lsoV1IPv4], .string("0"))
    request = OffloadParameters()
    (request.lsoV1, request.lsoV2IPv4) = (.enabled, .enabled)
    request.tcpIPv4Checksum = .rxEnabled
    try nic.adapter.setOffloadParameters(request)
    XCTAssertEqual(takeNotes(), ["tx checksum: off", "rx checksum: on", "gso: on"])
  }

  /// A driver that reconfigures its hardware has everything switched off for a while.
  func testPauseAndResume() throws {
    let nic = try nic()
    try nic.start()
    _ = takeNotes()
    try nic.adapter.pauseOffloadCapabilities()
    XCTAssertEqual(takeNotes(), ["tx checksum: off", "rx checksum: off", "gso: off"])
    XCTAssertFalse(nic.adapter.stackOffloads.isLsoIPv4Enabled)
    try nic.adapter.resumeOffloadCapabilities()
    XCTAssertEqual(takeNotes(), ["tx checksum: on", "rx checksum: on", "gso: on"])
    XCTAssertTrue(nic.adapter.stackOffloads.isLsoIPv4Enabled)
  }

  /// Queues come after the start, and go in an order of their own: cancel, then stop.
  func testTheLifeOfAQueue() throws {
    let (nic, driver) = (try nic(), ToyDriver(wire: QueueLink()))
    XCTAssertThrowsError(try nic.makeTransmitQueue(servedBy: driver.transmitCallbacks)) {
      XCTAssertEqual(($0 as? AdapterViolation)?.failureCode, .adapterNotStarted)
    }
    try nic.start()
    let transmit = try nic.makeTransmitQueue(ringSize: 16, servedBy: driver.transmitCallbacks)
    let receive = try nic.makeReceiveQueue(ringSize: 32, servedBy: driver.receiveCallbacks)
    XCTAssertEqual(driver.takeNotes(), ["transmit: gso on", "start transmit", "start receive"])
    XCTAssertTrue(driver.receiveHardware.active.tcp)
    // A queue tells its driver of changes with the next advance, on the thread of the queue.
    try nic.adapter.pauseOffloadCapabilities()
    XCTAssertEqual(driver.takeNotes(), [])
    try transmit.advance()
    try transmit.advance()
    XCTAssertEqual(driver.takeNotes(), ["transmit: gso off"])
    // A stopped adapter: the next advance winds the queues up, and a new start takes them on again.
    try nic.stop()
    try transmit.advance()
    try receive.advance { _ in XCTFail("nothing was received") }
    XCTAssertEqual(
      driver.takeNotes(), ["cancel transmit", "stop transmit", "cancel receive", "stop receive"])
    try nic.start()
    try transmit.advance()
    XCTAssertEqual(driver.takeNotes(), ["transmit: gso on", "start transmit"])
  }

  /// A driver can also register what makes its queues, on whichever thread they are made.
  func testTheAdapterAsksForQueues() throws {
    let nic = try nic()
    let made = Mutex<[String]>([])
    try nic.adapter.setDatapathCallbacks(
      DatapathCallbacks(
        evtAdapterCreateTxQueue: { _, queue in
          made.withLock { $0.append("transmit queue of \(queue.ringSize) packets") }
          // A driver for this queue alone, so it needs no lock.
          return ToyDriver(wire: QueueLink()).transmitCallbacks
        },
        evtAdapterCreateRxQueue: { _, queue in
          made.withLock { $0.append("receive queue of \(queue.ringSize) packets") }
          return ToyDriver(wire: QueueLink()).receiveCallbacks
        }))
    try nic.start()
    let transmit = try nic.makeTransmitQueue(ringSize: 16)
    _ = try nic.makeReceiveQueue(ringSize: 32)
    XCTAssertTrue(transmit.post([UInt8](repeating: 0, count: 60), tag: 3))
    try transmit.advance()
    try transmit.advance()
    XCTAssertEqual(transmit.takeCompleted()?.tag, 3)
    XCTAssertEqual(
      made.withLock { $0 }, ["transmit queue of 16 packets", "receive queue of 32 packets"])
  }
}
