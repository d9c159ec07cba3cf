import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// What cannot be saved or restored, and the sentence that says why.
final class StateRefusalTests: XCTestCase {
  private func gso(_ size: Int = 9_000, _ told: @escaping @Sendable (Bool) -> Void = { _ in })
    -> GsoCapabilities
  {
    GsoCapabilities(
      layer3: [.ipv4NoOptions], layer4: [.tcpNoOptions], maximumOffloadSize: size,
      minimumSegmentCount: 2, evtSetGso: { told($1.isLsoIPv4Enabled) })
  }

  private func nic() throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(2), mtu: 1_500)
    try nic.adapter.setGsoCapabilities(gso())
    try nic.start()
    return nic
  }

  private func capabilities(_ gso: GsoCapabilities?) -> DeclaredCapabilities {
    var all = DeclaredCapabilities()
    all.gso = gso
    return all
  }

  private let frame = FrameRecipe(transport: .tcp(), payload: Payload(seed: 1, count: 100)).build()

  /// A driver that keeps all packets.
  private var keeping: PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { _, _ in }, evtCancel: { _, _ in }, evtSetNotificationEnabled: { _, _ in })
  }

  private func check(
    _ expected: String, line: UInt = #line, _ body: () throws -> Void
  ) {
    XCTAssertThrowsError(try body(), line: line) {
      XCTAssertEqual("\($0)", expected, line: line)
    }
  }

  func testADriverWithPackets() throws {
    let nic = try nic()
    let queue = try nic.makeTransmitQueue(ringSize: 8, bufferCapacity: 64, servedBy: keeping)
    XCTAssertNoThrow(try nic.save())
    for _ in 0..<2 { XCTAssertTrue(queue.post(frame)) }
    try queue.advance()
    let sentence =
      "the driver has 2 packets and 6 fragments, which are not the library's to save; advance "
      + "until it has returned them"
    check(sentence) { _ = try nic.save() }
    check(sentence) { _ = try queue.save() }
    XCTAssertThrowsError(try nic.save()) {
      XCTAssertEqual(($0 as? SaveError)?.code, 851)
      XCTAssertEqual(
        $0 as? SaveError, .packetsWithDriver(packets: 2, fragments: 6))
    }
  }

  func testAQueueOfADriverWithoutPackets() throws {
    let nic = try nic()
    let octets = try nic.makeTransmitQueue(ringSize: 8, servedBy: keeping).save()
    XCTAssertNoThrow(try nic.restoreTransmitQueue(octets, servedBy: keeping))
    check("`servedBy` was a driver when the state was saved, and is nil now") {
      _ = try nic.restoreTransmitQueue(octets)
    }
    let emulated = try self.nic().makeTransmitQueue(ringSize: 8).save()
    check("`servedBy` was the emulated hardware when the state was saved, and is a driver now") {
      _ = try nic.restoreTransmitQueue(emulated, servedBy: keeping)
    }
  }

  func testFromInsideOfADelivery() throws {
    let nic = try nic()
    let wire = ImpairedLink(Impairments(), seed: 1, next: NICLink(to: nic))
    var errors: [String] = []
    nic.onReceive = { _, _, _ in
      do { _ = try nic.save() } catch { errors.append("\(error)") }
      do { _ = try wire.save() } catch { errors.append("\(error)") }
    }
    wire.send(frame)
    let sentence = "save() was called from inside of a delivery or a callback; call it afterwards"
    XCTAssertEqual(errors, [sentence, sentence])
    nic.onReceive = nil
    XCTAssertNoThrow(try nic.save())
  }

  func testFromInsideOfASetCallback() throws {
    let errors = Guarded<[String]>([])
    let nic = try VirtualNIC(macAddress: MACAddress(2), mtu: 1_500)
    nonisolated(unsafe) let captured = nic
    try nic.adapter.setGsoCapabilities(
      gso { _ in
        do {
          _ = unsafe try captured.save()
        } catch { errors.withLock { $0.append("\(error)") } }
      })
    try nic.start()
    XCTAssertEqual(
      errors.withLock { $0 },
      ["set callbacks have yet to run for 1 changes of the adapter; save after them"])
  }

  func testCapabilitiesThatDiffer() throws {
    let octets = try nic().save()
    check(
      "`gso.maximumOffloadSize` was 9000 when the state was saved, and is 8000 now"
    ) { _ = try VirtualNIC(restoring: octets, capabilities: capabilities(gso(8_000))) }
    check("`gso` was declared when the state was saved, and is not declared now") {
      _ = try VirtualNIC(restoring: octets)
    }
    var more = capabilities(gso())
    more.gso?.layer4.insert(.udp)
    check("`gso.layer4` was TCP when the state was saved, and is TCP, UDP now") {
      _ = try VirtualNIC(restoring: octets, capabilities: more)
    }
    more = capabilities(gso())
    more.gso?.evtSetGso = nil
    check("pass a callback for `evtSetGso` (failure code 15, parameterCantBeNull; 0, 0)") {
      _ = try VirtualNIC(restoring: octets, capabilities: more)
    }
    let callbacks = DatapathCallbacks(
      evtAdapterCreateTxQueue: { _, _ in nil }, evtAdapterCreateRxQueue: { _, _ in nil })
    check("`datapathCallbacks` was not set when the state was saved, and is given now") {
      _ = try VirtualNIC(
        restoring: octets, capabilities: capabilities(gso()), datapathCallbacks: callbacks)
    }
  }

  func testMemoryIsLimited() throws {
    let nic = try nic()
    let octets = try nic.makeTransmitQueue(ringSize: 256, bufferCapacity: 2_048).save()
    XCTAssertThrowsError(try self.nic().restoreTransmitQueue(octets, memoryLimit: 1 << 16)) {
      guard
        case .state(.outOfRange("octets of all buffers", _, 524_288, 0, 65_536)) =
          $0 as? RestoreError
      else { return XCTFail("\($0)") }
    }
    nic.receiveCoalescing.flowCapacity = 5_000
    XCTAssertThrowsError(
      try VirtualNIC(restoring: nic.save(), capabilities: capabilities(gso()))
    ) {
      guard case .state(.outOfRange("flowCapacity", _, 5_000, .min, 4_092)) = $0 as? RestoreError
      else { return XCTFail("\($0)") }
    }
  }

  func testAnotherKindAndANewerVersion() throws {
    let link = QueueLink().save()
    check("the state at octet 4 is of kind \"queue link\", not \"NIC\"") {
      _ = try VirtualNIC(restoring: link)
    }
    var newer = link
    newer[6] = 2
    check("the state of the queue link has version 2; this release reads 1...1") {
      _ = try QueueLink(restoring: newer)
    }
  }

  func testAQueueNumberThatIsTaken() throws {
    let nic = try nic()
    let queue = try nic.makeTransmitQueue(ringSize: 8)
    let octets = try queue.save()
    check(
      "the adapter cannot have a transmit queue with number 0: it has one already (documented; no "
        + "failure code)"
    ) { _ = try nic.restoreTransmitQueue(octets) }
    withExtendedLifetime(queue) {}
  }

  /// A driver has forgotten what it was told: a started adapter tells it once, a stopped one not.
  func testSetCallbacksRunOnceAfterARestore() throws {
    let told = Guarded<[Bool]>([])
    let told1 = capabilities(gso { isEnabled in told.withLock { $0.append(isEnabled) } })
    let nic = try nic()
    _ = try VirtualNIC(restoring: nic.save(), capabilities: told1)
    XCTAssertEqual(told.withLock { $0 }, [true])
    try nic.adapter.pauseOffloadCapabilities()
    let paused = try VirtualNIC(restoring: nic.save(), capabilities: told1)
    XCTAssertEqual(told.withLock { $0 }, [true, false])
    XCTAssertEqual(paused.adapter.state, .paused)
    try paused.adapter.resumeOffloadCapabilities()
    XCTAssertEqual(told.withLock { $0 }, [true, false, true])
    try nic.stop()
    let stopped = try VirtualNIC(restoring: nic.save(), capabilities: told1)
    XCTAssertEqual(told.withLock { $0 }.count, 3)
    try stopped.start()
    XCTAssertEqual(told.withLock { $0 }.count, 4)
  }

  func testErrorsHaveCodes() {
    XCTAssertEqual(SaveError.insideDelivery(call: "").code, 852)
    XCTAssertEqual(SaveError.wrongQueueState(.broken).code, 854)
    XCTAssertEqual(RestoreError.differs("", saved: "", given: "").code, 861)
    XCTAssertEqual(RestoreError.state(.trailing(offset: 1, count: 2)).code, 805)
  }
}
