import TestSupport
import WireFormats
import XCTest

final class ExtensionHeaderWalkTests: XCTestCase {
  private let kinds: [ExtensionHeader] = [
    .hopByHop([5, 2, 0, 0]),
    .routing(type: 2, [0, 0, 0, 0] + [UInt8](repeating: 0xAA, count: 16)),
    .destinationOptions([1, 12] + zeros(12)),
  ]

  /// Every list of up to four headers, in any order and with repetitions.
  private var lists: [[ExtensionHeader]] {
    var all: [[ExtensionHeader]] = [[]]
    var last = all
    for _ in 1...4 {
      last = last.flatMap { list in kinds.map { list + [$0] } }
      all += last
    }
    return all
  }

  func testEveryOrder() throws {
    for list in lists {
      for transport in [Transport.tcp(), .udp()] {
        let recipe = FrameRecipe(
          network: .ipv6(IPv6Recipe { $0.extensions = list }), transport: transport,
          payload: Payload(count: 3))
        let frame = recipe.build()
        let layout = try reading(frame).get()
        let network = try XCTUnwrap(layout.network)
        let name = "\(list.map(\.number))"
        XCTAssertEqual(network.headerLength, recipe.network.byteCount, name)
        XCTAssertEqual(network.hasOptions, !list.isEmpty, name)
        XCTAssertEqual(network.upperProtocol, transport.isTCP ? .tcp : .udp, name)
        XCTAssertEqual(layout.transport?.offset, recipe.layout.transportOffset, name)
        XCTAssertEqual(layout.payloadRange?.count, 3, name)
        XCTAssertEqual(network.finalDestinationOffset, 14 + 24, name)
        XCTAssertFalse(network.hasJumboPayloadOption, name)
      }
    }
  }

  /// 31 headers of 2,048 octets, and one that makes the chain one unit too long for a packet.
  func testTheLongestChain() throws {
    let long = ExtensionHeader.destinationOptions(zeros(2_046))
    for (rest, isTooLong) in [(2_032, false), (2_040, true)] {
      let headers = Array(repeating: long, count: 31) + [.destinationOptions(zeros(rest - 34))]
      let recipe = FrameRecipe(
        network: .ipv6(IPv6Recipe { $0.extensions = headers }), payload: Payload(count: 70_000))
      let result = reading(recipe.build())
      if isTooLong {
        let offset = 14 + 40 + 31 * 2_048
        XCTAssertEqual(
          result, .failure(.headersTooLong(.ipv6, limit: 65_535, offset: offset)))
        XCTAssertThrowsError(try result.get()) {
          XCTAssertEqual(
            "\($0)",
            "IPv6 headers have more than 65535 octets; one too many at octet \(offset)")
        }
      } else {
        XCTAssertEqual(try result.get().network?.headerLength, 40 + 31 * 2_048 + rest - 32)
      }
    }
  }

  /// A front that claims a frame longer than offsets can count.
  func testTheLongestFrame() throws {
    let front = FrameRecipe(payload: Payload(count: 3)).build()
    let limit = PacketLayout.maximumFrameLength
    let longest = try PacketLayout(parsingFront: front.octets, ofFrameLength: limit)
    XCTAssertEqual(longest.frameLength, limit)
    for byteCount in [limit + 1, Int.max] {
      XCTAssertThrowsError(
        try PacketLayout(parsingFront: front.octets, ofFrameLength: byteCount)
      ) {
        XCTAssertEqual($0 as? WireError, .frameTooLong(byteCount: byteCount, limit: limit))
      }
    }
  }

  /// RFC 8200, section 4.5: the fixed header, and "all headers up to and including the Routing
  /// header if present, else the Hop-by-Hop Options header if present, else no extension headers";
  /// section 4.1: hop-by-hop options stand immediately after the fixed header only.
  func testPerFragmentLength() throws {
    for list in lists {
      let recipe = FrameRecipe(network: .ipv6(IPv6Recipe { $0.extensions = list }))
      let network = try XCTUnwrap(reading(recipe.build()).get().network)
      let (length, nextHeader) = perFragment(list)
      let name = "\(list.map(\.number))"
      XCTAssertEqual(network.perFragmentLength, length, name)
      XCTAssertEqual(network.perFragmentNextHeaderOffset, 14 + nextHeader, name)
    }
  }

