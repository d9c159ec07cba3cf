import NetAdapterCore
import VirtualNIC
import WireFormats
import XCTest

/// What a driver is told, and when: declare, start, request, pause and resume.
final class HandshakeTests: XCTestCase {
  private let driver = ToyDriver(wire: QueueLink())

  private func nic(keywords: KeywordStore = KeywordStore()) throws -> VirtualNIC {
    let nic = try VirtualNIC(
      macAddress: MACAddress(0x02_00_00_00_00_01), mtu: 1_500, keywords: keywords)
    try driver.add(to: nic.adapter)
    return nic
  }

  /// Declarations call no callback; the start calls every set callback once.
  func testTheDriverIsToldAtStart() throws {
    let nic = try nic()
    XCTAssertEqual(driver.takeNotes(), [])
    try nic.start()
    XCTAssertEqual(driver.takeNotes(), ["tx checksum: on", "rx checksum: on", "gso: on"])
    try nic.stop()
    XCTAssertEqual(driver.takeNotes(), [])
    try nic.start()
    XCTAssertEqual(driver.takeNotes(), ["tx checksum: on", "rx checksum: on", "gso: on"])
  }

  /// Afterwards it is too late to declare anything, and the error says what to do.
  func testDeclaringAfterStartIsRefused() throws {
    let nic = try nic()
    try nic.start()
    do {
      try driver.add(to: nic.adapter)
      XCTFail("declared after start")
    } catch let violation as AdapterViolation {
      XCTAssertEqual(violation.code, .adapterAlreadyStarted)
      XCTAssertTrue("\(violation)".contains("call stop() first"), "\(violation)")
    }
  }

  /// Keywords are the administrator's word: the driver is told at the next start.
  func testAKeywordSwitchesOff() throws {
    var keywords = KeywordStore()
    keywords[.lsoV2IPv4] = .string("0")
    let nic = try nic(keywords: keywords)
    try nic.start()
    XCTAssertEqual(driver.takeNotes(), ["tx checksum: on", "rx checksum: on", "gso: off"])
    // A new value has effect from the next start on, not before.
    nic.adapter.setKeyword(.lsoV2IPv4, to: .string("1"))
    XCTAssertFalse(nic.adapter.activeOffloads.isLsoIPv4Enabled)
    try nic.stop()
    try nic.start()
    XCTAssertEqual(driver.takeNotes(), ["tx checksum: on", "rx checksum: on", "gso: on"])
  }

  /// A protocol asks for less, and later for more; each time all callbacks run.
  func testARequestSwitchesOffAndOn() throws {
    let nic = try nic()
    try nic.start()
    _ = driver.takeNotes()
    // To a driver the two versions of LSO over IPv4 are one switch: both have to go.
    var request = OffloadParameters()
    (request.lsoV1, request.lsoV2IPv4) = (.disabled, .disabled)
    try nic.adapter.setOffloadParameters(request)
    XCTAssertEqual(driver.takeNotes(), ["tx checksum: on", "rx checksum: on", "gso: off"])
    // Either brings it back. And a checksum has two directions with a switch each.
    request = OffloadParameters()
    request.lsoV2IPv4 = .enabled
    request.tcpIPv4Checksum = .rxEnabled
    try nic.adapter.setOffloadParameters(request)
    XCTAssertEqual(driver.takeNotes(), ["tx checksum: off", "rx checksum: on", "gso: on"])
  }

  /// A driver that reconfigures its hardware has everything switched off for a while.
  func testPauseAndResume() throws {
    let nic = try nic()
    try nic.start()
    _ = driver.takeNotes()
    try nic.adapter.pauseOffloadCapabilities()
    XCTAssertEqual(driver.takeNotes(), ["tx checksum: off", "rx checksum: off", "gso: off"])
    XCTAssertFalse(nic.adapter.stackOffloads.isLsoIPv4Enabled)
    try nic.adapter.resumeOffloadCapabilities()
    XCTAssertEqual(driver.takeNotes(), ["tx checksum: on", "rx checksum: on", "gso: on"])
    XCTAssertTrue(nic.adapter.stackOffloads.isLsoIPv4Enabled)
  }

  /// Queues come after the start, and go in an order of their own: cancel, then stop.
  func testTheLifeOfAQueue() throws {
    let nic = try nic()
    XCTAssertThrowsError(try nic.makeTransmitQueue()) {
      XCTAssertEqual(($0 as? AdapterViolation)?.code, .adapterNotStarted)
    }
    try nic.start()
    _ = driver.takeNotes()
    let transmit = try nic.makeTransmitQueue(ringSize: 16)
    let receive = try nic.makeReceiveQueue(ringSize: 32)
    XCTAssertEqual(
      driver.takeNotes(),
      [
        "create transmit queue of 16 packets", "start transmit",
        "create receive queue of 32 packets", "start receive",
      ])
    // A stopped adapter: the next advance winds the queues up, and a new start takes them on again.
    try nic.stop()
    try transmit.advance()
    try receive.advance { _ in XCTFail("nothing was received") }
    XCTAssertEqual(
      driver.takeNotes(), ["cancel transmit", "stop transmit", "cancel receive", "stop receive"])
    try nic.start()
    _ = driver.takeNotes()
    try transmit.advance()
    XCTAssertEqual(driver.takeNotes(), ["start transmit"])
  }
}
