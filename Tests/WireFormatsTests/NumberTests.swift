import TestSupport
import WireFormats
import XCTest

/// Offsets and lengths, at the ends of their ranges and beyond.
final class NumberTests: XCTestCase {
  private let extremes = [Int.min, Int.min + 1, -1, 0, 1, 54, 55, .max - 1, .max]
  private let frame = FrameRecipe(payload: Payload(seed: 1, count: 1)).build()

  func testHeadersAtAnyOffset() {
    let frame = frame
    let octets = frame.octets
    for offset in extremes {
      _ = try? EthernetHeader(octets, at: offset).etherType
      _ = try? IPv4Header(octets, at: offset).headerLength
      _ = try? IPv6Header(octets, at: offset).payloadLength
      _ = try? IPv6ExtensionHeader(octets, at: offset).headerLength
      _ = try? TCPHeader(octets, at: offset).headerLength
      _ = try? UDPHeader(octets, at: offset).length
      _ = try? GREHeader(octets, at: offset)?.headerLength
      _ = try? VXLANHeader(octets, at: offset).hasNetworkIdentifier
      _ = try? GeneveHeader(octets, at: offset).headerLength
      do throws(WireError) {
        _ = try UDPHeader(octets, at: offset).length
        XCTAssertTrue((0...47).contains(offset))
      } catch {
        guard case .truncated = error else { return XCTFail("\(error)") }
        XCTAssertFalse("\(error)".isEmpty)
      }
    }
  }

  func testLayoutsWithAnyOffsetOrLength() {
    let frame = frame
    for number in extremes {
      for link in LinkLayer.allCases {
        _ = try? PacketLayout(parsing: frame.octets, link: link, innerNetworkOffset: number)
        for count in [0, 1, 14, 34, 54] {
          _ = try? PacketLayout(
            parsingFront: frame.octets.extracting(0..<count), ofFrameLength: number, link: link)
        }
      }
    }
    do throws(WireError) {
      _ = try PacketLayout(parsingFront: frame.octets, ofFrameLength: .max)
      XCTFail("parsed")
    } catch {
      XCTAssertEqual(error, .frameTooLong(byteCount: .max, limit: 0xFFFF_FFFF))
    }
  }

  /// An empty front of a frame that is not empty says how many octets are needed, for every link.
  func testAnEmptyFront() throws {
    let frame = frame
    let empty = frame.octets.extracting(0..<0)
    for link in LinkLayer.allCases {
      do throws(WireError) {
        _ = try PacketLayout(parsingFront: empty, ofFrameLength: 1_000, link: link)
        XCTFail("\(link)")
      } catch {
        guard case .truncated(_, let offset, let needed, let available) = error else {
          return XCTFail("\(error)")
        }
        XCTAssertEqual([offset, available], [0, 0])
        // The shortest PPP header is looked for in two octets: address and control, or a protocol.
        XCTAssertEqual(needed, link == .ppp ? 2 : max(1, link.headerLength))
      }
    }
    // The same call with more octets succeeds in the end.
    let packet = Array(frame[14...])
    var count = 0
    while true {
      do throws(WireError) {
        let layout = try PacketLayout(
          parsingFront: packet.octets.extracting(0..<count), ofFrameLength: packet.count,
          link: .rawIP)
        XCTAssertEqual(layout, try PacketLayout(parsing: packet, link: .rawIP))
        break
      } catch {
        guard case .truncated(_, let offset, let needed, _) = error, offset + needed > count else {
          return XCTFail("\(error)")
        }
        count = offset + needed
      }
    }
    XCTAssertNil(try PacketLayout(parsing: [] as [UInt8], link: .rawIP).network)
  }
}