  func testPerFragmentLengthOfIPv4() throws {
    for options in [0, 4, 40] {
      let frame = Wire.ethernet(0x0800) + Wire.ipv4(17, Wire.udp(), options: zeros(options))
      let network = try XCTUnwrap(reading(frame).get().network)
      XCTAssertEqual(network.perFragmentLength, 20 + options)
      XCTAssertEqual(network.perFragmentNextHeaderOffset, 23)
      XCTAssertEqual(network.finalDestinationOffset, 30)
      XCTAssertEqual(network.hasOptions, options > 0)
    }
  }

  /// Whatever is not repeated in every segment ends the walk, and is named.
  func testOtherHeadersEndTheWalk() throws {
    for number in UInt8.min...UInt8.max where ![0, 6, 17, 43, 60].contains(number) {
      for front in [[], [UInt8(0)], [43], [0, 60, 43, 60]] as [[UInt8]] {
        var body: [UInt8] = []
        for (index, _) in front.enumerated() {
          body += [index + 1 < front.count ? front[index + 1] : number, 0] + zeros(6)
        }
        body += [UInt8](repeating: 0xFF, count: 40)
        let packet = Wire.ipv6(front.first ?? number, body)
        let layout = try reading(packet, link: .rawIP).get()
        XCTAssertEqual(layout.network?.upperProtocol.rawValue, number)
        XCTAssertEqual(layout.network?.headerLength, 40 + front.count * 8, "\(front) \(number)")
        XCTAssertEqual(layout.network?.upperOffset, 40 + front.count * 8, "\(front) \(number)")
        XCTAssertNil(layout.transport, "\(number)")
        XCTAssertNil(layout.payloadRange, "\(number)")
        XCTAssertEqual(layout.network?.isIPv4Fragment, false)
      }
    }
  }

