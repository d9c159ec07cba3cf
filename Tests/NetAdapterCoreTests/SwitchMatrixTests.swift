import NetAdapterCore
import XCTest

/// Behaviours 12 and 15 in full: every request with every setting of the keywords.
final class SwitchMatrixTests: XCTestCase {
  private typealias Value = KeywordStore.Value

  private static let requests: [OffloadParameters] = {
    let codes = OffloadParameters.Switch.allCases
    var all: [OffloadParameters] = []
    for v1 in codes {
      for v2 in codes {
        for v26 in codes {
          for uso4 in codes {
            for uso6 in codes {
              var parameters = OffloadParameters()
              (parameters.lsoV1, parameters.lsoV2IPv4, parameters.lsoV2IPv6) = (v1, v2, v26)
              (parameters.usoIPv4, parameters.usoIPv6) = (uso4, uso6)
              all.append(parameters)
            }
          }
        }
      }
    }
    return all
  }()

  /// Keywords absent, all on, and each of them off with the others on or absent.
  private static let settings: [[Keyword: Value]] = {
    let keywords = SegmentationKeywords.all
    var settings: [[Keyword: Value]] = [[:], segmentationKeywords]
    for keyword in keywords {
      settings.append([keyword: .string("0")])
      settings.append(segmentationKeywords.merging([keyword: .string("0")]) { $1 })
    }
    return settings
  }()

  private func check(
    _ hardware: (Layer3Flags, Layer4Flags), _ kinds: ReferenceHardware.Kinds, _ quirks: Quirks,
    _ settings: some Sequence<[Keyword: Value]> = settings
  ) {
    for keywords in settings {
      for first in Self.requests {
        var reference = makeReference(quirks, keywords: keywords)
        reference.hardware.segmentation = kinds
        reference.start()
        var declared = DeclaredCapabilities()
        declared.gso = makeGso(hardware.0, hardware.1)
        var negotiation = OffloadNegotiation(
          hardware: declared, keywords: KeywordStore(keywords), quirks: quirks)
        negotiation.start()
        // By the documentation, the second request changes nothing.
        for parameters in [first, OffloadParameters()] {
          let expected = reference.request(parameters)
          var refused: Set<OffloadRefusal.Member> = []
          do throws(OffloadRefusal) {
            try negotiation.request(parameters)
          } catch {
            refused = Set(error.members)
          }
          let driver = NetAdapterCoreTests.names(negotiation.driver)
          let stack = NetAdapterCoreTests.names(negotiation.stack)
          if refused != expected || driver != reference.driver || stack != reference.stack {
            XCTFail(
              """
              quirks \(quirks.rawValue), \(keywords), \(parameters): refused \(refused), driver \
              \(driver.sorted()), stack \(stack.sorted()); expected \(expected), \
              \(reference.driver.sorted()), \(reference.stack.sorted())
              """)
          }
        }
      }
    }
  }

  func testBehaviour12And15EveryRequestUponEveryKeyword() {
    XCTAssertEqual(Self.requests.count, 243)
    for quirks in [Quirks(), .release21H2] {
      check((.all, .all), .init(ipv4: true, ipv6: true, tcp: true, udp: true), quirks)
    }
  }

  /// After a request the driver is told of its hardware's offloads only, even with the quirk.
  func testBehaviour12HardwareOfOneKindEach() {
    let rows: [(Layer3Flags, Layer4Flags, ReferenceHardware.Kinds)] = [
      (.ipv4NoOptions, .tcpNoOptions, .init(ipv4: true, tcp: true)),
      (.ipv6NoExtensions, .udp, .init(ipv6: true, udp: true)),
    ]
    for (layer3, layer4, kinds) in rows {
      for quirks in [Quirks(), .release21H2] {
        check((layer3, layer4), kinds, quirks, Self.settings.prefix(4))
      }
    }
  }

  /// The four queries for every set of flags, as in the table of `NetOffloadIs…Enabled`.
  func testBehaviour12QueriesForEverySetOfFlags() {
    for bits in 0..<128 {
      let layer3 = Layer3Flags(rawValue: UInt32(bits & 15))
      let layer4 = Layer4Flags(rawValue: UInt32(bits >> 4))
      var offloads = ActiveOffloads()
      (offloads.lso.layer3, offloads.lso.layer4) = (layer3, layer4)
      (offloads.uso.layer3, offloads.uso.layer4) = (layer3, layer4)
      let (ipv4, ipv6) = (bits & 1 != 0, bits & 4 != 0)
      let (tcp, udp) = (bits & 16 != 0, bits & 64 != 0)
      XCTAssertEqual(offloads.isLsoIPv4Enabled, ipv4 && tcp, "\(bits)")
      XCTAssertEqual(offloads.isLsoIPv6Enabled, ipv6 && tcp, "\(bits)")
      XCTAssertEqual(offloads.isUsoIPv4Enabled, ipv4 && udp, "\(bits)")
      XCTAssertEqual(offloads.isUsoIPv6Enabled, ipv6 && udp, "\(bits)")
    }
  }
}
