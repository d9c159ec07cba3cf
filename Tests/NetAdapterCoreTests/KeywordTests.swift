import NetAdapterCore
import XCTest

/// Behaviours 10 and 11: every value of every keyword, with and without siblings.
final class KeywordTests: XCTestCase {
  private typealias Value = KeywordStore.Value

  private func started(
    _ keywords: [Keyword: KeywordStore.Value], quirks: Quirks
  ) -> OffloadNegotiation {
    var hardware = DeclaredCapabilities()
    hardware.gso = makeGso()
    hardware.rxChecksum = RxChecksumCapabilities { _, _ in }
    var tx = TxChecksumCapabilities(layer3: .all) { _, _ in }
    tx.layer4 = .all
    hardware.txChecksum = tx
    var rsc = RscCapabilities(
      layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: .tcpNoOptions
    ) { _, _ in }
    rsc.tcpTimestampOption = true
    hardware.rsc = rsc
    var negotiation = OffloadNegotiation(
      hardware: hardware, keywords: KeywordStore(keywords), quirks: quirks)
    negotiation.start()
    return negotiation
  }

  func testBehaviour10NoKeywordAtAll() {
    let documented = started([:], quirks: [])
    XCTAssertEqual(segmentation(documented.offered), "lso4 lso6 uso4 uso6")
    XCTAssertEqual(segmentation(documented.driver), "lso4 lso6 uso4 uso6")
    XCTAssertTrue(documented.driver.isTcpRscIPv4Enabled)
    XCTAssertTrue(documented.driver.isTxChecksumTcpEnabled)
    let framework = started([:], quirks: .release21H2)
    XCTAssertEqual(segmentation(framework.offered), "")
    XCTAssertEqual(segmentation(framework.driver), "")
    XCTAssertEqual(framework.offered.lso.maximumOffloadSize, 0)
    XCTAssertFalse(framework.driver.isTcpRscIPv4Enabled)
    XCTAssertFalse(framework.driver.isTxChecksumTcpEnabled)
    XCTAssertTrue(framework.driver.isRxChecksumTcpEnabled)
  }

