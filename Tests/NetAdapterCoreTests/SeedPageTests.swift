import NetAdapterCore
import XCTest

/// The page "Generic Segmentation Offload" of the NetAdapterCx documentation: its two samples, and a
/// test for each of its sentences that states a rule.
final class SeedPageTests: XCTestCase {
  private static let myGsoOffloadMaxSize = 64_000
  private static let myGsoOffloadMinSegmentCount = 2

  // VOID MyAdapterSetOffloadCapabilities(NETADAPTER NetAdapter)
  private func myAdapterSetOffloadCapabilities(
    _ netAdapter: NetAdapter, evtAdapterOffloadSetGso: @escaping EvtAdapterSetOffload
  ) throws {
    // Configure the hardware's GSO offload capabilities
    let layer3Flags: Layer3Flags = [
      .ipv4NoOptions,  // NetAdapterOffloadLayer3FlagIPv4NoOptions |
      .ipv4WithOptions,  // NetAdapterOffloadLayer3FlagIPv4WithOptions |
      .ipv6NoExtensions,  // NetAdapterOffloadLayer3FlagIPv6NoExtensions |
      .ipv6WithExtensions,  // NetAdapterOffloadLayer3FlagIPv6WithExtensions;
    ]
    let layer4Flags: Layer4Flags = [
      .tcpNoOptions,  // NetAdapterOffloadLayer4FlagTcpNoOptions |
      .tcpWithOptions,  // NetAdapterOffloadLayer4FlagTcpWithOptions;
    ]
    // NetAdapterOffloadLayer4FlagUdp;    <- a statement of its own, behind a stray semicolon
    _ = Layer4Flags.udp

    var gsoOffloadCapabilities = GsoCapabilities(  // NET_ADAPTER_OFFLOAD_GSO_CAPABILITIES_INIT(
      layer3: layer3Flags, layer4: layer4Flags,
      maximumOffloadSize: Self.myGsoOffloadMaxSize,  // MY_GSO_OFFLOAD_MAX_SIZE
      minimumSegmentCount: Self.myGsoOffloadMinSegmentCount,  // MY_GSO_OFFLOAD_MIN_SEGMENT_COUNT
      evtSetGso: evtAdapterOffloadSetGso)
    gsoOffloadCapabilities.layer4HeaderOffsetLimit = 127  // .Layer4OffsetLimit = 127

    // Set the current GSO offload capabilities and register the callback for future changes in
    // active capabilities
    try netAdapter.setGsoCapabilities(gsoOffloadCapabilities)
  }

  private enum GsoOffload { case enabled, disabled }

  /// What the sample calls `MY_NET_ADAPTER_CONTEXT`.
  private struct MyNetAdapterContext {
    var lsov4 = GsoOffload.disabled
    var lsov6 = GsoOffload.disabled
    var usov4 = GsoOffload.disabled
    var usov6 = GsoOffload.disabled
    var hardwareChecksum = false
  }

  private final class Context: Sendable {
    let value = Guarded(MyNetAdapterContext())
  }

  // VOID MyEvtAdapterOffloadSetGso(NETADAPTER NetAdapter, NETOFFLOAD Offload)
  private static func myEvtAdapterOffloadSetGso(_ context: Context) -> EvtAdapterSetOffload {
    { netAdapter, offload in
      context.value.withLock { adapterContext in
        // Store the updated information in the context
        adapterContext.lsov4 = offload.isLsoIPv4Enabled ? .enabled : .disabled
        adapterContext.lsov6 = offload.isLsoIPv6Enabled ? .enabled : .disabled
        adapterContext.usov4 = offload.isUsoIPv4Enabled ? .enabled : .disabled
        adapterContext.usov6 = offload.isUsoIPv6Enabled ? .enabled : .disabled

        // Enable hardware checksum if LSO/USO is enabled
        adapterContext.hardwareChecksum =
          adapterContext.lsov4 == .enabled || adapterContext.lsov6 == .enabled
          || adapterContext.usov4 == .enabled || adapterContext.usov6 == .enabled
      }
    }
  }

  func testBehaviour7SampleAsPrintedDeclaresNoUso() throws {
    let context = Context()
    let adapter = try makeAdapter()
    try myAdapterSetOffloadCapabilities(
      adapter, evtAdapterOffloadSetGso: Self.myEvtAdapterOffloadSetGso(context))
    try adapter.start()
    let told = context.value.withLock { $0 }
    XCTAssertEqual(told.lsov4, .enabled)
    XCTAssertEqual(told.lsov6, .enabled)
    XCTAssertEqual(told.usov4, .disabled)
    XCTAssertEqual(told.usov6, .disabled)
    XCTAssertTrue(told.hardwareChecksum)
    XCTAssertEqual(adapter.activeOffloads.lso.layer4HeaderOffsetLimit, 127)
    XCTAssertEqual(adapter.activeOffloads.lso.maximumOffloadSize, 64_000)
    XCTAssertEqual(adapter.activeOffloads.lso.minimumSegmentCount, 2)
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
    let adapter = try makeAdapter()
    try adapter.start()
    XCTAssertEqual(
      violation { () throws(AdapterViolation) in try adapter.setGsoCapabilities(makeGso()) },
      [3, 0, 0])
    XCTAssertNil(adapter.declaredCapabilities.gso)
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
      (gso(.ipv4NoOptions, .udp), nil, "rule 3", #line),
      (gso(.ipv4NoOptions, .udp, 0), [42, 0, 1], "rule 4, maximum", #line),
      (gso(.ipv4NoOptions, .udp, 1, 0), [42, 0, 2], "rule 4, minimum", #line),
      (gso(.ipv4NoOptions, .tcpWithOptions), [42, 2, 3], "rule 6, TCP", #line),
      (gso(.ipv4WithOptions, .udp), [42, 2, 4], "rule 6, IPv4", #line),
      (gso(.ipv6WithExtensions, .udp), [42, 8, 5], "rule 6, IPv6", #line),
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

  // Rule 5: "The Layer4OffsetLimit field is optional."
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
    let context = Context()
    let adapter = try makeAdapter()
    try adapter.setGsoCapabilities(makeGso(evtSetGso: Self.myEvtAdapterOffloadSetGso(context)))
    try adapter.start()
    var request = OffloadParameters()
    (request.lsoV1, request.lsoV2IPv4) = (.disabled, .disabled)
    (request.lsoV2IPv6, request.usoIPv4) = (.disabled, .disabled)
    try adapter.setOffloadParameters(request)
    var told = context.value.withLock { $0 }
    XCTAssertEqual(told.lsov4, .disabled)
    XCTAssertEqual(told.lsov6, .disabled)
    XCTAssertEqual(told.usov4, .disabled)
    XCTAssertEqual(told.usov6, .enabled)
    XCTAssertTrue(told.hardwareChecksum)
    var last = OffloadParameters()
    last.usoIPv6 = .disabled
    try adapter.setOffloadParameters(last)
    told = context.value.withLock { $0 }
    XCTAssertEqual(told.usov6, .disabled)
    XCTAssertFalse(told.hardwareChecksum)
  }
}
