import NetAdapterCore
import XCTest

/// Every member of a request has its place in each type that handles requests.
///
/// A new offload is easily forgotten in one of them; see the article "Adding an offload".
final class OffloadMemberTests: XCTestCase {
  private typealias Parameters = OffloadParameters

  private func members(of value: Any) -> [String] {
    Mirror(reflecting: value).children.compactMap(\.label)
  }

  func testRequestsAndRefusalsHaveTheSameMembers() {
    let members = members(of: OffloadParameters()).filter { $0 != "skipsRegistryUpdate" }
    XCTAssertEqual(Set(members), Set(OffloadRefusal.Member.allCases.map { "\($0)" }))
    XCTAssertEqual(members.count, switches.count + checksums.count, "a row here for each member")
  }

  private let switches: [(WritableKeyPath<Parameters, Parameters.Switch>, String)] = [
    (\.lsoV1, "lsoV1"), (\.lsoV2IPv4, "lsoV2IPv4"), (\.lsoV2IPv6, "lsoV2IPv6"),
    (\.usoIPv4, "usoIPv4"), (\.usoIPv6, "usoIPv6"), (\.rscIPv4, "rscIPv4"), (\.rscIPv6, "rscIPv6"),
  ]
  private let checksums: [(WritableKeyPath<Parameters, Parameters.Checksum>, String)] = [
    (\.ipv4Checksum, "ipv4Checksum"), (\.tcpIPv4Checksum, "tcpIPv4Checksum"),
    (\.udpIPv4Checksum, "udpIPv4Checksum"), (\.tcpIPv6Checksum, "tcpIPv6Checksum"),
    (\.udpIPv6Checksum, "udpIPv6Checksum"),
  ]

  /// Each member is kept until a later request asks for something else.
  func testEachMemberOfARequestIsKept() throws {
    for quirks in [Quirks(), .release21H2] {
      var negotiation = OffloadNegotiation(quirks: quirks)
      negotiation.start()
      var expected = OffloadParameters()
      for (member, name) in switches {
        var request = OffloadParameters()
        request[keyPath: member] = .disabled
        expected[keyPath: member] = .disabled
        try negotiation.request(request)
        XCTAssertEqual(negotiation.requested, expected, name)
      }
      for (member, name) in checksums {
        var request = OffloadParameters()
        request[keyPath: member] = .disabled
        expected[keyPath: member] = .disabled
        try negotiation.request(request)
        XCTAssertEqual(negotiation.requested, expected, name)
      }
      negotiation.start()
      XCTAssertEqual(negotiation.requested, OffloadParameters(), "a start forgets requests")
    }
  }

  /// Each member writes its own keyword, and no other, as text.
  func testEachMemberWritesItsKeyword() throws {
    var requests: [(OffloadParameters, String, value: String)] = []
    for (member, name) in switches {
      for (code, value) in [(Parameters.Switch.disabled, "0"), (.enabled, "1")] {
        var request = OffloadParameters()
        request[keyPath: member] = code
        requests.append((request, name, value))
      }
    }
    for (member, name) in checksums {
      let codes: [(Parameters.Checksum, String)] = [
        (.disabled, "0"), (.txEnabled, "1"), (.rxEnabled, "2"), (.enabled, "3"),
      ]
      for (code, value) in codes {
        var request = OffloadParameters()
        request[keyPath: member] = code
        requests.append((request, name, value))
      }
    }
    for (request, name, value) in requests {
      let member = try XCTUnwrap(OffloadRefusal.Member.allCases.first { "\($0)" == name })
      var negotiation = OffloadNegotiation()
      negotiation.start()
      try negotiation.request(request)
      XCTAssertEqual(negotiation.keywords, KeywordStore([member.keyword: .string(value)]), name)
      XCTAssertEqual(member.keyword, keyword(of: member))
      var skipping = request
      skipping.skipsRegistryUpdate = true
      negotiation.keywords = KeywordStore()
      try negotiation.request(skipping)
      XCTAssertEqual(negotiation.keywords, KeywordStore(), name)
    }
  }

  /// With all keywords 0, a request that enables a member and writes no keyword is refused, naming
  /// that member alone.
  func testEachMemberCanBeRefused() {
    var keywords = KeywordStore()
    for keyword in Keyword.allCases where keyword.isRead { keywords[keyword] = .string("0") }
    var requests: [(OffloadParameters, String)] = []
    for (member, name) in switches {
      var request = OffloadParameters()
      request[keyPath: member] = .enabled
      requests.append((request, name))
    }
    for (member, name) in checksums {
      for value in [Parameters.Checksum.txEnabled, .rxEnabled, .enabled] {
        var request = OffloadParameters()
        request[keyPath: member] = value
        requests.append((request, name))
      }
    }
    for (var request, name) in requests {
      request.skipsRegistryUpdate = true
      var negotiation = OffloadNegotiation(keywords: keywords)
      negotiation.start()
      var refused: [String] = []
      do throws(OffloadRefusal) { try negotiation.request(request) } catch {
        refused = error.members.map { "\($0)" }
      }
      XCTAssertEqual(refused, [name])
    }
  }
}
