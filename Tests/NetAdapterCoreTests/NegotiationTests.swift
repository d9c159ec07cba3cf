import NetAdapterCore
import XCTest

/// Behaviours 12 and 15, and refusals: hardware, keywords and requests together.
final class NegotiationTests: XCTestCase {
  private func negotiation(
    _ layer3: Layer3Flags = .all, _ layer4: Layer4Flags = .all,
    keywords: [Keyword: KeywordStore.Value] = [
      .lsoV1IPv4: .string("1"), .lsoV2IPv4: .string("1"), .lsoV2IPv6: .string("1"),
      .usoIPv4: .string("1"), .usoIPv6: .string("1"),
    ],
    quirks: Quirks = []
  ) -> OffloadNegotiation {
    var hardware = DeclaredCapabilities()
    hardware.gso = makeGso(layer3, layer4)
    var result = OffloadNegotiation(
      hardware: hardware, keywords: KeywordStore(keywords), quirks: quirks)
    result.start()
    return result
  }

  private func refused(
    _ negotiation: OffloadNegotiation, _ change: (inout OffloadParameters) -> Void
  ) -> [OffloadRefusal.Member] {
    var copy = negotiation
    var parameters = OffloadParameters()
    change(&parameters)
    do throws(OffloadRefusal) {
      try copy.request(parameters)
      return []
    } catch {
      XCTAssertEqual(copy.driver, negotiation.driver)
      XCTAssertEqual(copy.requested, negotiation.requested)
      return error.members
    }
  }

