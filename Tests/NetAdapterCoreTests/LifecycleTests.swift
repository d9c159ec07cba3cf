import NetAdapterCore
import WireFormats
import XCTest

/// States, callbacks and their order.
///
/// Numbers in names are those of the list of behaviours.
final class LifecycleTests: XCTestCase {
  private let inOrder = ["tx", "rx", "gso", "rsc"]

  func testBehaviour5StartedIsCheckedLast() throws {
    for world in World.all {
      let adapter = try world.makeAdapter()
      try adapter.start()
      var gso = makeGso()
      gso.maximumOffloadSize = 0
      let wrong = gso
      XCTAssertEqual(
        violation { () throws(AdapterViolation) in try adapter.setGsoCapabilities(wrong) },
        [42, 0, 1])
      XCTAssertEqual(
        violation { () throws(AdapterViolation) in try adapter.setGsoCapabilities(makeGso()) },
        [3, 0, 0])
      try adapter.pauseOffloadCapabilities()
      XCTAssertEqual(
        violation { () throws(AdapterViolation) in
          try adapter.setIeee8021QTagCapabilities(.init(flags: .vlanTagging))
        }, [3, 0, 0])
      try adapter.stop()
      try adapter.setGsoCapabilities(makeGso())
    }
  }

  func testBehaviour6LastDeclarationHoldsThroughStopAndStart() throws {
    for world in World.all {
      let (first, second) = (CallLog(), CallLog())
      let adapter = try world.makeAdapter(keywords: [.lsoV2IPv4: .string("1")])
      try adapter.setGsoCapabilities(makeGso(evtSetGso: first.callback("gso")))
      var gso = makeGso(.ipv4NoOptions, .tcpNoOptions, evtSetGso: second.callback("gso"))
      gso.maximumOffloadSize = 5_000
      try adapter.setGsoCapabilities(gso)
      XCTAssertEqual(second.names, [])
      try adapter.start()
      try adapter.stop()
      try adapter.start()
      XCTAssertEqual(first.names, [])
      XCTAssertEqual(second.names, ["gso", "gso"])
      XCTAssertEqual(second.all.last?.offloads.lso.maximumOffloadSize, 5_000)
    }
  }

  func testBehaviour8OneRoundPerStartInOrder() throws {
    for world in World.all {
      let log = CallLog()
      let adapter = try world.makeAdapter()
      try declareAll(adapter, log)
      XCTAssertEqual(log.names, [])
      try adapter.start()
      XCTAssertEqual(log.names, inOrder)
      try adapter.stop()
      XCTAssertEqual(log.names, inOrder)
      try adapter.start()
      XCTAssertEqual(log.names, inOrder + inOrder)
    }
  }

  func testBehaviour9EveryAcceptedRequestCallsAndNoRefusedOne() throws {
    for world in World.all {
      let log = CallLog()
      let adapter = try world.makeAdapter(
        keywords: [
          .lsoV1IPv4: .string("0"), .lsoV2IPv4: .string("0"), .usoIPv4: .string("1"),
        ])
      try declareAll(adapter, log)
      try adapter.start()
      log.clear()
      var request = OffloadParameters()
      request.lsoV2IPv6 = .disabled
      try adapter.setOffloadParameters(request)
      try adapter.setOffloadParameters(request)
      XCTAssertEqual(log.names, inOrder + inOrder)
      let before = adapter.activeOffloads
      let keywords = adapter.keywords
      request.lsoV2IPv4 = .enabled
      request.usoIPv4 = .disabled
      let refused = request
      let error = adapterError { () throws(AdapterError) in
        try adapter.setOffloadParameters(refused)
      }
      guard case .refused(let refusal)? = error else {
        return XCTFail("\(String(describing: error))")
      }
      XCTAssertEqual(refusal.members, [.lsoV2IPv4])
      XCTAssertEqual(error?.status, 0xC000_00BB)
      XCTAssertEqual(log.names, inOrder + inOrder)
      XCTAssertEqual(adapter.activeOffloads, before)
      XCTAssertEqual(adapter.keywords, keywords, "a refused request writes nothing")
    }
  }

