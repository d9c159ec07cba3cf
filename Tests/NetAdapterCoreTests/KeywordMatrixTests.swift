import NetAdapterCore
import XCTest

/// Behaviours 10 and 11 in full: every keyword with every kind of value, alone and among others.
final class KeywordMatrixTests: XCTestCase {
  private typealias Value = KeywordStore.Value

  private let values: [Value?] = [
    nil, .string("0"), .string("1"), .string("2"), .string("3"), .string("4"), .string("00"),
    .string("01"), .string("garbage"), .string(""), .string("-1"), .string("+0"), .string(" 0"),
    .string("0x0"), .string("0.0"), .string("٠"), .string("4294967295"), .string("4294967296"),
    .string("18446744073709551616"), .integer(0), .integer(1), .integer(2), .integer(3),
    .integer(4), .integer(.max),
  ]
  private let allQuirks: [Quirks] = [
    [], .release21H2, .release2004LsoKeywords, [.release21H2, .release2004LsoKeywords],
  ]

  private func everything() -> DeclaredCapabilities {
    var hardware = DeclaredCapabilities()
    hardware.gso = makeGso()
    hardware.rxChecksum = RxChecksumCapabilities { _, _ in }
    var tx = TxChecksumCapabilities(layer3: .all) { _, _ in }
    tx.layer4 = .all
    hardware.txChecksum = tx
    hardware.rsc = makeRsc()
    return hardware
  }

  private func makeRsc() -> RscCapabilities {
    var rsc = RscCapabilities(
      layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: .tcpNoOptions
    ) { _, _ in }
    rsc.tcpTimestampOption = true
    return rsc
  }

  /// The same for a reference.
  private var everyHardware: ReferenceHardware {
    let all = ReferenceHardware.Kinds(ipv4: true, ipv6: true, tcp: true, udp: true)
    var hardware = ReferenceHardware(segmentation: all, checksums: all, checksReceived: true)
    hardware.coalescing = ReferenceHardware.Kinds(ipv4: true, ipv6: true, tcp: true)
    hardware.coalescesTimestamps = true
    return hardware
  }

  /// The values of all other keywords, from none to every one, and the values to try with each.
  private func settings(of keyword: Keyword) -> [(siblings: [Keyword: Value], values: [Value?])] {
    let others = Keyword.allCases.filter { $0 != keyword }
    let few: [Value?] = [nil, .string("0"), .string("1"), .string("garbage"), .integer(0)]
    let one = others.map { (siblings: [$0: Value.string("1")], values: few) }
    let every = [Value.string("0"), .string("1"), .string("x"), .integer(0)].map { value in
      (siblings: Dictionary(uniqueKeysWithValues: others.map { ($0, value) }), values: values)
    }
    return [([:], values)] + one + every
  }

  func testBehaviour10And11KeywordMatrix() {
    let hardware = everything()
    var combinations = 0
    for quirks in allQuirks {
      for keyword in Keyword.allCases {
        for (siblings, values) in settings(of: keyword) {
          for value in values {
            var keywords = siblings
            keywords[keyword] = value
            var reference = makeReference(quirks, keywords: keywords)
            reference.hardware = everyHardware
            reference.start()
            var negotiation = OffloadNegotiation(
              hardware: hardware, keywords: KeywordStore(keywords), quirks: quirks)
            negotiation.start()
            let (driver, stack) = (names(negotiation.driver), names(negotiation.stack))
            combinations += 1
            if driver != reference.driver || stack != reference.stack {
              XCTFail(
                """
                quirks \(quirks.rawValue), \(keywords): driver \(driver.sorted()), stack \
                \(stack.sorted()); expected \(reference.driver.sorted()) and \
                \(reference.stack.sorted())
                """)
            }
          }
        }
      }
    }
    XCTAssertEqual(combinations, 4 * 21 * (20 * 5 + 5 * 25))
  }

  /// The same for adapters of every world whose hardware has few offloads, seen by the callback.
  func testBehaviour10AdaptersWithLittleHardware() throws {
    for world in World.all {
      for keyword in SegmentationKeywords.all {
        for value in values {
          for (name, sibling) in [("none", nil), ("on", Value.string("1"))] {
            let others = SegmentationKeywords.all.filter { $0 != keyword }
            var keywords: [Keyword: Value] = [:]
            for other in others { keywords[other] = sibling }
            keywords[keyword] = value
            let log = CallLog()
            let adapter = try world.makeAdapter(keywords: keywords)
            try adapter.setGsoCapabilities(
              makeGso(.ipv4NoOptions, .tcpNoOptions, evtSetGso: log.callback("gso")))
            try adapter.start()
            // Without the quirk, the driver is not told of offloads that its hardware does not
            // have.
            var reference = makeReference(world.quirks, keywords: keywords)
            (reference.hardware.segmentation.ipv4, reference.hardware.segmentation.tcp) = (
              true, true
            )
            reference.start()
            let text = "\(world): \(keyword) = \(String(describing: value)), siblings \(name)"
            XCTAssertEqual(log.all.map { names($0.offloads) }, [reference.driver], text)
            XCTAssertEqual(names(adapter.stackOffloads), reference.stack, text)
          }
        }
      }
    }
  }

  /// A `REG_DWORD` has the same effect as its text, and is reported as an issue.
  func testBehaviour10IntegersCountLikeText() {
    for keyword in Keyword.allCases where keyword.isRead {
      for number in [UInt32(0), 1, 2, 3, 4, .max] {
        let text = KeywordStore([keyword: .string("\(number)")])
        let integer = KeywordStore([keyword: .integer(number)])
        XCTAssertEqual(text.number(keyword), integer.number(keyword))
        XCTAssertEqual(integer.issues, [.notAString(keyword)] + text.issues, "\(keyword) \(number)")
        let isInRange = Int(number) <= (keyword.largestValue ?? -1)
        XCTAssertEqual(text.issues.isEmpty, isInRange, "\(keyword) \(number)")
      }
    }
  }
}