  func testHeadersThatEndTheWalkByName() throws {
    let rows: [(number: UInt8, name: IPProtocol, line: UInt)] = [
      (44, .fragmentHeader, #line), (51, .authenticationHeader, #line), (50, .esp, #line),
      (135, .mobilityHeader, #line), (59, .noNextHeader, #line), (58, .icmpv6, #line),
    ]
    for row in rows {
      // Even where TCP would follow: what is after these headers is not repeated in segments.
      let body = [6, 0, 0, 1, 0, 0, 0, 1] + Wire.tcp()
      let layout = try reading(Wire.ipv6(row.number, body), link: .rawIP).get()
      XCTAssertEqual(layout.network?.upperProtocol, row.name, line: row.line)
      XCTAssertNil(layout.transport, line: row.line)
    }
  }

  /// In IPv4 the numbers of extension headers mean nothing special.
  func testIPv4DoesNotWalk() throws {
    for number in [0, 43, 44, 51, 60, 135] as [UInt8] {
      let layout = try reading(Wire.ipv4(number, [6, 0] + zeros(50)), link: .rawIP).get()
      XCTAssertEqual(layout.network?.upperProtocol.rawValue, number)
      XCTAssertEqual(layout.network?.headerLength, 20)
      XCTAssertNil(layout.transport)
    }
  }

  /// RFC 791, section 3.1: a fragment has "more fragments" set or an offset.
  func testIPv4Fragments() throws {
    let rows: [(flags: Int, isFragment: Bool, line: UInt)] = [
      (0x0000, false, #line), (0x4000, false, #line), (0x8000, false, #line),
      (0x2000, true, #line), (0x6000, true, #line), (0x0001, true, #line), (0x1FFF, true, #line),
      (0x2001, true, #line), (0xE0FF, true, #line),
    ]
    for row in rows {
      // A data offset of 0 would be an error, were it looked at.
      let dataOffset: UInt8 = row.isFragment ? 0 : 5
      for body in [Wire.tcp(dataOffset: dataOffset), row.isFragment ? [1] : Wire.tcp()] {
        let layout = try reading(Wire.ipv4(6, body, flags: row.flags), link: .rawIP).get()
        XCTAssertEqual(layout.network?.isIPv4Fragment, row.isFragment, line: row.line)
        XCTAssertEqual(layout.network?.upperProtocol, .tcp, line: row.line)
        XCTAssertEqual(layout.transport == nil, row.isFragment, line: row.line)
        XCTAssertEqual(layout.payloadRange == nil, row.isFragment, line: row.line)
      }
    }
  }

  func testTruncation() {
    // Hop-by-hop of 8, destination options of 24, then TCP: truncated by the frame and by the
    // length.
    let body = [60, 0] + zeros(6) + [6, 2] + zeros(22) + Wire.tcp()
    for count in 0..<body.count {
      let expected: WireError =
        switch count {
        case ..<8: .truncated(.ipv6Extension, offset: 40, needed: 8, available: count)
        case ..<16: .truncated(.ipv6Extension, offset: 48, needed: 8, available: count - 8)
        case ..<32: .truncated(.ipv6Extension, offset: 48, needed: 24, available: count - 8)
        default: .truncated(.tcp, offset: 72, needed: 20, available: count - 32)
        }
      let front = Wire.ipv6(0, Array(body[..<count]), length: body.count)
      XCTAssertEqual(reading(front, link: .rawIP), .failure(expected), "\(count) octets are there")
      guard count > 0 else { continue }
      let short = Wire.ipv6(0, body, length: count)
      XCTAssertEqual(reading(short, link: .rawIP), .failure(expected), "\(count) octets belong")
    }
  }

  /// RFC 2675 in the walk: only in hop-by-hop options.
  func testJumboPayloadOption() throws {
    let jumbo = hex("C204 0001 0000")
    let rows: [(headers: [UInt8], expected: Bool, line: UInt)] = [
      ([0], true, #line), ([0, 60], true, #line), ([60], false, #line), ([43], false, #line),
      ([], false, #line),
    ]
    for row in rows {
      var body: [UInt8] = []
      for index in row.headers.indices {
        body += [index + 1 < row.headers.count ? row.headers[index + 1] : 17, 0] + jumbo
      }
      let packet = Wire.ipv6(row.headers.first ?? 17, body + Wire.udp(), length: 0)
      let network = try XCTUnwrap(reading(packet, link: .rawIP).get().network)
      XCTAssertEqual(network.hasJumboPayloadOption, row.expected, line: row.line)
      XCTAssertEqual(network.length, .zero, line: row.line)
    }
  }

  private struct Route {
    let name: String
    let headers: [ExtensionHeader]
    let offset: Int
    let line: UInt

    /// `offset` counts from the start of the IP header.
    init(_ name: String, _ headers: [ExtensionHeader], _ offset: Int, line: UInt = #line) {
      (self.name, self.headers, self.offset, self.line) = (name, headers, offset, line)
    }
  }

  /// RFC 8200, section 8.1: checksums cover the final destination.
  func testFinalDestination() throws {
    func addresses(_ count: Int) -> [UInt8] { zeros(4) + zeros(16 * count) }
    let rows = [
      Route("none", [], 24),
      Route("type 0, one left of one", [.routing(type: 0, segmentsLeft: 1, addresses(1))], 48),
      Route("type 0, one left of three", [.routing(type: 0, segmentsLeft: 1, addresses(3))], 80),
      Route("type 0, three left of three", [.routing(type: 0, segmentsLeft: 3, addresses(3))], 80),
      Route("type 0, none left", [.routing(type: 0, segmentsLeft: 0, addresses(3))], 24),
      Route("type 2, one left", [.routing(type: 2, segmentsLeft: 1, addresses(1))], 48),
      Route("type 2, none left", [.routing(type: 2, segmentsLeft: 0, addresses(1))], 24),
      Route("type 4, one left of one", [.routing(type: 4, segmentsLeft: 1, addresses(1))], 48),
      Route(
        "type 4, the list is backwards",
        [.routing(type: 4, segmentsLeft: 2, [2, 0, 0, 0] + zeros(48))], 48),
      Route("type 4, none left", [.routing(type: 4, segmentsLeft: 0, addresses(3))], 24),
      Route("type 253", [.routing(type: 253, segmentsLeft: 1, addresses(1))], 24),
      Route(
        "type 3, RPL, addresses are compressed",
        [.routing(type: 3, segmentsLeft: 1, addresses(1))], 24),
      Route("no room for an address", [.routing(type: 0, segmentsLeft: 1, zeros(12))], 24),
      Route("no room for an address, type 4", [.routing(type: 4, segmentsLeft: 1, zeros(12))], 24),
      Route(
        "after hop-by-hop options",
        [.hopByHop([1, 4]), .routing(type: 2, segmentsLeft: 1, addresses(1))], 56),
      Route(
        "the last of two counts",
        [
          .routing(type: 2, segmentsLeft: 1, addresses(1)),
          .routing(type: 0, segmentsLeft: 1, addresses(2)),
        ], 40 + 24 + 8 + 16),
      Route(
        "the last of two has none left",
        [
          .routing(type: 2, segmentsLeft: 1, addresses(1)),
          .routing(type: 0, segmentsLeft: 0, addresses(2)),
        ], 48),
    ]
    for row in rows {
      let recipe = FrameRecipe(network: .ipv6(IPv6Recipe { $0.extensions = row.headers }))
      let network = try XCTUnwrap(reading(recipe.build()).get().network)
      XCTAssertEqual(network.finalDestinationOffset, 14 + row.offset, row.name, line: row.line)
    }
  }

  /// RFC 6275: the home address of a mobile node counts in checksums.
  func testHomeAddresses() throws {
    let home = ExtensionHeader.homeAddress(.init([UInt8](repeating: 7, count: 16)))
    let addresses = [UInt8](repeating: 0, count: 4) + [UInt8](repeating: 9, count: 16)
    let rows: [(name: String, headers: [ExtensionHeader], offset: Int)] = [
      ("none", [], 8),
      ("alone", [home], 40 + 8),
      ("after hop-by-hop options", [.hopByHop([5, 2, 0, 0]), home], 48 + 8),
      ("after a route", [.routing(type: 2, segmentsLeft: 1, addresses), home], 64 + 8),
      ("the last of two", [home, home], 64 + 8),
      ("not among hop-by-hop options", [ExtensionHeader(IPNumber.hopByHop, home.contents)], 8),
      ("after padding", [.destinationOptions([0, 0, 0, 0, 0xC9, 16] + addresses)], 40 + 8),
      ("of another length", [.destinationOptions([0xC9, 15] + addresses)], 8),
      (
        "truncated", [.destinationOptions([1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xC9, 16])], 8
      ),
    ]
    for row in rows {
      let recipe = FrameRecipe(network: .ipv6(IPv6Recipe { $0.extensions = row.headers }))
      let network = try XCTUnwrap(reading(recipe.build()).get().network)
      XCTAssertEqual(network.pseudoHeaderSourceOffset, 14 + row.offset, row.name)
    }
    XCTAssertEqual(
      try XCTUnwrap(reading(FrameRecipe().build()).get().network).pseudoHeaderSourceOffset, 26)
  }

  /// Routes that lead past their own end.
  func testSegmentsLeft() throws {
    func count(_ type: UInt8, _ left: UInt8, _ data: [UInt8]) throws -> [Int] {
      let header = ExtensionHeader.routing(type: type, segmentsLeft: left, data)
      let recipe = FrameRecipe(network: .ipv6(IPv6Recipe { $0.extensions = [header] }))
      let excess = try XCTUnwrap(reading(recipe.build()).get().network).excessSegmentsLeft
      return excess.map { [$0.segmentsLeft, $0.addresses] } ?? []
    }
    func list(_ addresses: Int, last: UInt8 = 0) -> [UInt8] {
      [last, 0, 0, 0] + [UInt8](repeating: 1, count: addresses * 16)
    }
    XCTAssertEqual(try count(0, 2, list(2)), [])
    XCTAssertEqual(try count(0, 3, list(2)), [3, 2])
    XCTAssertEqual(try count(0, 1, []), [1, 0])
    XCTAssertEqual(try count(2, 1, list(1)), [])
    XCTAssertEqual(try count(2, 2, list(1)), [2, 1])
    XCTAssertEqual(try count(2, 2, list(2)), [2, 1], "mobile IPv6 has one address")
    XCTAssertEqual(try count(4, 3, list(3, last: 2)), [], "a reduced list (RFC 8754)")
    XCTAssertEqual(try count(4, 255, list(3, last: 2)), [255, 3])
    XCTAssertEqual(try count(4, 3, list(3, last: 1)), [3, 2], "the rest is no address")
    XCTAssertEqual(try count(4, 3, list(2, last: 9)), [3, 2], "more than there are")
    // RFC 6554: five addresses of two octets, the last of four, two octets of padding.
    let rpl: [UInt8] = [0xEC, 0x20, 0, 0] + [UInt8](repeating: 1, count: 14) + [0, 0]
    XCTAssertEqual(try count(3, 6, rpl), [])
    XCTAssertEqual(try count(3, 7, rpl), [7, 6])
    XCTAssertEqual(try count(3, 1, [0, 0, 0, 0]), [1, 0])
    XCTAssertEqual(try count(253, 9, list(1)), [], "unknown type")
  }
}

/// The octets that stay before a fragment header, counted from the start of the IP header, and
/// the place of the last next header field in them (RFC 8200, section 4.5).
func perFragment(_ headers: [ExtensionHeader]) -> (length: Int, nextHeader: Int) {
  var kept = 0
  if let last = headers.lastIndex(where: { $0.number == IPNumber.routing }) {
    kept = last + 1
  } else if headers.first?.number == IPNumber.hopByHop {
    kept = 1
  }
  let sizes = headers[..<kept].map(\.byteCount)
  let length = 40 + sizes.reduce(0, +)
  return (length, sizes.last.map { length - $0 } ?? 6)
}
