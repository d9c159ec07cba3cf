import NetAdapterCore
import XCTest

/// The sentences of the page "Generic Segmentation Offload" about keywords and updates, in every
/// mode.
///
/// The pages on offload requests add that a request is written into the keywords, and that a start
/// goes by them.
final class SeedPageKeywordTests: XCTestCase {
  private typealias Change = (inout OffloadParameters) -> Void

  private func started(
    _ world: World, _ keywords: [Keyword: KeywordStore.Value] = segmentationKeywords,
    _ log: CallLog = CallLog()
  ) throws -> NetAdapter {
    let adapter = try world.makeAdapter(keywords: keywords)
    try adapter.setGsoCapabilities(makeGso(evtSetGso: log.callback("gso")))
    try adapter.start()
    return adapter
  }

  private func request(_ change: Change) -> OffloadParameters {
    var parameters = OffloadParameters()
    change(&parameters)
    return parameters
  }

  private func restart(_ adapter: NetAdapter) throws {
    try adapter.stop()
    try adapter.start()
  }

  // "NetAdapterCx checks the registry keywords and honors them when enabling the active offload
  // capabilities. The driver doesn't need to take any further action."
  func testKeywordsThatARequestWroteAreHonoured() throws {
    let rows: [(Change, [Keyword], String, UInt)] = [
      (
        { ($0.lsoV1, $0.lsoV2IPv4) = (.disabled, .disabled) }, [.lsoV1IPv4, .lsoV2IPv4],
        "lso6 uso4 uso6", #line
      ),
      ({ $0.lsoV2IPv6 = .disabled }, [.lsoV2IPv6], "lso4 uso4 uso6", #line),
      ({ $0.usoIPv4 = .disabled }, [.usoIPv4], "lso4 lso6 uso6", #line),
      ({ $0.usoIPv6 = .disabled }, [.usoIPv6], "lso4 lso6 uso4", #line),
    ]
    for world in World.all {
      for (change, keywords, expected, line) in rows {
        let adapter = try started(world)
        try adapter.setOffloadParameters(request(change))
        XCTAssertEqual(segmentation(adapter.activeOffloads), expected, "\(world)", line: line)
        for keyword in SegmentationKeywords.all {
          let value = keywords.contains(keyword) ? "0" : "1"
          XCTAssertEqual(adapter.keywords[keyword], .string(value), "\(world)", line: line)
        }
        try restart(adapter)
        XCTAssertEqual(
          segmentation(adapter.activeOffloads), expected, "\(world), restarted", line: line)
        XCTAssertEqual(adapter.requestedOffloads, OffloadParameters(), line: line)
      }
    }
  }

  // "The LSO keywords ... can be used to enable/disable the LSO offload with a registry key
  // setting", and likewise USO: the keyword that is set anew counts, not an earlier request.
  func testAKeywordThatIsSetAnewCountsFromTheNextStart() throws {
    for world in World.all {
      for skips in [false, true] {
        let adapter = try started(world)
        let off = request { ($0.usoIPv4, $0.skipsRegistryUpdate) = (.disabled, skips) }
        try adapter.setOffloadParameters(off)
        XCTAssertEqual(adapter.keywords[.usoIPv4], .string(skips ? "1" : "0"))
        adapter.setKeyword(.usoIPv4, to: .string("1"))
        XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4 lso6 uso6", "\(world)")
        try restart(adapter)
        XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4 lso6 uso4 uso6", "\(world)")
      }
    }
  }

  // "The keyword values must be of type REG_SZ": what a request writes is, and a keyword that was
  // absent is created.
  func testARequestWritesTextAndCreatesKeywords() throws {
    for world in World.all {
      let given: [Keyword: KeywordStore.Value] = [.lsoV2IPv6: .integer(1), .usoIPv4: .string("x")]
      let adapter = try started(world, given)
      XCTAssertTrue(adapter.keywordIssues.contains(.notAString(.lsoV2IPv6)))
      try adapter.setOffloadParameters(
        request { ($0.lsoV2IPv6, $0.usoIPv6, $0.lsoV1) = (.disabled, .enabled, .disabled) })
      XCTAssertEqual(
        adapter.keywords,
        KeywordStore([
          .lsoV2IPv6: .string("0"), .usoIPv6: .string("1"), .lsoV1IPv4: .string("0"),
          .usoIPv4: .string("x"),
        ]), "\(world)")
      XCTAssertFalse(adapter.keywordIssues.contains(.notAString(.lsoV2IPv6)), "\(world)")
    }
  }

  // "If the TCP/IP stack or an overlying protocol driver requests a change to the net adapter's
  // active capabilities, NetAdapterCx invokes the client driver's callback": also for what a
  // keyword disabled.
  func testARequestEnablesWhatAKeywordDisabled() throws {
    for world in World.all where !world.is21H2 {
      let log = CallLog()
      let adapter = try started(world, [.lsoV2IPv6: .string("0"), .usoIPv6: .string("0")], log)
      XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4 uso4", "\(world)")
      try adapter.setOffloadParameters(request { $0.lsoV2IPv6 = .enabled })
      XCTAssertEqual(adapter.keywords[.lsoV2IPv6], .string("1"))
      XCTAssertEqual(
        log.all.map { segmentation($0.offloads) }, ["lso4 uso4", "lso4 lso6 uso4"], "\(world)")
      // A keyword of 0 wins over a request that does not write it.
      let refused = request { ($0.usoIPv6, $0.skipsRegistryUpdate) = (.enabled, true) }
      XCTAssertEqual(
        adapterError { () throws(AdapterError) in try adapter.setOffloadParameters(refused) }?
          .description,
        "keywords do not allow to enable UdpSegmentation.IPv6 (see *UsoIPv6); nothing has changed "
          + "(STATUS_NOT_SUPPORTED)")
      XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4 lso6 uso4", "\(world)")
      XCTAssertEqual(adapter.keywords[.usoIPv6], .string("0"), "\(world)")
    }
  }

  /// A request with the skip flag ends when the adapter stops.
  func testARequestThatSkipsTheRegistryEndsAtStop() throws {
    for world in World.all {
      let adapter = try started(world)
      let before = adapter.keywords
      let off = request {
        ($0.lsoV2IPv6, $0.usoIPv4, $0.skipsRegistryUpdate) = (.disabled, .disabled, true)
      }
      try adapter.setOffloadParameters(off)
      XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4 uso6", "\(world)")
      XCTAssertEqual(adapter.keywords, before, "\(world)")
      try restart(adapter)
      XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4 lso6 uso4 uso6", "\(world)")
    }
  }

  /// Hardware that lacks an offload is no refusal: the keyword is written, the offload stays off.
  func testHardwareThatLacksAnOffloadIsNoRefusal() throws {
    for world in World.all {
      let adapter = try world.makeAdapter(keywords: segmentationKeywords)
      try adapter.setGsoCapabilities(makeGso(.ipv4NoOptions, .tcpNoOptions))
      try adapter.start()
      try adapter.setOffloadParameters(
        request { ($0.usoIPv6, $0.lsoV2IPv6) = (.enabled, .enabled) })
      XCTAssertEqual(segmentation(adapter.activeOffloads), "lso4", "\(world)")
      XCTAssertEqual(adapter.keywords[.usoIPv6], .string("1"), "\(world)")
    }
  }

  /// All members are checked before any is written.
  func testARefusedRequestWritesNothing() throws {
    for world in World.all {
      let adapter = try started(
        world, segmentationKeywords.merging([.lsoV1IPv4: .string("0")]) { $1 })
      let (keywords, active) = (adapter.keywords, adapter.activeOffloads)
      let mixed = request {
        ($0.usoIPv4, $0.usoIPv6, $0.lsoV2IPv4) = (.disabled, .disabled, .enabled)
      }
      let error = adapterError { () throws(AdapterError) in
        try adapter.setOffloadParameters(mixed)
      }
      guard case .refused(let refusal)? = error else { return XCTFail("\(world)") }
      XCTAssertEqual(refusal.members, [.lsoV2IPv4], "\(world)")
      XCTAssertEqual(adapter.keywords, keywords, "\(world)")
      XCTAssertEqual(adapter.activeOffloads, active, "\(world)")
      XCTAssertEqual(adapter.requestedOffloads, OffloadParameters(), "\(world)")
    }
  }
}