  func testBehaviour12EachSwitchStandsAlone() throws {
    typealias Row = ((inout OffloadParameters) -> Void, String, UInt)
    let rows: [Row] = [
      ({ _ in }, "lso4 lso6 uso4 uso6", #line),
      ({ ($0.lsoV1, $0.skipsRegistryUpdate) = (.disabled, true) }, "lso4 lso6 uso4 uso6", #line),
      (
        { ($0.lsoV2IPv4, $0.skipsRegistryUpdate) = (.disabled, true) }, "lso4 lso6 uso4 uso6",
        #line
      ),
      ({ ($0.lsoV1, $0.lsoV2IPv4) = (.disabled, .disabled) }, "lso6 uso4 uso6", #line),
      ({ $0.lsoV2IPv6 = .disabled }, "lso4 uso4 uso6", #line),
      ({ $0.usoIPv4 = .disabled }, "lso4 lso6 uso6", #line),
      ({ $0.usoIPv6 = .disabled }, "lso4 lso6 uso4", #line),
      ({ ($0.usoIPv4, $0.usoIPv6) = (.disabled, .disabled) }, "lso4 lso6", #line),
    ]
    for quirks in [Quirks(), .release21H2] {
      for (change, expected, line) in rows {
        var value = negotiation(quirks: quirks)
        var parameters = OffloadParameters()
        change(&parameters)
        try value.request(parameters)
        XCTAssertEqual(segmentation(value.driver), expected, line: line)
      }
    }
  }

  func testBehaviour15NoChangeKeepsOrEnables() throws {
    let rows: [(Quirks, String, UInt)] = [
      ([], "lso4 uso4", #line), (.release21H2, "lso4 lso6 uso4 uso6", #line),
    ]
    for (quirks, expected, line) in rows {
      var value = negotiation(quirks: quirks)
      var parameters = OffloadParameters()
      (parameters.lsoV2IPv6, parameters.usoIPv6) = (.disabled, .disabled)
      try value.request(parameters)
      XCTAssertEqual(segmentation(value.driver), "lso4 uso4", line: line)
      try value.request(OffloadParameters())
      XCTAssertEqual(segmentation(value.driver), expected, line: line)
    }
  }

  func testHardwareLimitsTheDriverAndNotTheStack() throws {
    var value = negotiation([.ipv4NoOptions], [.tcpNoOptions])
    XCTAssertEqual(segmentation(value.driver), "lso4")
    XCTAssertEqual(segmentation(value.stack), "lso4 lso6 uso4 uso6")
    var quirky = negotiation([.ipv4NoOptions], [.tcpNoOptions], quirks: .release21H2)
    XCTAssertEqual(segmentation(quirky.driver), "lso4 lso6 uso4 uso6", "at start")
    var parameters = OffloadParameters()
    (parameters.lsoV2IPv6, parameters.usoIPv4) = (.enabled, .disabled)
    try quirky.request(parameters)
    XCTAssertEqual(segmentation(quirky.driver), "lso4", "after a request")
    XCTAssertEqual(segmentation(quirky.stack), "lso4 lso6 uso6")
    quirky.resume()
    XCTAssertEqual(segmentation(quirky.driver), "lso4 lso6 uso6", "after resume")
    try value.request(parameters)
    value.resume()
    XCTAssertEqual(segmentation(value.driver), "lso4")
  }

  /// A request that writes the keyword of one version of LSO over IPv4 disables both, since one
  /// keyword of 0 does; in 21H2 from the next start on.
  func testOneKeywordOfLsoOverIPv4DisablesBothVersions() throws {
    for quirks in [Quirks(), .release21H2] {
      for member in [\OffloadParameters.lsoV1, \.lsoV2IPv4] {
        var value = negotiation(quirks: quirks)
        var parameters = OffloadParameters()
        parameters[keyPath: member] = .disabled
        try value.request(parameters)
        let isKept = quirks.contains(.release21H2)
        XCTAssertEqual(value.driver.isLsoIPv4Enabled, isKept, "\(member)")
        value.start()
        XCTAssertFalse(value.driver.isLsoIPv4Enabled, "\(member)")
      }
      var both = negotiation(quirks: [quirks, .release2004LsoKeywords])
      var parameters = OffloadParameters()
      parameters.lsoV1 = .disabled
      try both.request(parameters)
      XCTAssertTrue(both.driver.isLsoIPv4Enabled)
    }
  }

  func testRefusals() {
    typealias Row = (
      [Keyword: KeywordStore.Value], (inout OffloadParameters) -> Void,
      documented: [OffloadRefusal.Member], framework: [OffloadRefusal.Member], UInt
    )
    let zero = KeywordStore.Value.string("0")
    let rows: [Row] = [
      // By the documentation, the request writes its own keyword and is then allowed. The keyword
      // of the other version of LSO over IPv4 remains.
      ([.lsoV2IPv4: zero], { $0.lsoV2IPv4 = .enabled }, [], [.lsoV2IPv4], #line),
      ([.lsoV1IPv4: zero], { $0.lsoV2IPv4 = .enabled }, [.lsoV2IPv4], [.lsoV2IPv4], #line),
      ([.lsoV2IPv4: zero], { $0.lsoV1 = .enabled }, [.lsoV1], [.lsoV1], #line),
      ([.lsoV2IPv4: zero], { $0.lsoV1 = .disabled }, [], [], #line),
      (
        [.lsoV1IPv4: zero, .lsoV2IPv4: zero], { ($0.lsoV1, $0.lsoV2IPv4) = (.enabled, .enabled) },
        [], [.lsoV1, .lsoV2IPv4], #line
      ),
      ([:], { ($0.lsoV1, $0.lsoV2IPv4) = (.disabled, .enabled) }, [.lsoV2IPv4], [], #line),
      // Without any keyword the framework accepts LSO over IPv4, without effect.
      ([:], { $0.lsoV2IPv4 = .enabled }, [], [], #line),
      ([:], { $0.lsoV2IPv6 = .enabled }, [], [.lsoV2IPv6], #line),
      ([:], { $0.usoIPv4 = .enabled }, [], [.usoIPv4], #line),
      // It accepts other offloads against their keyword, too.
      ([.lsoV2IPv6: zero], { $0.lsoV2IPv6 = .enabled }, [], [], #line),
      ([.usoIPv6: zero], { $0.usoIPv6 = .enabled }, [], [], #line),
      ([.usoIPv4: zero], { $0.usoIPv6 = .enabled }, [], [], #line),
      ([.rscIPv4: zero], { $0.rscIPv4 = .enabled }, [], [.rscIPv4], #line),
      ([:], { $0.rscIPv6 = .enabled }, [], [.rscIPv6], #line),
      ([.ipChecksumOffloadIPv4: zero], { $0.ipv4Checksum = .enabled }, [], [.ipv4Checksum], #line),
      ([.ipChecksumOffloadIPv4: zero], { $0.ipv4Checksum = .disabled }, [], [], #line),
      ([:], { $0.ipv4Checksum = .txEnabled }, [], [.ipv4Checksum], #line),
      // A transport is refused only if it is enabled over both versions of IP.
      ([.tcpChecksumOffloadIPv4: zero], { $0.tcpIPv4Checksum = .txEnabled }, [], [], #line),
      (
        [.tcpChecksumOffloadIPv4: zero, .tcpChecksumOffloadIPv6: zero],
        { ($0.tcpIPv4Checksum, $0.tcpIPv6Checksum) = (.enabled, .enabled) }, [],
        [.tcpIPv4Checksum, .tcpIPv6Checksum], #line
      ),
      (
        [.udpChecksumOffloadIPv4: .string("3")],
        { ($0.udpIPv4Checksum, $0.udpIPv6Checksum) = (.rxEnabled, .rxEnabled) }, [],
        [.udpIPv4Checksum, .udpIPv6Checksum], #line
      ),
    ]
    for (keywords, change, documented, framework, line) in rows {
      XCTAssertEqual(refused(negotiation(keywords: keywords), change), documented, line: line)
      let quirky = negotiation(keywords: keywords, quirks: .release21H2)
      XCTAssertEqual(refused(quirky, change), framework, line: line)
    }
  }

  /// Without its keyword written, a request cannot enable what a keyword disables.
  func testKeywordOfZeroWinsOverARequestThatSkipsTheRegistry() throws {
    let zero = KeywordStore.Value.string("0")
    let rows: [([Keyword: KeywordStore.Value], (inout OffloadParameters) -> Void, String, UInt)] = [
      ([.lsoV2IPv6: zero], { $0.lsoV2IPv6 = .enabled }, "LsoV2IPv6 (see *LsoV2IPv6)", #line),
      (
        [.lsoV1IPv4: zero, .lsoV2IPv4: zero], { $0.lsoV2IPv4 = .enabled },
        "LsoV2IPv4 (see *LsoV1IPv4, *LsoV2IPv4)", #line
      ),
      ([.usoIPv4: zero], { $0.usoIPv4 = .enabled }, "UdpSegmentation.IPv4 (see *UsoIPv4)", #line),
      (
        [.tcpChecksumOffloadIPv4: .string("1")], { $0.tcpIPv4Checksum = .enabled },
        "TCPIPv4Checksum (see *TCPChecksumOffloadIPv4)", #line
      ),
      (
        [.rscIPv4: zero, .udpChecksumOffloadIPv6: zero],
        { ($0.rscIPv4, $0.udpIPv6Checksum) = (.enabled, .rxEnabled) },
        "UDPIPv6Checksum, RscIPv4 (see *UDPChecksumOffloadIPv6, *RscIPv4)", #line
      ),
    ]
    for (keywords, change, names, line) in rows {
      var value = negotiation(keywords: keywords)
      let before = value.driver
      var parameters = OffloadParameters()
      change(&parameters)
      parameters.skipsRegistryUpdate = true
      XCTAssertThrowsError(try value.request(parameters), line: line) { error in
        XCTAssertEqual(
          "\(error)",
          "keywords do not allow to enable \(names); nothing has changed (STATUS_NOT_SUPPORTED)",
          line: line)
      }
      XCTAssertEqual(value.driver, before, line: line)
      XCTAssertEqual(value.keywords, KeywordStore(keywords), line: line)
    }
  }

  func testRefusalNamesEveryMember() {
    let zero = KeywordStore.Value.string("0")
    let value = negotiation(keywords: [.lsoV2IPv6: zero, .usoIPv4: zero])
    let members = refused(value) {
      ($0.lsoV2IPv6, $0.usoIPv4, $0.usoIPv6) = (.enabled, .enabled, .disabled)
      $0.skipsRegistryUpdate = true
    }
    XCTAssertEqual(members, [.lsoV2IPv6, .usoIPv4])
  }

  func testBehaviour36ChecksumSwitchesOneAtATime() throws {
    typealias Row = (OffloadParameters.Checksum, tx: Bool, rx: Bool, UInt)
    let rows: [Row] = [
      (.noChange, true, true, #line), (.disabled, false, false, #line),
      (.txEnabled, true, false, #line), (.rxEnabled, false, true, #line),
      (.enabled, true, true, #line),
    ]
    for (code, tx, rx, line) in rows {
      for quirks in [Quirks(), .release21H2] {
        var hardware = DeclaredCapabilities()
        hardware.rxChecksum = RxChecksumCapabilities { _, _ in }
        var transmit = TxChecksumCapabilities(layer3: .all) { _, _ in }
        transmit.layer4 = .all
        hardware.txChecksum = transmit
        var value = OffloadNegotiation(
          hardware: hardware, keywords: KeywordStore([.ipChecksumOffloadIPv4: .string("3")]),
          quirks: quirks)
        value.start()
        var parameters = OffloadParameters()
        (parameters.udpIPv4Checksum, parameters.udpIPv6Checksum) = (code, code)
        try value.request(parameters)
        XCTAssertEqual(value.driver.isTxChecksumUdpEnabled, tx, line: line)
        XCTAssertEqual(value.driver.isRxChecksumUdpEnabled, rx, line: line)
        XCTAssertTrue(value.driver.isTxChecksumTcpEnabled, line: line)
        XCTAssertTrue(value.driver.isRxChecksumTcpEnabled, line: line)
      }
    }
  }

  func testQuirkTakesIPv4AwayFromTcpChecksum() throws {
    var hardware = DeclaredCapabilities()
    var transmit = TxChecksumCapabilities(layer3: .all) { _, _ in }
    transmit.layer4 = .all
    hardware.txChecksum = transmit
    for (quirks, expected) in [(Quirks(), Layer3Flags.all), (.release21H2, .ipv6)] {
      var value = OffloadNegotiation(
        hardware: hardware, keywords: KeywordStore([.tcpChecksumOffloadIPv4: .string("3")]),
        quirks: quirks)
      value.start()
      var parameters = OffloadParameters()
      parameters.tcpIPv4Checksum = .enabled
      try value.request(parameters)
      XCTAssertEqual(value.driver.txChecksum.tcp.layer3, expected)
    }
  }

  func testQueriesLookAtPlainHeadersOnly() {
    var offloads = ActiveOffloads()
    offloads.lso.layer3 = [.ipv4WithOptions, .ipv6WithExtensions]
    offloads.lso.layer4 = .tcpWithOptions
    offloads.uso.layer3 = [.ipv4WithOptions, .ipv6NoExtensions]
    offloads.uso.layer4 = .udp
    XCTAssertEqual(segmentation(offloads), "uso6")
    offloads.lso.layer4 = .udp
    offloads.lso.layer3 = .all
    XCTAssertEqual(segmentation(offloads), "uso6")
  }
}
