import FrameRecipes
import TestSupport
import VirtualNICTesting
import XCTest

/// `frameFaults`: each field that is wrong is named, with both values, and nothing else is.
final class FrameFaultTests: XCTestCase {
  private func faults(_ recipe: FrameRecipe, mtu: Int? = nil) throws -> [String] {
    try frameFaults(recipe.octets, mtu: mtu, link: recipe.outerLink.kind).map(\.description)
  }

  func testAFaultNamesFrameOctetFieldAndBothValues() throws {
    var recipe = FrameRecipe(payload: .counting(100))
    XCTAssertEqual(try faults(recipe), [])
    let right = try recipe.octets
    XCTAssertEqual(right[24..<26] + right[50..<52], [0x3C, 0x01, 0x16, 0x1F])
    recipe.network.ipv4?.headerChecksum = .value(0x1234)
    recipe.checksum = .value(0xBEEF)
    XCTAssertEqual(
      try faults(recipe),
      [
        "frame 0, octet 24, ipv4.headerChecksum: expected 0x3c01, found 0x1234",
        "frame 0, octet 50, tcp.checksum: expected 0x161f, found 0xbeef",
      ])
  }

  func testLengths() throws {
    var recipe = FrameRecipe(
      network: .ipv6(), transport: .udp(), payload: .counting(100), checksum: .zero)
    XCTAssertEqual(
      try faults(recipe),
      ["frame 0, octet 60, udp.checksum: expected 0x69d8, found 0x0000"], "RFC 8200, section 8.1")
    recipe.checksum = .complete
    for (length, found) in [(90, "90"), (120, "120")] {
      recipe.network.ipv6?.length = .value(UInt16(length))
      XCTAssertEqual(
        try faults(recipe).first,
        "frame 0, octet 18, ipv6.payloadLength: expected 108, found \(found)")
    }
    recipe.network.ipv6?.length = .exact
    recipe.transport.udp?.length = .value(120)
    XCTAssertEqual(
      try faults(recipe), ["frame 0, octet 58, udp.length: expected 108, found 120"])
    recipe.transport.udp?.length = .value(7)
    XCTAssertEqual(try faults(recipe), ["frame 0, octet 58, udp.length: expected 108, found 7"])
  }

  /// RFC 9868: what follows a datagram within its packet is options, if the checksum says so, too.
  func testOptionsAfterADatagram() throws {
    let short = FrameRecipe(transport: .udp(), payload: .counting(40))
    var octets = try short.octets + [UInt8](repeating: 1, count: 12)
    octets[17] += 12
    XCTAssertEqual(frameFaults(octets).map(\.field), ["ipv4.headerChecksum"])
    octets[54] ^= 1
    XCTAssertEqual(frameFaults(octets).map(\.field), ["ipv4.headerChecksum", "udp.length"])
  }

  func testTheMTU() throws {
    let recipe = FrameRecipe(
      link: .ethernet(vlans: [5]), payload: .counting(1_461))
    XCTAssertEqual(try faults(recipe, mtu: 1_501), [])
    XCTAssertEqual(try faults(recipe, mtu: 1_500), ["frame 0, mtu: expected 1500, found 1501"])
  }

  /// What a sender left to its NIC is told apart from what is wrong.
  func testPartialFields() throws {
    for network in [FrameRecipe.Network.ipv4(), .ipv6()] {
      for transport in [FrameRecipe.Transport.tcp(), .udp()] {
        for checksum in [FrameRecipe.TransportChecksum.pseudoHeader, .pseudoHeaderWithoutLength] {
          let recipe = FrameRecipe(
            network: network, transport: transport, payload: .counting(999), checksum: checksum)
          let found = try frameFaults(recipe.octets)
          XCTAssertEqual(found.map(\.kind), [.partial], "\(recipe)")
          XCTAssertTrue(found[0].field.hasSuffix("p.checksum"), found[0].field)
          XCTAssertTrue(found[0].description.hasSuffix(" (left to the NIC)"))
          XCTAssertEqual(try frameFaults(recipe.octets, partial: .allowed), [])
        }
      }
    }
    // As a driver of LSO version 2 gets a frame: no length, no header checksum, no length in the
    // sum.
    let lso = FrameRecipe(
      network: .ipv4 {
        $0.length = .zero
        $0.headerChecksum = .zero
      }, payload: .counting(9_000), checksum: .pseudoHeaderWithoutLength)
    XCTAssertEqual(
      try frameFaults(lso.octets).map(\.field),
      ["ipv4.totalLength", "ipv4.headerChecksum", "tcp.checksum"])
    XCTAssertEqual(try frameFaults(lso.octets, partial: .allowed), [])
    let wrong = FrameRecipe(payload: .counting(9), checksum: .wrong)
    XCTAssertEqual(
      try frameFaults(wrong.octets, partial: .allowed).map(\.field), ["tcp.checksum"])
  }

