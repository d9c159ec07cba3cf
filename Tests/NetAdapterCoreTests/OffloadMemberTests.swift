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
    let members = members(of: OffloadParameters())
    XCTAssertEqual(Set(members), Set(self.members(of: RequestedOffloads())))
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

  /// Disabling a member changes the requested offloads of the same name, and no others.
  func testEachMemberOfARequestIsApplied() {
    let before = state(RequestedOffloads())
    for (member, name) in switches {
      var request = OffloadParameters()
      request[keyPath: member] = .disabled
      let after = state(RequestedOffloads().applying(request))
      XCTAssertEqual(after.filter { before[$0.key] != $0.value }, [name: "false"])
    }
    for (member, name) in checksums {
      var request = OffloadParameters()
      request[keyPath: member] = .disabled
      let after = state(RequestedOffloads().applying(request))
      XCTAssertEqual(after.keys.filter { before[$0] != after[$0] }, [name])
    }
  }

  private func state(_ requested: RequestedOffloads) -> [String: String] {
    var state: [String: String] = [:]
    for child in Mirror(reflecting: requested).children {
      if let label = child.label { state[label] = "\(child.value)" }
    }
    return state
  }

  /// With all keywords 0, a request to enable a member is refused, naming that member alone.
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
    for (request, name) in requests {
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
