import NetAdapterCore
import XCTest

/// Behaviours 1 to 5: the rules for declared capabilities, in both modes.
final class CapabilityTests: XCTestCase {
  private struct GsoRow {
    let layer3: Layer3Flags
    let layer4: Layer4Flags
    let maximum: Int
    let minimum: Int
    let framework: [Int]?
    let documented: [Int]?
    let line: UInt

    init(
      _ layer3: Layer3Flags, _ layer4: Layer4Flags, _ maximum: Int, _ minimum: Int,
      framework: [Int]?, documented: [Int]?, line: UInt = #line
    ) {
      (self.layer3, self.layer4, self.maximum, self.minimum) = (layer3, layer4, maximum, minimum)
      (self.framework, self.documented, self.line) = (framework, documented, line)
    }
  }

  private func check(_ rows: [GsoRow]) {
    for row in rows {
      let gso = GsoCapabilities(
        layer3: row.layer3, layer4: row.layer4, maximumOffloadSize: row.maximum,
        minimumSegmentCount: row.minimum
      ) { _, _ in }
      let framework = violation { () throws(AdapterViolation) in try gso.validate(.framework) }
      XCTAssertEqual(framework, row.framework, "framework", line: row.line)
      let documented = violation { () throws(AdapterViolation) in try gso.validate() }
      XCTAssertEqual(documented, row.documented, "documented", line: row.line)
    }
  }

  func testBehaviour1MandatoryNumbers() {
    check([
      GsoRow(.ipv4NoOptions, .tcpNoOptions, 1, 1, framework: nil, documented: nil),
      GsoRow(.ipv4NoOptions, .tcpNoOptions, 0, 1, framework: [42, 0, 1], documented: [42, 0, 1]),
      GsoRow(.ipv4NoOptions, .udp, 1, 0, framework: [42, 0, 2], documented: [42, 0, 2]),
      GsoRow(.ipv6NoExtensions, .udp, 0, 0, framework: [42, 0, 1], documented: [42, 0, 1]),
      GsoRow(
        .ipv6NoExtensions, .tcpNoOptions, 9, 0, framework: [42, 0, 2], documented: [42, 0, 2]),
      // The numbers come before the options.
      GsoRow(
        .ipv4NoOptions, [.udp, .tcpWithOptions], 0, 1, framework: [42, 0, 1],
        documented: [42, 0, 1]),
      // No upper bound, and no relation between the two.
      GsoRow(.ipv4NoOptions, .udp, .max, .max, framework: nil, documented: nil),
    ])
  }

  func testBehaviour2TcpOptionsAlone() {
    check([
      GsoRow(
        .ipv4NoOptions, .tcpWithOptions, 0, 0, framework: [42, 2, 3], documented: [42, 2, 3]),
      GsoRow(
        .ipv4NoOptions, [.tcpWithOptions, .udp], 1, 1, framework: [42, 6, 3],
        documented: [42, 6, 3]),
      GsoRow(.ipv4NoOptions, .tcp, 1, 1, framework: nil, documented: nil),
    ])
  }

  func testBehaviour3FlagsAreMandatory() {
    check([
      GsoRow([], [], 0, 0, framework: [98, 0, 0], documented: [98, 0, 0]),
      GsoRow(.ipv4NoOptions, [], 0, 0, framework: nil, documented: [98, 1, 0]),
      GsoRow([], .udp, 0, 0, framework: nil, documented: [98, 0, 4]),
      // Unknown bits declare nothing.
      GsoRow(
        Layer3Flags(rawValue: 0x10), Layer4Flags(rawValue: 0x8), 1, 1, framework: [98, 16, 8],
        documented: [98, 16, 8]),
    ])
  }

  func testBehaviour4IPOptionsAlone() {
    check([
      GsoRow(.ipv4WithOptions, .udp, 1, 1, framework: nil, documented: [42, 2, 4]),
      GsoRow(.ipv6WithExtensions, .udp, 1, 1, framework: nil, documented: [42, 8, 5]),
      // Without a plain header the framework does not check the numbers.
      GsoRow(.ipv4WithOptions, .udp, 0, 0, framework: nil, documented: [42, 2, 4]),
      GsoRow([.ipv4, .ipv6WithExtensions], .udp, 1, 1, framework: nil, documented: [42, 11, 5]),
      GsoRow(.all, .all, 1, 1, framework: nil, documented: nil),
    ])
  }

  func testBehaviour5StructureSizeComesFirst() {
    for mode in CapabilityValidation.allCases {
      var gso = GsoCapabilities(
        layer3: [], layer4: [], maximumOffloadSize: 0, minimumSegmentCount: 0, evtSetGso: nil)
      gso.size = 41
      XCTAssertEqual(
        violation { () throws(AdapterViolation) in try gso.validate(mode) }, [8, 41, 40])
      var tx = TxChecksumCapabilities(layer3: [], evtSetTxChecksum: nil)
      tx.size = 1
      XCTAssertEqual(
        violation { () throws(AdapterViolation) in try tx.validate(mode) }, [8, 1, 24])
      var rx = RxChecksumCapabilities(evtSetRxChecksum: nil)
      rx.size = 0
      XCTAssertEqual(
        violation { () throws(AdapterViolation) in try rx.validate(mode) }, [8, 0, 16])
      var rsc = RscCapabilities(layer3: .all, layer4: .all, evtSetRsc: nil)
      rsc.size = 25
      XCTAssertEqual(
        violation { () throws(AdapterViolation) in try rsc.validate(mode) }, [8, 25, 24])
    }
    var tags = Ieee8021QTagCapabilities(flags: .vlanTagging)
    XCTAssertNil(violation { () throws(AdapterViolation) in try tags.validate() })
    tags.size = 9
    XCTAssertEqual(violation { () throws(AdapterViolation) in try tags.validate() }, [8, 9, 8])
  }