  /// One keyword with one value, alone or with another keyword that is on.
  func testBehaviour10SegmentationMatrix() {
    typealias Row = (Keyword, off: String, framework: String, sibling: Keyword, both: String, UInt)
    // With the quirk and no other keyword, only the keyword's own protocol is offered.
    let rows: [Row] = [
      (.lsoV1IPv4, "lso4", "lso4 lso6", .usoIPv4, "lso4 lso6 uso4 uso6", #line),
      (.lsoV2IPv4, "lso4", "lso4 lso6", .usoIPv4, "lso4 lso6 uso4 uso6", #line),
      (.lsoV2IPv6, "lso6", "lso4 lso6", .usoIPv4, "lso4 lso6 uso4 uso6", #line),
      (.usoIPv4, "uso4", "uso4 uso6", .lsoV2IPv4, "lso4 lso6 uso4 uso6", #line),
      (.usoIPv6, "uso6", "uso4 uso6", .lsoV2IPv4, "lso4 lso6 uso4 uso6", #line),
    ]
    // By the documentation a value that is no decimal number counts as on; the framework reads text
    // up to the first character that is no digit, and empty text as no keyword at all.
    let values: [(Value, isOn: Bool, framework: Bool?)] = [
      (.string("0"), false, false), (.string("00"), false, false), (.integer(0), false, false),
      (.string("1"), true, true), (.integer(1), true, true), (.string("7"), true, true),
      (.integer(7), true, true), (.string("garbage"), true, false), (.string("1 no"), true, true),
      (.string(""), true, nil), (.string("-0"), true, false), (.string(" 0"), true, false),
      (.string(" 1"), true, true), (.string("0x0"), true, false), (.string("0x1"), true, true),
      (.string("99999999999"), true, true), (.string("4294967296"), true, false),
    ]
    for row in rows {
      for (value, isDocumented, framework) in values {
        func expect(_ offered: String, _ isOn: Bool) -> String {
          isOn
            ? offered
            : offered.split(separator: " ").filter { $0 != row.off }.joined(separator: " ")
        }
        let name = "\(row.0) = \(value)"
        let alone = started([row.0: value], quirks: .release21H2)
        let offered = framework == nil ? "" : row.framework
        XCTAssertEqual(segmentation(alone.offered), offered, name, line: row.5)
        XCTAssertEqual(
          segmentation(alone.driver), expect(offered, framework ?? true), name, line: row.5)
        let pair = [row.0: value, row.sibling: .string("1")]
        let both = started(pair, quirks: .release21H2)
        if let framework {
          XCTAssertEqual(segmentation(both.offered), row.both, name, line: row.5)
          XCTAssertEqual(
            segmentation(both.driver), expect(row.both, framework), name, line: row.5)
        }
        let documented = started([row.0: value], quirks: [])
        let all = "lso4 lso6 uso4 uso6"
        XCTAssertEqual(segmentation(documented.offered), all, name, line: row.5)
        XCTAssertEqual(
          segmentation(documented.driver), expect(all, isDocumented), name, line: row.5)
      }
    }
  }

  func testBehaviour11OneLsoKeywordForIPv4IsEnough() {
    let rows: [(String, String, Quirks, Bool, UInt)] = [
      ("0", "1", [], false, #line),
      ("1", "0", [], false, #line),
      ("0", "0", [], false, #line),
      ("1", "1", [], true, #line),
      ("0", "1", .release21H2, false, #line),
      ("1", "0", .release21H2, false, #line),
      ("0", "1", .release2004LsoKeywords, true, #line),
      ("1", "0", [.release21H2, .release2004LsoKeywords], true, #line),
      ("0", "0", [.release21H2, .release2004LsoKeywords], false, #line),
    ]
    for (v1, v2, quirks, expected, line) in rows {
      let negotiation = started(
        [.lsoV1IPv4: .string(v1), .lsoV2IPv4: .string(v2)], quirks: quirks)
      XCTAssertEqual(negotiation.driver.isLsoIPv4Enabled, expected, line: line)
      XCTAssertTrue(negotiation.driver.isLsoIPv6Enabled, line: line)
    }
  }

  func testBehaviour10ChecksumMatrix() {
    typealias Row = (Value?, tx: Bool, rx: Bool)
    let documented: [Row] = [
      (nil, true, true), (.string("0"), false, false), (.string("1"), true, false),
      (.string("2"), false, true), (.string("3"), true, true), (.string("x"), true, true),
      (.string("4"), true, true), (.integer(0), false, false), (.integer(1), true, false),
    ]
    // The framework looks at two bits. A keyword that is present makes it offer checksums.
    let framework: [Row] = [
      (nil, true, true), (.string("0"), false, false), (.string("1"), true, false),
      (.string("2"), false, true), (.string("3"), true, true), (.string("x"), false, false),
      (.string("4"), false, false), (.integer(0), false, false), (.integer(5), true, false),
    ]
    for (quirks, values) in [(Quirks(), documented), (.release21H2, framework)] {
      for (value, tx, rx) in values {
        var keywords = KeywordStore([.udpChecksumOffloadIPv4: .string("3")])
        keywords[.tcpChecksumOffloadIPv4] = value
        keywords[.tcpChecksumOffloadIPv6] = value
        let tcp = started(keywords, quirks).driver
        XCTAssertEqual(tcp.isTxChecksumTcpEnabled, tx, "\(String(describing: value))")
        XCTAssertEqual(tcp.isRxChecksumTcpEnabled, rx, "\(String(describing: value))")
        XCTAssertTrue(tcp.isTxChecksumUdpEnabled && tcp.isTxChecksumIPv4Enabled)
        XCTAssertTrue(tcp.isRxChecksumUdpEnabled && tcp.isRxChecksumIPv4Enabled)
        // One version of IP is enough for the query; the flags tell which.
        keywords[.tcpChecksumOffloadIPv6] = .string("3")
        let half = started(keywords, quirks).driver
        XCTAssertTrue(half.isTxChecksumTcpEnabled && half.isRxChecksumTcpEnabled)
        XCTAssertEqual(half.txChecksum.tcp.layer3, tx ? .all : .ipv6)
        var ip = KeywordStore([.udpChecksumOffloadIPv4: .string("3")])
        ip[.ipChecksumOffloadIPv4] = value
        let header = started(ip, quirks).driver
        XCTAssertEqual(header.isTxChecksumIPv4Enabled, tx)
        XCTAssertEqual(header.isRxChecksumIPv4Enabled, rx)
      }
    }
  }

  private func started(
    _ keywords: KeywordStore, _ quirks: Quirks
  ) -> OffloadNegotiation {
    var negotiation = started([:], quirks: quirks)
    negotiation.keywords = keywords
    negotiation.start()
    return negotiation
  }

  func testBehaviour10Rsc() {
    for quirks in [Quirks(), .release21H2] {
      let off = started([.rscIPv4: .string("0"), .rscIPv6: .string("1")], quirks: quirks).driver
      XCTAssertFalse(off.isTcpRscIPv4Enabled)
      XCTAssertTrue(off.isTcpRscIPv6Enabled)
      XCTAssertTrue(off.isRscTcpTimestampOptionEnabled)
      let plain = started([.rscIPv4: .string("1"), .rscTimestamp: .string("0")], quirks: quirks)
      XCTAssertTrue(plain.driver.isTcpRscIPv4Enabled)
      XCTAssertFalse(plain.driver.isRscTcpTimestampOptionEnabled)
      let none = started([.rscIPv4: .string("0"), .rscIPv6: .string("0")], quirks: quirks).driver
      XCTAssertFalse(none.isTcpRscIPv4Enabled || none.isTcpRscIPv6Enabled)
      // In the framework the time stamp has a switch of its own.
      XCTAssertEqual(none.isRscTcpTimestampOptionEnabled, quirks.contains(.release21H2))
    }
  }

  func testUsoIsIndependentOfUdpChecksums() {
    let zero = Value.string("0")
    let negotiation = started(
      [.udpChecksumOffloadIPv4: zero, .udpChecksumOffloadIPv6: zero], quirks: [])
    XCTAssertTrue(negotiation.driver.isUsoIPv4Enabled && negotiation.driver.isUsoIPv6Enabled)
    XCTAssertFalse(negotiation.driver.isTxChecksumUdpEnabled)
  }

  func testIssuesAreReportedAndNeverFatal() throws {
    let store = KeywordStore([
      .lsoV2IPv4: .string("on"), .usoIPv4: .string("2"), .usoIPv6: .integer(9),
      .tcpChecksumOffloadIPv4: .string("3"), .tcpUdpChecksumOffloadIPv4: .string("3"),
      .priorityVLANTag: .string("3"),
    ])
    let expected: [KeywordIssue] = [
      .notANumber(.lsoV2IPv4, "on"), .outOfRange(.usoIPv4, 2, largest: 1), .notAString(.usoIPv6),
      .outOfRange(.usoIPv6, 9, largest: 1), .notRead(.tcpUdpChecksumOffloadIPv4),
      .notRead(.priorityVLANTag), .mixedChecksumKeywords,
    ]
    XCTAssertEqual(store.issues, expected)
    let adapter = try makeAdapter(keywords: store)
    XCTAssertEqual(adapter.keywordIssues, [])
    try adapter.start()
    XCTAssertEqual(adapter.keywordIssues, expected)
    XCTAssertEqual(
      expected.first?.description,
      "*LsoV2IPv4 is \"on\", which is no decimal number; it counts as on")
  }

  func testNamesAreFoundWithoutRegardToCase() {
    XCTAssertEqual(Keyword(name: "*lsov2ipv4"), .lsoV2IPv4)
    XCTAssertEqual(Keyword(name: "*USOIPV6"), .usoIPv6)
    XCTAssertNil(Keyword(name: "LsoV2IPv4"))
    for keyword in Keyword.allCases { XCTAssertEqual(Keyword(name: keyword.rawValue), keyword) }
  }
}