  func testBehaviour14PauseAndResume() throws {
    for world in World.all {
      let log = CallLog()
      let stackDuring = Guarded<[ActiveOffloads]>([])
      let adapter = try world.makeAdapter(
        keywords: [.lsoV2IPv4: .string("1"), .usoIPv4: .string("1")])
      try declareAll(adapter, log)
      try adapter.setGsoCapabilities(
        makeGso { adapter, offload in
          log.add("gso", offload.offloads)
          let stack = adapter.stackOffloads
          stackDuring.withLock { $0.append(stack) }
        })
      XCTAssertEqual(
        violation { () throws(AdapterViolation) in try adapter.pauseOffloadCapabilities() },
        [96, 0, 0])
      XCTAssertEqual(
        violation { () throws(AdapterViolation) in try adapter.resumeOffloadCapabilities() },
        [96, 0, 0], "not started comes before not paused")
      try adapter.start()
      XCTAssertEqual(
        violation { () throws(AdapterViolation) in try adapter.resumeOffloadCapabilities() },
        [97, 0, 0])
      let active = adapter.activeOffloads
      let stack = adapter.stackOffloads
      XCTAssertEqual(segmentation(active), "lso4 lso6 uso4 uso6")
      log.clear()
      try adapter.pauseOffloadCapabilities()
      XCTAssertEqual(adapter.state, .paused)
      XCTAssertEqual(log.names, inOrder)
      for entry in log.all { XCTAssertEqual(entry.offloads, ActiveOffloads(), entry.name) }
      XCTAssertEqual(adapter.activeOffloads, ActiveOffloads())
      XCTAssertEqual(adapter.stackOffloads, ActiveOffloads())
      log.clear()
      let again = violation { () throws(AdapterViolation) in
        try adapter.pauseOffloadCapabilities()
      }
      XCTAssertEqual(again, world.is21H2 ? nil : [-1, 0, 0])
      XCTAssertEqual(log.names, world.is21H2 ? inOrder : [])
      if world.is21H2 { _ = stackDuring.withLock { $0.removeLast() } }
      log.clear()
      try adapter.resumeOffloadCapabilities()
      XCTAssertEqual(log.names, inOrder)
      for entry in log.all { XCTAssertEqual(entry.offloads, active, entry.name) }
      XCTAssertEqual(adapter.activeOffloads, active)
      XCTAssertEqual(adapter.stackOffloads, stack)
      // The stack is told of a start and a resume after the driver, of a pause before it.
      XCTAssertEqual(
        stackDuring.withLock { $0 }, [ActiveOffloads(), ActiveOffloads(), ActiveOffloads()])
    }
  }

  func testKeywordsAreReadAtStartAndWithEveryRequestOnly() throws {
    for world in World.all {
      let log = CallLog()
      let adapter = try world.makeAdapter(keywords: [.lsoV2IPv4: .string("1")])
      try adapter.setGsoCapabilities(makeGso(.all, .tcp, evtSetGso: log.callback("gso")))
      try adapter.start()
      adapter.setKeyword(.lsoV2IPv4, to: .string("0"))
      XCTAssertEqual(log.names, ["gso"])
      XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4 lso6")
      // A request reads them, but not in 21H2.
      try adapter.setOffloadParameters(OffloadParameters())
      XCTAssertEqual(
        segmentation(adapter.activeOffloads), world.is21H2 ? "lso4 lso6" : "lso6", "\(world)")
      try adapter.stop()
      try adapter.start()
      XCTAssertEqual(segmentation(adapter.activeOffloads), "lso6")
    }
  }

  /// In 21H2 a keyword that is added or removed after the start changes nothing, even with a
  /// request.
  func testKeywordsOf21H2CountFromTheNextStart() throws {
    let adapter = try makeAdapter(quirks: .release21H2)
    try adapter.setGsoCapabilities(makeGso())
    try adapter.start()
    XCTAssertEqual(segmentation(adapter.activeOffloads), "")
    adapter.setKeyword(.usoIPv4, to: .string("1"))
    var request = OffloadParameters()
    request.lsoV2IPv4 = .enabled
    try adapter.setOffloadParameters(request)
    XCTAssertEqual(segmentation(adapter.activeOffloads), "")
    XCTAssertEqual(adapter.keywords[.lsoV2IPv4], .string("1"))
    try adapter.stop()
    try adapter.start()
    XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4 lso6 uso4 uso6")
    for keyword in Keyword.allCases { adapter.setKeyword(keyword, to: nil) }
    request.lsoV2IPv6 = .enabled
    request.skipsRegistryUpdate = true
    try adapter.setOffloadParameters(request)
    XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4 lso6 uso4 uso6")
  }