  func testCallbackIsMandatoryInDocumentedModeOnly() {
    let gso = GsoCapabilities(
      layer3: .all, layer4: .all, maximumOffloadSize: 1, minimumSegmentCount: 1, evtSetGso: nil)
    XCTAssertNil(violation { () throws(AdapterViolation) in try gso.validate(.framework) })
    XCTAssertEqual(violation { () throws(AdapterViolation) in try gso.validate() }, [15, 0, 0])
    let rx = RxChecksumCapabilities(evtSetRxChecksum: nil)
    XCTAssertNil(violation { () throws(AdapterViolation) in try rx.validate(.framework) })
    XCTAssertEqual(violation { () throws(AdapterViolation) in try rx.validate() }, [15, 0, 0])
  }

  func testTxChecksum() {
    typealias Row = (
      layer3: Layer3Flags, layer4: Layer4Flags, framework: [Int]?, documented: [Int]?, line: UInt
    )
    let rows: [Row] = [
      (.all, .all, nil, nil, #line),
      (.ipv4WithOptions, .all, [91, 2, 0], [91, 2, 0], #line),
      (.ipv6WithExtensions, .all, [91, 8, 1], [91, 8, 1], #line),
      (.all, .tcpWithOptions, [91, 2, 2], [91, 2, 2], #line),
      ([], [], [94, 0, 0], [94, 0, 0], #line),
      (.ipv6NoExtensions, [], [92, 4, 0], [92, 4, 0], #line),
      // The page asks for both sets of flags.
      ([.ipv4NoOptions, .ipv6NoExtensions], [], nil, [95, 5, 0], #line),
      (.ipv4NoOptions, [], nil, [95, 1, 0], #line),
      ([], .udp, nil, [95, 0, 4], #line),
    ]
    for row in rows {
      var tx = TxChecksumCapabilities(layer3: row.layer3) { _, _ in }
      tx.layer4 = row.layer4
      let framework = violation { () throws(AdapterViolation) in try tx.validate(.framework) }
      XCTAssertEqual(framework, row.framework, "framework", line: row.line)
      let documented = violation { () throws(AdapterViolation) in try tx.validate() }
      XCTAssertEqual(documented, row.documented, "documented", line: row.line)
    }
  }

  func testRscFlagsAreCheckedInDocumentedModeOnly() {
    typealias Row = (
      layer3: Layer3Flags, layer4: Layer4Flags, documented: [Int]?, line: UInt
    )
    let rows: [Row] = [
      ([.ipv4NoOptions, .ipv6NoExtensions], [.tcpNoOptions, .udp], nil, #line),
      ([], [], nil, #line),
      (.ipv4, .tcpNoOptions, [-1, 3, 1], #line),
      (.ipv4NoOptions, .tcp, [-1, 1, 3], #line),
      ([], .tcpNoOptions, [-1, 0, 1], #line),
      // UDP needs no version of IP.
      ([], .udp, nil, #line),
      ([], [.tcpNoOptions, .udp], [-1, 0, 5], #line),
    ]
    for row in rows {
      let rsc = RscCapabilities(layer3: row.layer3, layer4: row.layer4) { _, _ in }
      XCTAssertNil(
        violation { () throws(AdapterViolation) in try rsc.validate(.framework) }, line: row.line)
      let documented = violation { () throws(AdapterViolation) in try rsc.validate() }
      XCTAssertEqual(documented, row.documented, line: row.line)
    }
  }

  func testNumbersOfFlagsAndCodes() {
    XCTAssertEqual(Layer3Flags.ipv4NoOptions.rawValue, 1)
    XCTAssertEqual(Layer3Flags.ipv4WithOptions.rawValue, 2)
    XCTAssertEqual(Layer3Flags.ipv6NoExtensions.rawValue, 4)
    XCTAssertEqual(Layer3Flags.ipv6WithExtensions.rawValue, 8)
    XCTAssertEqual(Layer4Flags.tcpNoOptions.rawValue, 1)
    XCTAssertEqual(Layer4Flags.tcpWithOptions.rawValue, 2)
    XCTAssertEqual(Layer4Flags.udp.rawValue, 4)
    XCTAssertEqual(AdapterViolation.bugCheckCode, 414)
    let codes =
      [0, 1, 2, 3, 8, 11, 12, 14, 15, 19, 22, 26, 32, 33, 34, 35, 36, 38, 42, 44] + Array(50...78)
      + Array(91...99)
    XCTAssertEqual(FailureCode.allCases.map(\.rawValue), codes)
  }

  func testTextCanBeActedOn() {
    let gso = GsoCapabilities(
      layer3: .ipv4NoOptions, layer4: .tcpWithOptions, maximumOffloadSize: 1,
      minimumSegmentCount: 1
    ) { _, _ in }
    XCTAssertThrowsError(try gso.validate()) { error in
      XCTAssertEqual(
        "\(error)",
        "`tcpWithOptions` without `tcpNoOptions`; add `tcpNoOptions` "
          + "(failure code 42, invalidGsoCapabilities; 2, 3)")
    }
  }
}
