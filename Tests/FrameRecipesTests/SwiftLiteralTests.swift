import FrameRecipes
import XCTest

/// Recipes print as Swift.
///
/// Each literal stands below as source, too, so it compiles from outside.
final class SwiftLiteralTests: XCTestCase {
  func testLiteralsCompileAndMeanTheSame() {
    let rows: [(recipe: FrameRecipe, text: String, line: UInt)] = [
      (FrameRecipe(), "FrameRecipe()", #line),
      (
        FrameRecipe(
          link: .init(tags: [.init(0x88A8, 0x7)], source: "02:00:00:00:00:0a"),
          network: .ipv6 {
            $0.flowLabel = 0x12345; $0.source = "2001:db8:0:0:0:0:0:a";
            $0.extensions = [.init(0, [5, 2, 0, 0])]
          },
          transport: .tcp {
            $0.flags = [.psh, .ack]; $0.options = [[1], [8, 10, 0, 0, 0, 1, 0, 0, 0, 2]]
          }, payload: .random(seed: 7, count: 3000), checksum: .value(7), trailerCount: 3,
          encapsulation: .init(
            .gre(checksum: true, key: 0x5, sequence: nil), link: .init(.linuxCooked2),
            network: .ipv4 { $0.length = .zero }, checksum: .pseudoHeader)),
        #"FrameRecipe(link: .init(tags: [.init(0x88A8, 0x7)], source: "#
          + #""02:00:00:00:00:0a"), network: .ipv6 { $0.flowLabel = 0x12345; $0.source = "#
          + #""2001:db8:0:0:0:0:0:a"; $0.extensions = [.init(0, [5, 2, 0, 0])] }, "#
          + #"transport: .tcp { $0.flags = [.psh, .ack]; $0.options = [[1], [8, 10, 0, 0, "#
          + #"0, 1, 0, 0, 0, 2]] }, payload: .random(seed: 7, count: 3000), checksum: "#
          + #".value(7), trailerCount: 3, encapsulation: .init(.gre(checksum: true, key: "#
          + #"0x5, sequence: nil), link: .init(.linuxCooked2), network: .ipv4 { $0.length = "#
          + #".zero }, checksum: .pseudoHeader))"#,
        #line
      ),
      (
        FrameRecipe(
          link: .init(etherType: 0x806),
          network: .ipv4 {
            $0.typeOfService = 3; $0.identification = 0xFFFF; $0.dontFragment = false;
            $0.reservedBit = true; $0.moreFragments = true; $0.fragmentOffset = 9;
            $0.timeToLive = 1; $0.source = "192.0.2."; $0.destination = [1, 2];
            $0.options = [[148, 4, 0, 0]]; $0.length = .value(7); $0.headerChecksum = .wrong;
            $0.version = 5; $0.headerLength = 0x4; $0.protocolNumber = 0x1
          },
          transport: .udp {
            $0.sourcePort = 1; $0.destinationPort = 2; $0.length = .zero
          }, payload: .octets([1, 2]), zeroBecomesOnes: true,
          encapsulation: .init(
            .geneve(network: 0x7, options: [1, 2, 3, 4]),
            network: .ipv6 {
              $0.trafficClass = 1; $0.hopLimit = 2; $0.version = 7; $0.protocolNumber = 0x3B
            }, sourcePort: 7, udpLength: .value(9), destinationPort: 0x17C1),
          virtioNetHeader: .init(.segment(1448), form: .udpTunnel) {
            $0.flags = 0x2; $0.gsoType = 0x0; $0.headerLength = 0x7; $0.checksumStart = 0x8;
            $0.checksumOffset = 0x9; $0.bufferCount = 1
          }),
        #"FrameRecipe(link: .init(etherType: 0x806), network: .ipv4 { $0.typeOfService "#
          + #"= 3; $0.identification = 0xFFFF; $0.dontFragment = false; $0.reservedBit = "#
          + #"true; $0.moreFragments = true; $0.fragmentOffset = 9; $0.timeToLive = 1; "#
          + #"$0.source = "192.0.2."; $0.destination = [1, 2]; $0.options = [[148, 4, 0, "#
          + #"0]]; $0.length = .value(7); $0.headerChecksum = .wrong; $0.version = 5; "#
          + #"$0.headerLength = 0x4; $0.protocolNumber = 0x1 }, transport: .udp { "#
          + #"$0.sourcePort = 1; $0.destinationPort = 2; $0.length = .zero }, payload: "#
          + #".octets([1, 2]), zeroBecomesOnes: true, encapsulation: .init(.geneve(network: "#
          + #"0x7, options: [1, 2, 3, 4]), network: .ipv6 { $0.trafficClass = 1; "#
          + #"$0.hopLimit = 2; $0.version = 7; $0.protocolNumber = 0x3B }, sourcePort: 7, "#
          + #"udpLength: .value(9), destinationPort: 0x17C1), virtioNetHeader: "#
          + #".init(.segment(1448), form: .udpTunnel) { $0.flags = 0x2; $0.gsoType = 0x0; "#
          + #"$0.headerLength = 0x7; $0.checksumStart = 0x8; $0.checksumOffset = 0x9; "#
          + #"$0.bufferCount = 1 })"#,
        #line
      ),
      (
        FrameRecipe(
          transport: .tcp {
            $0.sourcePort = 1; $0.destinationPort = 2; $0.sequenceNumber = 0x3;
            $0.acknowledgement = 0x4; $0.flags = .init(rawValue: 0xE11); $0.window = 0x5;
            $0.urgentPointer = 0x6; $0.dataOffset = 0xF
          }, payload: .init(.seeded(7), offset: 3, count: 4), virtioNetHeader: .init()),
        #"FrameRecipe(transport: .tcp { $0.sourcePort = 1; $0.destinationPort = 2; "#
          + #"$0.sequenceNumber = 0x3; $0.acknowledgement = 0x4; $0.flags = .init(rawValue: "#
          + #"0xE11); $0.window = 0x5; $0.urgentPointer = 0x6; $0.dataOffset = 0xF }, "#
          + #"payload: .init(.seeded(7), offset: 3, count: 4), virtioNetHeader: .init())"#,
        #line
      ),
      (
        FrameRecipe(payload: .repeating(0x5A, count: 9)),
        "FrameRecipe(payload: .repeating(0x5A, count: 9))", #line
      ),
      (FrameRecipe(payload: .counting(3)), "FrameRecipe(payload: .counting(3))", #line),
      (
        FrameRecipe(
          network: .arp {
            $0.operation = 0x2; $0.source = "192.0.2.9"
          },
          transport: .icmp(
            .init {
              $0.type = 3; $0.code = 4; $0.rest = 0x5
            }),
          encapsulation: .init(
            .gre(checksum: true, key: nil, sequence: nil), greChecksum: .wrong,
            outer: .init(.ipInIP, link: .init(.rawIP)))),
        #"FrameRecipe(network: .arp { $0.operation = 0x2; $0.source = "192.0.2.9" }, "#
          + #"transport: .icmp(.init { $0.type = 3; $0.code = 4; $0.rest = 0x5 }), "#
          + #"encapsulation: .init(.gre(checksum: true, key: nil, sequence: nil), greChecksum: "#
          + #".wrong, outer: .init(.ipInIP, link: .init(.rawIP))))"#, #line
      ),
      (
        FrameRecipe(transport: .icmpv6(.init())), "FrameRecipe(transport: .icmpv6(.init()))", #line
      ),
    ]
    for row in rows {
      XCTAssertEqual(row.recipe.swiftLiteral, row.text, line: row.line)
      XCTAssertEqual(row.recipe.description, row.text, line: row.line)
    }
  }
}
