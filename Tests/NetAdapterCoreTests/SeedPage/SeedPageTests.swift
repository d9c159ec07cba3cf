import NetAdapterCore
import XCTest

/// The page "Generic Segmentation Offload" of the NetAdapterCx documentation: a test for each of
/// its sentences that states a rule, in the order of the page.
final class SeedPageTests: XCTestCase {
  // "Generic Segmentation Offload (GSO) collectively represents Large Send Offload (LSO) and UDP
  // Send Offload (USO)."
  func testGsoIsLsoAndUsoTogether() throws {
    for world in World.all {
      let adapter = try world.makeAdapter(keywords: segmentationKeywords)
      try adapter.setGsoCapabilities(makeGso(.all, [.tcpNoOptions, .udp]))
      try adapter.start()
      XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4 lso6 uso4 uso6", "\(world)")
    }
  }

  // "Drivers must indicate this capability to NetAdapterCx using the GSO APIs."
  func testWhatIsNotIndicatedIsNotOffloaded() throws {
    let log = CallLog()
    let adapter = try makeAdapter(keywords: KeywordStore(segmentationKeywords))
    try adapter.setRxChecksumCapabilities(.init(evtSetRxChecksum: log.callback("rx")))
    try adapter.start()
    XCTAssertEqual(log.names, ["rx"])
    XCTAssertEqual(segmentation(adapter.activeOffloads), "")
    XCTAssertFalse(adapter.registeredExtensions.contains(.gso))
    try adapter.stop()
    try adapter.setGsoCapabilities(makeGso())
    try adapter.start()
    XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4 lso6 uso4 uso6")
    XCTAssertTrue(adapter.registeredExtensions.contains(.gso))
  }

  // "NetAdapterCx checks the registry keywords and honors them when enabling the active offload
  // capabilities. The driver doesn't need to take any further action."
  func testKeywordsAreHonoured() throws {
    let adapter = try makeAdapter(keywords: KeywordStore([.lsoV2IPv4: .string("0")]))
    try adapter.setGsoCapabilities(makeGso())
    try adapter.start()
    XCTAssertEqual(segmentation(adapter.activeOffloads), "lso6 uso4 uso6")
  }

