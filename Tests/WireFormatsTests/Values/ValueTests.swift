import WireFormats
import XCTest

final class ValueTests: XCTestCase {
  func testTCPFlags() {
    let rows: [(flags: TCPFlags, text: String, line: UInt)] = [
      ([], "none", #line),
      (.fin, "FIN", #line),
      ([.syn, .ack], "ACK,SYN", #line),
      ([.psh, .ack], "ACK,PSH", #line),
      (TCPFlags(rawValue: 0x1FF), "AE,CWR,ECE,URG,ACK,PSH,RST,SYN,FIN", #line),
      (TCPFlags(rawValue: 0xE00), "reserved 7", #line),
      (TCPFlags(rawValue: 0x210), "reserved 1,ACK", #line),
      // The data offset shares the word and is no flag.
      (TCPFlags(rawValue: 0xF002), "SYN", #line),
    ]
    for row in rows { XCTAssertEqual(row.flags.description, row.text, line: row.line) }
    // RFC 9293, section 3.1; RFC 3168; RFC 9768.
    let bits: [(TCPFlags, UInt16)] = [
      (.fin, 1), (.syn, 2), (.rst, 4), (.psh, 8), (.ack, 16), (.urg, 32), (.ece, 64),
      (.cwr, 128), (.ae, 256),
    ]
    for (flag, bit) in bits { XCTAssertEqual(flag.rawValue, bit) }
    XCTAssertEqual(TCPFlags(rawValue: 0xFFFF).rawValue, 0x0FFF)
  }

  func testEtherType() {
    let rows: [(type: EtherType, number: UInt16, text: String, isTag: Bool, line: UInt)] = [
      (.ipv4, 0x0800, "IPv4", false, #line),
      (.arp, 0x0806, "ARP", false, #line),
      (.transparentEthernetBridging, 0x6558, "Ethernet", false, #line),
      (.vlan, 0x8100, "802.1Q", true, #line),
      (.ipv6, 0x86DD, "IPv6", false, #line),
      (.serviceVLAN, 0x88A8, "802.1ad", true, #line),
      (EtherType(rawValue: 0x9100), 0x9100, "0x9100", false, #line),
      (EtherType(rawValue: 0x9200), 0x9200, "0x9200", false, #line),
      (EtherType(rawValue: 0x88CC), 0x88CC, "0x88cc", false, #line),
      (EtherType(rawValue: 0x002E), 0x002E, "0x002e", false, #line),
      (EtherType(rawValue: 0), 0, "0x0000", false, #line),
    ]
    for row in rows {
      XCTAssertEqual(row.type.rawValue, row.number, line: row.line)
      XCTAssertEqual(row.type.description, row.text, line: row.line)
      XCTAssertEqual(row.type.isVLANTag, row.isTag, line: row.line)
    }
  }

  func testIPProtocol() {
    let rows: [(protocol: IPProtocol, number: UInt8, text: String, line: UInt)] = [
      (.hopByHopOptions, 0, "hop-by-hop options", #line),
      (.icmp, 1, "ICMP", #line),
      (.ipv4, 4, "IPv4", #line),
      (.tcp, 6, "TCP", #line),
      (.udp, 17, "UDP", #line),
      (.ipv6, 41, "IPv6", #line),
      (.routingHeader, 43, "routing header", #line),
      (.fragmentHeader, 44, "fragment header", #line),
      (.gre, 47, "GRE", #line),
      (.esp, 50, "ESP", #line),
      (.authenticationHeader, 51, "authentication header", #line),
      (.icmpv6, 58, "ICMPv6", #line),
      (.noNextHeader, 59, "no next header", #line),
      (.destinationOptions, 60, "destination options", #line),
      (.mobilityHeader, 135, "mobility header", #line),
      (IPProtocol(rawValue: 132), 132, "protocol 132", #line),
      (IPProtocol(rawValue: 255), 255, "protocol 255", #line),
    ]
    for row in rows {
      XCTAssertEqual(row.protocol.rawValue, row.number, line: row.line)
      XCTAssertEqual(row.protocol.description, row.text, line: row.line)
    }
    let copied = (UInt8.min...UInt8.max).filter { IPProtocol(rawValue: $0).isCopiedExtensionHeader }
    XCTAssertEqual(copied, [0, 43, 60])
  }

  /// IEEE 802.1Q: three bits of priority, one of drop eligibility, twelve of identifier.
  func testVLANTag() {
    let rows: [(word: UInt16, priority: UInt8, drop: Bool, identifier: UInt16, line: UInt)] = [
      (0x0000, 0, false, 0, #line), (0xE000, 7, false, 0, #line), (0x1000, 0, true, 0, #line),
      (0x0FFF, 0, false, 4_095, #line), (0xB123, 5, true, 0x123, #line),
      (0xFFFF, 7, true, 4_095, #line),
    ]
    for row in rows {
      let tag = VLANTag(type: .serviceVLAN, controlInformation: row.word)
      XCTAssertEqual(tag.type, .serviceVLAN, line: row.line)
      XCTAssertEqual(tag.priority, row.priority, line: row.line)
      XCTAssertEqual(tag.isDropEligible, row.drop, line: row.line)
      XCTAssertEqual(tag.identifier, row.identifier, line: row.line)
    }
    XCTAssertEqual(VLANTag.byteCount, 4)
  }

  func testErrorsNameTheNumbers() {
    let rows: [(error: WireError, text: String, line: UInt)] = [
      (
        .truncated(.tcp, offset: 34, needed: 20, available: 7),
        "TCP header at octet 34 needs 20 octets, 7 are there", #line
      ),
      (
        .invalidField(.ipv4, .internetHeaderLength, offset: 14, found: 4),
        "IPv4 internet header length at octet 14 is 4, which is not valid", #line
      ),
      (
        .tooMany(.vlan, limit: 7, offset: 42),
        "more than 7 headers of kind VLAN tag in a row; one too many at octet 42", #line
      ),
    ]
    for row in rows { XCTAssertEqual(row.error.description, row.text, line: row.line) }
  }

  func testHexadecimal() {
    XCTAssertEqual(hexadecimal(UInt8(0)), "00")
    XCTAssertEqual(hexadecimal(UInt8(0xA)), "0a")
    XCTAssertEqual(hexadecimal(UInt16(0x800)), "0800")
    XCTAssertEqual(hexadecimal(UInt32.max), "ffffffff")
    XCTAssertEqual(hexadecimal(UInt64(1)), "0000000000000001")
  }
}