  /// In 21H2 a request while paused tells the driver what hardware and request have in common.
  func testRequestWhilePausedIn21H2() throws {
    let log = CallLog()
    let adapter = try makeAdapter(
      quirks: .release21H2, keywords: KeywordStore(segmentationKeywords))
    try adapter.setGsoCapabilities(makeGso(.ipv4, .tcp, evtSetGso: log.callback("gso")))
    try adapter.start()
    try adapter.pauseOffloadCapabilities()
    var request = OffloadParameters()
    request.usoIPv6 = .disabled
    log.clear()
    try adapter.setOffloadParameters(request)
    XCTAssertEqual(adapter.state, .paused)
    XCTAssertEqual(log.all.map { segmentation($0.offloads) }, ["lso4"])
    XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4")
    XCTAssertEqual(segmentation(adapter.stackOffloads), "lso4 lso6 uso4")
    try adapter.pauseOffloadCapabilities()
    XCTAssertEqual(adapter.activeOffloads, ActiveOffloads())
    try adapter.resumeOffloadCapabilities()
    XCTAssertEqual(log.all.map { segmentation($0.offloads) }, ["lso4", "", "lso4 lso6 uso4"])
  }

  func testStartSaysWhatIsMissing() throws {
    let adapter = NetAdapter(permanentLinkLayerAddress: MACAddress(2))
    let error = adapterError { () throws(AdapterError) in try adapter.start() }
    XCTAssertEqual(
      error, .missing([.datapathCapabilities, .linkLayerCapabilities, .linkLayerMtuSize]))
    XCTAssertEqual(
      error?.description,
      "before start(), call setDatapathCapabilities(transmit:receive:), "
        + "setLinkLayerCapabilities(_:), setLinkLayerMtuSize(_:)")
    XCTAssertEqual(error?.status, 0xC000_000D)
    XCTAssertEqual(adapter.state, .initialized)
    try adapter.setLinkLayerMtuSize(1)
    adapter.setLinkLayerCapabilities(.init(maximumTxLinkSpeed: 1))
    XCTAssertEqual(
      adapterError { () throws(AdapterError) in try adapter.start() },
      .missing([.datapathCapabilities]))
  }

  func testWrongStateSaysWhatToDoFirst() throws {
    let adapter = try makeAdapter()
    let stop = adapterError { () throws(AdapterError) in try adapter.stop() }
    XCTAssertEqual(
      stop?.description, "stop() does not fit an adapter that is initialized; call start() first")
    XCTAssertEqual(stop?.status, 0xC000_0010)
    XCTAssertEqual(
      adapterError { () throws(AdapterError) in try adapter.setOffloadParameters(.init()) },
      .wrongState(call: "setOffloadParameters(_:)", state: .initialized, remedy: "start()"))
    try adapter.start()
    XCTAssertEqual(
      adapterError { () throws(AdapterError) in try adapter.start() },
      .wrongState(call: "start()", state: .started, remedy: "stop()"))
    try adapter.pauseOffloadCapabilities()
    XCTAssertEqual(
      adapterError { () throws(AdapterError) in try adapter.setOffloadParameters(.init()) },
      .wrongState(
        call: "setOffloadParameters(_:)", state: .paused, remedy: "resumeOffloadCapabilities()"))
    try adapter.stop()
    XCTAssertEqual(adapter.state, .stopped)
    try adapter.start()
    XCTAssertEqual(adapter.state, .started)
  }

