import WireFormats
import XCTest

final class VLANTests: XCTestCase {
  /// Link headers that have a type, with the place of that type.
  private let links: [(link: LinkLayer, header: [UInt8], type: Int)] = [
    (.ethernet, zeros(14), 12), (.linuxCooked, zeros(16), 14), (.linuxCooked2, zeros(20), 0),
  ]

  private func frame(_ header: [UInt8], typeAt: Int, tags: [Int], packet: [UInt8]) -> [UInt8] {
    let types = tags + [0x0800]
    var front = header
    front.replaceSubrange(typeAt..<(typeAt + 2), with: word(types[0]))
    for index in tags.indices { front += word(0x1000 * index + index) + word(types[index + 1]) }
    return front + packet
  }

  /// 0 to 7 tags in every mix of the two kinds; an eighth is one too many.
  func testEveryMix() throws {
    let packet = Wire.ipv4(6, Wire.tcp([1, 2]))
    for (link, header, typeAt) in links {
      for count in 0...8 {
        for mix in 0..<(1 << count) {
          let tags = (0..<count).map { mix >> $0 & 1 == 0 ? 0x8100 : 0x88A8 }
          let frame = frame(header, typeAt: typeAt, tags: tags, packet: packet)
          let result = reading(frame, link: link)
          if count == 8 {
            XCTAssertEqual(
              result, .failure(.tooMany(.vlan, limit: 7, offset: header.count + 7 * 4)))
            continue
          }
          let layout = try result.get()
          XCTAssertEqual(layout.vlanTagCount, count)
          XCTAssertEqual(layout.etherType, .ipv4)
          XCTAssertEqual(layout.linkHeaderLength, header.count + count * 4)
          XCTAssertEqual(layout.network?.offset, header.count + count * 4)
          XCTAssertEqual(layout.payloadRange?.count, 2)
        }
      }
    }
    XCTAssertEqual(VLANTag.maximumCount, 7)
  }

  func testTruncation() {
    for (link, header, typeAt) in links {
      for count in 1...7 {
        let whole = frame(
          header, typeAt: typeAt, tags: [Int](repeating: 0x8100, count: count), packet: [])
        for length in header.count..<whole.count {
          let tag = (length - header.count) / 4
          XCTAssertEqual(
            reading(Array(whole[..<length]), link: link),
            .failure(
              .truncated(
                .vlan, offset: header.count + tag * 4, needed: 4,
                available: (length - header.count) % 4)))
        }
      }
    }
  }

  /// Tags older than 802.1ad, alone and among others; the Linux kernel takes them for no tags.
  func testOlderTagTypes() throws {
    let packet = Wire.ipv4(17, Wire.udp())
    for type in [0x9100, 0x9200, 0x9300] {
      for tags in [[type], [type, 0x8100], [0x8100, type], [0x88A8, type, 0x8100, 0x9100]] {
        let octets = frame(zeros(14), typeAt: 12, tags: tags, packet: packet)
        let layout = try reading(octets).get()
        XCTAssertEqual(layout.vlanTagCount, tags.count, "\(tags)")
        XCTAssertEqual(layout.linkHeaderLength, 14 + tags.count * 4, "\(tags)")
        XCTAssertEqual(layout.network?.offset, 14 + tags.count * 4, "\(tags)")
        XCTAssertEqual(layout.etherType, .ipv4, "\(tags)")
        let kernel = try reading(octets, tunnels: TunnelRecognition(linkHeaders: false)).get()
        XCTAssertNil(kernel.network, "\(tags)")
        XCTAssertEqual(kernel.etherType, EtherType(rawValue: UInt16(type)), "\(tags)")
      }
    }
  }

  /// A tag's type only means something after a header with a type.
  func testNoTagsWithoutAType() throws {
    let raw = try reading(Wire.ipv4(17, Wire.udp()), link: .rawIP).get()
    XCTAssertEqual(raw.vlanTagCount, 0)
    let loop = try reading([2, 0, 0, 0] + Wire.ipv4(17, Wire.udp()), link: .bsdLoopback).get()
    XCTAssertEqual(loop.vlanTagCount, 0)
  }
}
