import NetAdapterCore
import XCTest

/// Behaviour 36: the UDP checksum, switched for one direction at a time, by keyword and by request.
///
/// The callbacks, the driver and the stack see the change; no other offload changes.
final class ChecksumToggleTests: XCTestCase {
  private typealias Code = OffloadParameters.Checksum

  /// An adapter with every offload, and the log of its callbacks.
  private func started(
    _ world: World, _ keywords: [Keyword: KeywordStore.Value] = [:]
  ) throws -> (NetAdapter, CallLog) {
    let log = CallLog()
    // 21H2 offers checksums only if one of their keywords is present.
    let given = segmentationKeywords.merging([.ipChecksumOffloadIPv4: .string("3")]) { $1 }
    let adapter = try world.makeAdapter(keywords: given.merging(keywords) { $1 })
    try declareAll(adapter, log)
    try adapter.start()
    return (adapter, log)
  }

  /// The two directions of UDP.
  private func udp(_ offloads: ActiveOffloads) -> [Bool] {
    [offloads.isTxChecksumUdpEnabled, offloads.isRxChecksumUdpEnabled]
  }

  /// Everything but the two directions of UDP.
  private func others(_ offloads: ActiveOffloads) -> Set<String> {
    names(offloads).subtracting(["txUDP", "rxUDP", "udp4", "udp6"])
  }

  private let inOrder = ["tx", "rx", "gso", "rsc"]

  func testBehaviour36RequestsOneAtATime() throws {
    // The steps start with everything on; "no change" keeps the result of the step before.
    let steps: [(Code, tx: Bool, rx: Bool)] = [
      (.noChange, true, true), (.rxEnabled, false, true), (.noChange, false, true),
      (.enabled, true, true), (.txEnabled, true, false), (.noChange, true, false),
      (.disabled, false, false), (.noChange, false, false), (.txEnabled, true, false),
      (.rxEnabled, false, true), (.disabled, false, false), (.enabled, true, true),
    ]
    for world in World.all {
      let (adapter, log) = try started(world)
      let before = others(adapter.activeOffloads)
      XCTAssertTrue(before.isSuperset(of: ["txTCP", "rxTCP", "txIP", "rxIP", "uso4", "uso6"]))
      for (number, step) in steps.enumerated() {
        log.clear()
        var request = OffloadParameters()
        (request.udpIPv4Checksum, request.udpIPv6Checksum) = (step.0, step.0)
        try adapter.setOffloadParameters(request)
        let name = "\(world), step \(number): \(step.0)"
        XCTAssertEqual(log.names, inOrder, name)
        for entry in log.all { XCTAssertEqual(udp(entry.offloads), [step.tx, step.rx], name) }
        XCTAssertEqual(udp(adapter.activeOffloads), [step.tx, step.rx], name)
        XCTAssertEqual(udp(adapter.stackOffloads), [step.tx, step.rx], name)
        XCTAssertEqual(others(adapter.activeOffloads), before, name)
        // What is offered does not depend on what is switched on.
        XCTAssertEqual(udp(adapter.offeredOffloads), [true, true], name)
      }
    }
  }

  /// IPv4 and IPv6 switched separately: a query is true if it is true for either.
  func testBehaviour36BothVersionsOfIP() throws {
    func directions(_ code: Code) -> (tx: Bool, rx: Bool) {
      switch code {
      case .noChange, .enabled: (true, true)
      case .disabled: (false, false)
      case .txEnabled: (true, false)
      case .rxEnabled: (false, true)
      }
    }
    for world in World.all {
      for code4 in Code.allCases {
        for code6 in Code.allCases {
          let (adapter, _) = try started(world)
          var request = OffloadParameters()
          (request.udpIPv4Checksum, request.udpIPv6Checksum) = (code4, code6)
          try adapter.setOffloadParameters(request)
          let (v4, v6) = (directions(code4), directions(code6))
          let name = "\(world): \(code4), \(code6)"
          let flags = adapter.activeOffloads.txChecksum.udp.layer3
          let apart: Layer3Flags = [v4.tx ? .ipv4 : [], v6.tx ? .ipv6 : []]
          XCTAssertEqual(flags, apart, name)
          guard world.is21H2 else {
            XCTAssertEqual(udp(adapter.activeOffloads), [v4.tx || v6.tx, v4.rx || v6.rx], name)
            continue
          }
          // The framework joins the codes by "or": 1 (disabled) and 2 (sending) give 3 (receiving).
          // Beyond 4 nothing changes. Receiving goes by the last code.
          let joined = Code(rawValue: code4.rawValue | code6.rawValue)
          let tx = joined.map { directions($0).tx } ?? true
          let rx = code6 != .noChange ? v6.rx : v4.rx
          XCTAssertEqual(udp(adapter.activeOffloads), [tx, rx], name)
        }
      }
    }
  }

  func testBehaviour36KeywordsOneAtATime() throws {
    let rows: [(KeywordStore.Value?, tx: Bool, rx: Bool)] = [
      (nil, true, true), (.string("0"), false, false), (.string("1"), true, false),
      (.string("2"), false, true), (.string("3"), true, true), (.integer(2), false, true),
    ]
    for world in World.all {
      let (adapter, log) = try started(world)
      let before = others(adapter.activeOffloads)
      for (value, tx, rx) in rows {
        let name = "\(world), \(String(describing: value))"
        let old = udp(adapter.activeOffloads)
        log.clear()
        adapter.setKeyword(.udpChecksumOffloadIPv4, to: value)
        adapter.setKeyword(.udpChecksumOffloadIPv6, to: value)
        XCTAssertEqual(log.names, [], "a keyword alone calls nothing: \(name)")
        XCTAssertEqual(udp(adapter.activeOffloads), old, name)
        try adapter.stop()
        XCTAssertEqual(udp(adapter.stackOffloads), [false, false], "stopped: \(name)")
        try adapter.start()
        XCTAssertEqual(log.names, inOrder, name)
        for entry in log.all { XCTAssertEqual(udp(entry.offloads), [tx, rx], name) }
        XCTAssertEqual(udp(adapter.activeOffloads), [tx, rx], name)
        XCTAssertEqual(udp(adapter.stackOffloads), [tx, rx], name)
        XCTAssertEqual(others(adapter.activeOffloads), before, name)
      }
    }
  }

  /// A request that does not write its keyword cannot enable what that disables.
  func testBehaviour36AKeywordIsStrongerThanARequest() throws {
    for world in World.all {
      for (value, codes) in [("0", [Code.txEnabled, .rxEnabled, .enabled]), ("1", [.rxEnabled])] {
        for code in codes {
          let keyword = KeywordStore.Value.string(value)
          let (adapter, log) = try started(
            world, [.udpChecksumOffloadIPv4: keyword, .udpChecksumOffloadIPv6: keyword])
          log.clear()
          var request = OffloadParameters()
          (request.udpIPv4Checksum, request.udpIPv6Checksum) = (code, code)
          request.skipsRegistryUpdate = true
          let parameters = request
          let error = adapterError { () throws(AdapterError) in
            try adapter.setOffloadParameters(parameters)
          }
          let name = "\(world): keyword \(value), \(code)"
          guard case .refused(let refusal)? = error else { return XCTFail(name) }
          XCTAssertEqual(refusal.members, [.udpIPv4Checksum, .udpIPv6Checksum], name)
          XCTAssertEqual(log.names, [], name)
          XCTAssertEqual(udp(adapter.activeOffloads), [value == "1", false], name)
        }
      }
    }
  }
}