  func testExtensionsAreRegisteredBetweenStartAndStop() throws {
    let adapter = try makeAdapter()
    try declareAll(adapter, CallLog())
    try adapter.setIeee8021QTagCapabilities(.init(flags: .vlanTagging))
    XCTAssertEqual(adapter.registeredExtensions, [])
    try adapter.start()
    XCTAssertEqual(
      adapter.registeredExtensions.map(\.name),
      ["ms_packet_checksum", "ms_packet_gso", "ms_packet_rsc", "ms_packet_ieee8021q"])
    try adapter.stop()
    XCTAssertEqual(adapter.registeredExtensions, [])
    let quirky = try makeAdapter(quirks: .release21H2)
    var rsc = RscCapabilities(layer3: .ipv4NoOptions, layer4: [.tcpNoOptions, .udp]) { _, _ in }
    rsc.tcpTimestampOption = true
    try quirky.setRscCapabilities(rsc)
    try quirky.start()
    XCTAssertEqual(
      quirky.registeredExtensions, [.rscWithUdp, .rscTimestamp, .legacyLso])
  }

  func testMtuAndLink() throws {
    let adapter = try makeAdapter()
    for mtu in [0, -1, Int.min] {
      XCTAssertEqual(
        violation { () throws(AdapterViolation) in try adapter.setLinkLayerMtuSize(mtu) },
        [19, 0, 0])
    }
    XCTAssertEqual(adapter.linkLayerMtuSize, 1_500)
    XCTAssertEqual(adapter.linkState.media, .disconnected)
    XCTAssertTrue(try adapter.setLinkState(.connected(linkSpeed: 10)))
    XCTAssertFalse(try adapter.setLinkState(.connected(linkSpeed: 10)))
    var bad = LinkState()
    bad.autoNegotiation = .init(rawValue: 0x10)
    XCTAssertThrowsError(try adapter.setLinkState(bad))
    XCTAssertEqual(adapter.linkState.rxLinkSpeed, 10)
    adapter.setCurrentLinkLayerAddress(MACAddress(7))
    XCTAssertEqual(adapter.currentLinkLayerAddress, MACAddress(7))
    XCTAssertEqual(adapter.permanentLinkLayerAddress, MACAddress(0x02_00_00_00_00_01))
  }

  func testDatapathCapabilities() throws {
    typealias Row = (
      (inout TransmitCapabilities, inout ReceiveCapabilities) -> Void, [Int]?, UInt
    )
    let rows: [Row] = [
      ({ _, _ in }, nil, #line),
      ({ tx, _ in tx.maximumNumberOfQueues = 0 }, [32, 0, 0], #line),
      ({ _, rx in rx.maximumNumberOfQueues = 0 }, [33, 0, 0], #line),
      ({ _, rx in rx.maximumFrameSize = 0 }, [33, 0, 0], #line),
      ({ _, rx in rx.allocationMode = .driver }, [33, 0, 0], #line),
      ({ tx, _ in tx.fragmentBufferAlignment = 3 }, [26, 3, 0], #line),
      ({ _, rx in rx.fragmentBufferAlignment = 0 }, [26, 0, 0], #line),
      ({ tx, _ in tx.fragmentRingNumberOfElementsHint = 100 }, [26, 100, 0], #line),
      ({ _, rx in rx.fragmentRingNumberOfElementsHint = 128 }, nil, #line),
    ]
    for (change, expected, line) in rows {
      let adapter = try makeAdapter()
      var (tx, rx) = (TransmitCapabilities(), ReceiveCapabilities(maximumFrameSize: 1_514))
      change(&tx, &rx)
      let (transmit, receive) = (tx, rx)
      let found = violation { () throws(AdapterViolation) in
        try adapter.setDatapathCapabilities(transmit: transmit, receive: receive)
      }
      XCTAssertEqual(found, expected, line: line)
    }
  }

  func testFrameworkModeAcceptsAMissingCallbackAndNeverCallsIt() throws {
    let adapter = try makeAdapter(validation: .framework)
    var gso = makeGso()
    gso.evtSetGso = nil
    try adapter.setGsoCapabilities(gso)
    try adapter.start()
    XCTAssertEqual(adapter.registeredExtensions, [.gso])
    XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4 lso6 uso4 uso6")
  }
}
