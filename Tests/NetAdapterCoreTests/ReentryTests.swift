import Foundation
import NetAdapterCore
import XCTest

/// Callbacks that call their adapter, and threads that call it at the same time.
final class ReentryTests: XCTestCase {
  /// Nested calls take effect at once; their callbacks run after those that are running.
  func testNestedRequestRunsAfterTheRoundUnderWay() throws {
    let log = CallLog()
    let depth = Guarded((now: 0, most: 0))
    let once = Guarded(true)
    let adapter = try makeAdapter()
    try declareAll(adapter, log)
    try adapter.setGsoCapabilities(
      makeGso { adapter, offload in
        depth.withLock {
          $0.now += 1
          $0.most = max($0.most, $0.now)
        }
        log.add("gso " + segmentation(offload.offloads), offload.offloads)
        if once.withLock({ first in
          defer { first = false }; return first
        }) {
          var parameters = OffloadParameters()
          parameters.usoIPv6 = .disabled
          let request = parameters
          let error = adapterError { () throws(AdapterError) in
            try adapter.setOffloadParameters(request)
          }
          XCTAssertNil(error)
          XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4 lso6 uso4", "decided at once")
        }
        depth.withLock { $0.now -= 1 }
      })
    try adapter.start()
    XCTAssertEqual(
      log.names,
      ["tx", "rx", "gso lso4 lso6 uso4 uso6", "rsc", "tx", "rx", "gso lso4 lso6 uso4", "rsc"])
    XCTAssertEqual(depth.withLock { $0.most }, 1)
  }

  func testNestedLifeCycle() throws {
    let log = CallLog()
    let step = Guarded(0)
    let adapter = try makeAdapter()
    try declareAll(adapter, log)
    let errors = Guarded<[String]>([])
    try adapter.setGsoCapabilities(
      makeGso { adapter, offload in
        log.add("gso", offload.offloads)
        let now = step.withLock { step in
          defer { step += 1 }; return step
        }
        do {
          switch now {
          case 0: try adapter.stop()
          case 1: try adapter.pauseOffloadCapabilities()
          case 2: try adapter.resumeOffloadCapabilities()
          case 3:
            try adapter.stop()
            try adapter.start()
          case 4: try adapter.start()
          default: break
          }
        } catch { errors.withLock { $0.append("\(error)") } }
      })
    try adapter.start()
    XCTAssertEqual(adapter.state, .stopped)
    XCTAssertEqual(log.names, ["tx", "rx", "gso", "rsc"])
    try adapter.start()
    // Start, pause, resume, start again: four rounds of four.
    XCTAssertEqual(log.names.count, 4 + 4 * 4)
    XCTAssertEqual(log.names, (0..<5).flatMap { _ in ["tx", "rx", "gso", "rsc"] })
    XCTAssertEqual(adapter.state, .started)
    XCTAssertEqual(
      errors.withLock { $0 },
      ["start() does not fit an adapter that is started; call stop() first"])
    XCTAssertEqual(segmentation(adapter.stackOffloads), "lso4 lso6 uso4 uso6")
  }

  /// A replaced declaration may call the adapter when it is deinitialised.
  func testWhatIsReplacedGoesOutsideOfTheLock() throws {
    let adapter = try makeAdapter()
    let farewells = Guarded<[NetAdapter.State]>([])
    func parting() -> EvtAdapterSetOffload {
      let guest = Parting { farewells.withLock { $0.append(adapter.state) } }
      return { _, _ in guest.stay() }
    }
    func makers() -> DatapathCallbacks {
      let guest = Parting { farewells.withLock { $0.append(adapter.state) } }
      return DatapathCallbacks(
        evtAdapterCreateTxQueue: { _, _ in
          guest.stay()
          return nil
        }, evtAdapterCreateRxQueue: { _, _ in nil })
    }
    for count in [0, 5] {
      try adapter.setGsoCapabilities(makeGso(evtSetGso: parting()))
      var checksum = TxChecksumCapabilities(layer3: .all, evtSetTxChecksum: parting())
      checksum.layer4 = .all
      try adapter.setTxChecksumCapabilities(checksum)
      try adapter.setRxChecksumCapabilities(RxChecksumCapabilities(evtSetRxChecksum: parting()))
      try adapter.setRscCapabilities(
        RscCapabilities(layer3: .ipv4NoOptions, layer4: .tcpNoOptions, evtSetRsc: parting()))
      try adapter.setDatapathCallbacks(makers())
      XCTAssertEqual(farewells.withLock { $0.count }, count)
      try adapter.start()
      try adapter.stop()
    }
    XCTAssertEqual(farewells.withLock { $0 }, Array(repeating: .stopped, count: 5))
  }

  /// Callbacks never overlap, come in whole rounds, and none is lost or added.
  func testThreadsMeet() throws {
    let log = CallLog()
    let inside = Guarded((now: 0, most: 0))
    let accepted = Guarded(0)
    let adapter = try makeAdapter()
    try declareAll(adapter, log)
    try adapter.setGsoCapabilities(
      makeGso { adapter, offload in
        inside.withLock {
          $0.now += 1
          $0.most = max($0.most, $0.now)
        }
        log.add("gso", offload.offloads)
        _ = adapter.activeOffloads
        inside.withLock { $0.now -= 1 }
      })
    let rounds = 300
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      for round in 0..<rounds {
        var parameters = OffloadParameters()
        parameters.usoIPv6 = round % 2 == 0 ? .disabled : .enabled
        do {
          switch (thread + round) % 6 {
          case 0: try adapter.start()
          case 1: try adapter.pauseOffloadCapabilities()
          case 2: try adapter.resumeOffloadCapabilities()
          case 3: try adapter.setOffloadParameters(parameters)
          case 4:
            try adapter.stop()
            accepted.withLock { $0 -= 1 }
          default:
            adapter.setKeyword(.lsoV2IPv6, to: round % 4 < 2 ? .string("0") : nil)
            try adapter.setLinkState(.connected(linkSpeed: UInt64(round)))
            accepted.withLock { $0 -= 1 }
          }
          accepted.withLock { $0 += 1 }
        } catch {
          XCTAssertFalse("\(error)".isEmpty)
        }
      }
    }
    XCTAssertEqual(inside.withLock { $0.most }, 1)
    let names = log.names
    let expected = accepted.withLock { $0 }
    XCTAssertGreaterThan(expected, 0)
    XCTAssertEqual(names.count, expected * 4)
    XCTAssertEqual(names, (0..<expected).flatMap { _ in ["tx", "rx", "gso", "rsc"] })
    // The stack was told of the last decision.
    if adapter.state == .started {
      XCTAssertEqual(log.all.last?.offloads, adapter.activeOffloads)
    }
  }
}

/// Runs a closure when it is deinitialised.
private final class Parting: Sendable {
  private let farewell: @Sendable () -> Void
  init(_ farewell: @escaping @Sendable () -> Void) { self.farewell = farewell }
  deinit { farewell() }
  func stay() {}
}