  // "The LSO keywords ... can be used to enable/disable the LSO offload", and likewise USO.
  func testKeywordsSwitchOneOffloadEach() throws {
    let rows: [(Keyword, String, UInt)] = [
      (.lsoV1IPv4, "lso6 uso4 uso6", #line),
      (.lsoV2IPv4, "lso6 uso4 uso6", #line),
      (.lsoV2IPv6, "lso4 uso4 uso6", #line),
      (.usoIPv4, "lso4 lso6 uso6", #line),
      (.usoIPv6, "lso4 lso6 uso4", #line),
    ]
    for (keyword, expected, line) in rows {
      let adapter = try makeAdapter(keywords: KeywordStore([keyword: .string("0")]))
      try adapter.setGsoCapabilities(makeGso())
      try adapter.start()
      XCTAssertEqual(segmentation(adapter.activeOffloads), expected, line: line)
      try adapter.stop()
      adapter.setKeyword(keyword, to: .string("1"))
      try adapter.start()
      XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4 lso6 uso4 uso6", line: line)
    }
  }

  // "The keyword values must be of type REG_SZ."
  func testKeywordOfAnotherTypeIsReported() throws {
    let adapter = try makeAdapter(keywords: KeywordStore([.lsoV2IPv4: .integer(0)]))
    try adapter.start()
    XCTAssertEqual(adapter.keywordIssues, [.notAString(.lsoV2IPv4)])
    adapter.setKeyword(.lsoV2IPv4, to: .string("0"))
    try adapter.stop()
    try adapter.start()
    XCTAssertEqual(adapter.keywordIssues, [])
  }

  // "Client drivers first advertise their hardware's GSO capabilities ... before starting a net
  // adapter."
  func testCapabilitiesAreAdvertisedBeforeStart() throws {
    for world in World.all {
      let adapter = try world.makeAdapter()
      try adapter.start()
      XCTAssertEqual(
        violation { () throws(AdapterViolation) in try adapter.setGsoCapabilities(makeGso()) },
        [3, 0, 0], "\(world)")
      XCTAssertNil(adapter.declaredCapabilities.gso, "\(world)")
    }
  }

  // "Allocates a NET_ADAPTER_OFFLOAD_GSO_CAPABILITIES structure. Calls
  // NET_ADAPTER_OFFLOAD_GSO_CAPABILITIES_INIT to initialize the structure. Calls
  // NetAdapterOffloadSetGsoCapabilities to register the structure with NetAdapterCx."
  func testInitialiseThenRegister() throws {
    let gso = GsoCapabilities(
      layer3: .ipv4, layer4: [.tcpNoOptions, .udp], maximumOffloadSize: 12_345,
      minimumSegmentCount: 3
    ) { _, _ in }
    XCTAssertEqual(gso.size, GsoCapabilities.structureSize)
    XCTAssertEqual(gso.layer4HeaderOffsetLimit, 0)
    let adapter = try makeAdapter()
    XCTAssertNil(adapter.declaredCapabilities.gso)
    try adapter.setGsoCapabilities(gso)
    let declared = try XCTUnwrap(adapter.declaredCapabilities.gso)
    XCTAssertEqual(declared.layer3, .ipv4)
    XCTAssertEqual(declared.layer4, [.tcpNoOptions, .udp])
    XCTAssertEqual(declared.maximumOffloadSize, 12_345)
    XCTAssertEqual(declared.minimumSegmentCount, 3)
    XCTAssertNotNil(declared.evtSetGso)
  }

  // "During the call to INIT the client driver provides a pointer to the callback. The system
  // invokes this callback later if active offload capabilities change."
  func testTheCallbackIsInvokedLaterAndNotAtOnce() throws {
    for world in World.all {
      let log = CallLog()
      let adapter = try world.makeAdapter(keywords: segmentationKeywords)
      try adapter.setGsoCapabilities(makeGso(evtSetGso: log.callback("gso")))
      XCTAssertEqual(log.names, [], "\(world)")
      let all = SegmentationKeywords.names
      var expected: [Set<String>] = []
      var request = OffloadParameters()
      request.usoIPv4 = .disabled
      let changes: [(Set<String>?, () throws -> Void)] = [
        (all, { try adapter.start() }),
        (all.subtracting(["uso4"]), { try adapter.setOffloadParameters(request) }),
        ([], { try adapter.pauseOffloadCapabilities() }),
        (all.subtracting(["uso4"]), { try adapter.resumeOffloadCapabilities() }),
        (nil, { try adapter.stop() }),
      ]
      for (told, change) in changes {
        try change()
        if let told { expected.append(told) }
        XCTAssertEqual(log.all.map { names($0.offloads) }, expected, "\(world)")
      }
    }
  }

  // Rules 1 to 4 and 6: mandatory flags and fields, TCP and UDP flags, options. Rule 5 is in
  // testOffsetLimitIsOptional.
  func testRulesForIndicatingHardwareCapabilities() throws {
    typealias Row = (GsoCapabilities, [Int]?, String, UInt)
    func gso(
      _ layer3: Layer3Flags, _ layer4: Layer4Flags, _ maximum: Int = 1, _ minimum: Int = 1
    ) -> GsoCapabilities {
      GsoCapabilities(
        layer3: layer3, layer4: layer4, maximumOffloadSize: maximum, minimumSegmentCount: minimum
      ) { _, _ in }
    }
    let rows: [Row] = [
      (gso([], .udp), [98, 0, 4], "rule 1, layer 3", #line),
      (gso(.ipv4NoOptions, []), [98, 1, 0], "rule 1, layer 4", #line),
      (gso(.ipv4NoOptions, .tcpNoOptions), nil, "rule 2", #line),
      (gso(.all, [.tcpWithOptions, .udp]), [42, 6, 3], "rule 2, USO does not replace it", #line),
      (gso(.ipv4NoOptions, .udp), nil, "rule 3", #line),
      (gso(.ipv4NoOptions, .udp, 0), [42, 0, 1], "rule 4, maximum", #line),
      (gso(.ipv4NoOptions, .udp, 1, 0), [42, 0, 2], "rule 4, minimum", #line),
      (gso(.ipv6NoExtensions, .tcpNoOptions, 0), [42, 0, 1], "rule 4, maximum", #line),
      (gso(.ipv6NoExtensions, .tcpNoOptions, 1, 0), [42, 0, 2], "rule 4, minimum", #line),
      (gso(.ipv4NoOptions, .tcpWithOptions), [42, 2, 3], "rule 6, TCP", #line),
      (gso(.ipv4WithOptions, .udp), [42, 2, 4], "rule 6, IPv4", #line),
      (gso(.ipv6WithExtensions, .udp), [42, 8, 5], "rule 6, IPv6", #line),
      (gso(.ipv4NoOptions, .tcp), nil, "rule 6, both kinds of TCP", #line),
      (gso(.ipv4, .udp), nil, "rule 6, both kinds of IPv4", #line),
      (gso(.ipv6, .udp), nil, "rule 6, both kinds of IPv6", #line),
      (gso([.ipv4NoOptions, .ipv6WithExtensions], .udp), [42, 9, 5], "rule 6, IPv6", #line),
    ]
    for (capabilities, expected, rule, line) in rows {
      let adapter = try makeAdapter()
      let found = violation { () throws(AdapterViolation) in
        try adapter.setGsoCapabilities(capabilities)
      }
      XCTAssertEqual(found, expected, rule, line: line)
    }
  }

  // Rules 2 and 3: the TCP flag means LSO, the UDP flag means USO.
  func testFlagsOfLayer4ChooseBetweenLsoAndUso() throws {
    let rows: [(Layer4Flags, String, UInt)] = [
      (.tcpNoOptions, "lso4 lso6", #line), (.udp, "uso4 uso6", #line),
      ([.tcpNoOptions, .udp], "lso4 lso6 uso4 uso6", #line),
    ]
    for (layer4, expected, line) in rows {
      let adapter = try makeAdapter()
      try adapter.setGsoCapabilities(makeGso(.all, layer4))
      try adapter.start()
      XCTAssertEqual(segmentation(adapter.activeOffloads), expected, line: line)
    }
  }

  // Rule 5: "The Layer4OffsetLimit field is optional." Its second sentence, about packets with a
  // header offset beyond the limit, is tested where packets are: `testSeedPageRule5`.
  func testOffsetLimitIsOptional() throws {
    XCTAssertEqual(makeGso().layer4HeaderOffsetLimit, 0)
    let adapter = try makeAdapter()
    try adapter.setGsoCapabilities(makeGso())
    try adapter.start()
    XCTAssertEqual(adapter.activeOffloads.uso.layer4HeaderOffsetLimit, 0)
  }

  // "If the TCP/IP stack or an overlying protocol driver requests a change to the net adapter's
  // active capabilities, NetAdapterCx invokes the client driver's callback."
  func testRequestInvokesCallback() throws {
    let context = SeedPageSamples.Context()
    let adapter = try makeAdapter()
    try adapter.setGsoCapabilities(
      makeGso(evtSetGso: SeedPageSamples.myEvtAdapterOffloadSetGso(context)))
    try adapter.start()
    var request = OffloadParameters()
    (request.lsoV1, request.lsoV2IPv4) = (.disabled, .disabled)
    (request.lsoV2IPv6, request.usoIPv4) = (.disabled, .disabled)
    try adapter.setOffloadParameters(request)
    var told = context.value
    XCTAssertEqual(told.lsov4, .disabled)
    XCTAssertEqual(told.lsov6, .disabled)
    XCTAssertEqual(told.usov4, .disabled)
    XCTAssertEqual(told.usov6, .enabled)
    XCTAssertTrue(told.hardwareChecksum)
    var last = OffloadParameters()
    last.usoIPv6 = .disabled
    try adapter.setOffloadParameters(last)
    told = context.value
    XCTAssertEqual(told.usov6, .disabled)
    XCTAssertFalse(told.hardwareChecksum)
  }
}