  /// An outer checksum counts on the inner one being completed (local checksum offload).
  func testTunnelsAroundAPartialChecksum() throws {
    var recipe = FrameRecipe(
      payload: .counting(500), encapsulation: .vxlan(over: .ipv6()))
    recipe.encapsulation?.checksum = .complete
    var octets = try recipe.octets
    let field = recipe.layout.transportOffset + 16
    recipe.checksum = .pseudoHeader
    octets.replaceSubrange(field..<(field + 2), with: try recipe.octets[field..<(field + 2)])
    XCTAssertEqual(frameFaults(octets).map(\.field), ["inner.tcp.checksum"])
    XCTAssertEqual(frameFaults(octets, partial: .allowed), [])
    octets[octets.count - 1] ^= 1
    XCTAssertEqual(
      frameFaults(octets, partial: .allowed), [], "the NIC sums up the payload, whatever it is")
    octets[66] ^= 1
    XCTAssertEqual(
      frameFaults(octets, partial: .allowed).map(\.field), ["outer.udp.checksum"],
      "the VXLAN network")
  }

  func testPaddingAndTrailers() throws {
    var recipe = FrameRecipe(transport: .udp(), payload: .counting(3))
    recipe.trailerCount = 60 - 45
    XCTAssertEqual(try faults(recipe), [], "an Ethernet frame is padded to 60 octets")
    recipe.trailerCount += 1
    XCTAssertEqual(
      try faults(recipe), ["frame 0, octet 16, ipv4.totalLength: expected 47, found 31"])
    XCTAssertEqual(try frameFaults(recipe.octets, allowsTrailer: true), [])
  }

  /// A packet that ends too early looks like one with a trailer, but for its checksum.
  func testAPacketThatEndsTooEarly() throws {
    for transport in [FrameRecipe.Transport.tcp(), .udp()] {
      for network in [FrameRecipe.Network.ipv4(), .ipv6(extensions: [.hopByHop()])] {
        var recipe = FrameRecipe(network: network, transport: transport, payload: .counting(99))
        let right = 99 + transport.byteCount + (network.isIPv6 ? 8 : 20)
        recipe.network.ipv4?.length = .value(UInt16(right - 9))
        recipe.network.ipv6?.length = .value(UInt16(right - 9))
        XCTAssertEqual(
          try frameFaults(recipe.octets, allowsTrailer: true).map(\.description),
          [
            network.isIPv6
              ? "frame 0, octet 18, ipv6.payloadLength: expected \(right), found \(right - 9)"
              : "frame 0, octet 16, ipv4.totalLength: expected \(right), found \(right - 9)"
          ])
      }
    }
  }

  func testWhatIsNotReadHasNoFaults() throws {
    let arp = [UInt8](repeating: 2, count: 12) + [8, 6] + [UInt8](repeating: 1, count: 60)
    XCTAssertEqual(frameFaults(arp), [])
    var icmp = try FrameRecipe(payload: .counting(20)).octets
    icmp[23] = 1
    XCTAssertEqual(frameFaults(icmp).map(\.field), ["ipv4.headerChecksum"])
    var fragment = try FrameRecipe(network: .ipv4 { $0.fragmentOffset = 9 }).octets
    XCTAssertEqual(frameFaults(fragment), [])
    fragment[18] ^= 1
    XCTAssertEqual(frameFaults(fragment).map(\.field), ["ipv4.headerChecksum"])
  }

  func testHeadersThatEndTooEarly() throws {
    let frame = try FrameRecipe(network: .ipv6(), payload: .counting(9)).octets
    for count in 0..<frame.count {
      let found = frameFaults(Array(frame[..<count]))
      // Up to the EtherType nobody can know that it is IPv6.
      XCTAssertFalse(found.isEmpty, "\(count) octets")
    }
    XCTAssertEqual(
      frameFaults(Array(frame[..<60])).first?.description,
      "frame 0, octet 18, ipv6.payloadLength: expected 6, found 29")
    XCTAssertEqual(
      frameFaults(Array(frame[..<60])).last?.description,
      "frame 0, octet 54, tcp: expected at least 20 octets, found 6")
  }

  /// Whatever octets come, an answer comes, too; and so it does for frames that are very deep.
  func testNoFrameIsTooOdd() throws {
    var random = SeededGenerator.fromEnvironment()
    var generator = RecipeGenerator(random, profile: .tunnels)
    for _ in 0..<2_000 {
      var frame = try generator.next().recipe.octets
      for _ in 0..<random.within(1...6) where !frame.isEmpty {
        frame[random.below(min(frame.count, 150))] = random.integer()
      }
      if random.oneIn(3) { frame.removeLast(random.below(frame.count)) }
      for kind in FrameRecipe.LinkKind.allCases {
        _ = frameFaults(frame, mtu: 1_500, link: kind)
        _ = segmentationFaults([frame], of: frame, segmentSize: 100, link: kind)
      }
    }
    let tags = [UInt8](repeating: 0, count: 12) + [UInt8](repeating: 0x81, count: 0)
    let deep = tags + (0..<60_000).flatMap { _ -> [UInt8] in [0x81, 0, 0, 0] }
    XCTAssertFalse(frameFaults(deep).isEmpty)
    // IPv4 in IPv4, 3,000 times: each header says that the next one follows.
    var nested: [UInt8] = []
    for depth in (0..<3_000).reversed() {
      let length = UInt16((3_000 - depth) * 20)
      nested =
        [0x45, 0, UInt8(length >> 8), UInt8(length & 0xFF), 0, 0, 0, 0, 64, 4, 0, 0]
        + [1, 2, 3, 4, 5, 6, 7, 8] + nested
    }
    XCTAssertEqual(
      Set(frameFaults(nested, link: .rawIP).map(\.field)),
      ["outer.ipv4.headerChecksum", "inner.ipv4.headerChecksum"])
  }
}
