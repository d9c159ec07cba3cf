import GsoEngine
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// Behaviour 35: frames that cannot be segmented, each with an error of its own and nothing sent.
final class MalformedFrameTests: XCTestCase {
  private struct Row {
    let name: String
    let frame: [UInt8]
    let error: SegmentationError
    let line: UInt

    init(_ name: String, _ frame: [UInt8], _ error: SegmentationError, line: UInt = #line) {
      (self.name, self.frame, self.error, self.line) = (name, frame, error, line)
    }
  }

  private static func frame(
    _ network: Network = .ipv4(), _ transport: Transport = .tcp(),
    _ change: (inout [UInt8]) -> Void = { _ in }
  ) -> [UInt8] {
    var octets = FrameRecipe(
      network: network, transport: transport, payload: Payload(seed: 35, count: 300),
      checksum: .pseudoHeaderWithoutLength
    ).build()
    change(&octets)
    return octets
  }

  private static var rows: [Row] {
    [
      Row("IHL 4", frame { $0[14] = 0x44 }, invalid(.ipv4, .internetHeaderLength, 14, 4)),
      Row("data offset 4", frame { $0[46] = 0x40 }, invalid(.tcp, .dataOffset, 46, 4)),
      Row("IP version 5", frame { $0[14] = 0x55 }, invalid(.ipv4, .version, 14, 5)),
      Row("more fragments", frame(.ipv4(IPv4Recipe { $0.moreFragments = true })), .fragment),
      Row(
        "total length 341", frame(.ipv4(IPv4Recipe { $0.length = .value(341) })),
        .lengthExceedsFrame(.ipv4, declared: 341, available: 340)),
      Row(
        "UDP length 307", frame(.ipv4(), .udp(UDPRecipe { $0.length = .value(307) })),
        .udpLengthMismatch(declared: 307, available: 308)),
      Row(
        "fragment header",
        frame(.ipv6(IPv6Recipe { $0.extensions = [ExtensionHeader(44, [0, 0, 0, 0, 0, 1])] })),
        .unsupportedExtensionHeader(.fragmentHeader)),
      Row("ICMP", frame { $0[23] = 1 }, .unsupportedProtocol(.icmp)),
      Row("ARP", frame { $0[13] = 6 }, .notIP(.arp)),
      Row("SYN", frame(.ipv4(), .tcp(TCPRecipe { $0.flags = 0x12 })), .refusedFlags(.syn)),
      Row("RST", frame(.ipv4(), .tcp(TCPRecipe { $0.flags = 0x14 })), .refusedFlags(.rst)),
      Row("URG", frame(.ipv4(), .tcp(TCPRecipe { $0.flags = 0x30 })), .refusedFlags(.urg)),
      Row(
        "SYN, RST and URG", frame(.ipv4(), .tcp(TCPRecipe { $0.flags = 0x36 })),
        .refusedFlags([.syn, .rst, .urg])),
    ]
  }

  private static func invalid(
    _ layer: ProtocolLayer, _ field: HeaderField, _ offset: Int, _ found: Int
  ) -> SegmentationError {
    .frame(.invalidField(layer, field, offset: offset, found: found))
  }

  func testBehaviour35MalformedFramesAreRefusedOneByOne() throws {
    let nics = try TwoPaths(rules: .ndis)
    for row in Self.rows {
      let sent = nics.send(row.frame, segmentSize: 100, row.name, line: row.line)
      XCTAssertEqual(sent.refusal, row.error, row.name, line: row.line)
    }
    XCTAssertEqual(Set(Self.rows.map(\.error)).count, Self.rows.count, "errors are distinct")
    XCTAssertEqual(Set(Self.rows.map(\.error.description)).count, Self.rows.count)
    XCTAssertEqual(nics.hardware.counters.dropped, Self.rows.count)
    XCTAssertEqual(nics.hardware.counters.wireFrames, 0)
  }

  /// The same frames with the records of NDIS: the engine alone says the same.
  func testBehaviour35RecordsDoNotHideIt() {
    for row in Self.rows {
      for kind in [NdisOffloadRecord.Kind.largeSendV1, .largeSendV2(.ipv4)] {
        let record = NdisOffloadRecord(kind, maximumSegmentSize: 100, headerOffset: 34)
        var error: SegmentationError?
        do throws(SegmentationError) {
          _ = try SegmentationPlan(of: row.frame, describedBy: record)
        } catch let found { error = found }
        XCTAssertEqual(error, row.error, row.name, line: row.line)
      }
    }
  }

  func testBehaviour35LengthsOfHeadersTooSmall() throws {
    let nics = try TwoPaths()
    for words in 0..<5 {
      let ipv4 = Self.frame { $0[14] = 0x40 | UInt8(words) }
      XCTAssertEqual(
        nics.send(ipv4, segmentSize: 100).refusal,
        Self.invalid(.ipv4, .internetHeaderLength, 14, words))
      let tcp = Self.frame { $0[46] = UInt8(words) << 4 }
      XCTAssertEqual(
        nics.send(tcp, segmentSize: 100).refusal, Self.invalid(.tcp, .dataOffset, 46, words))
    }
  }

  /// Truncated at every octet of the headers.
  func testBehaviour35TruncatedHeaders() throws {
    let nics = try TwoPaths()
    let rows: [(Network, Transport, [(ProtocolLayer, start: Int, end: Int)])] = [
      (
        .ipv4(IPv4Recipe { $0.length = .zero }), .tcp(),
        [(.ethernet, 0, 14), (.ipv4, 14, 34), (.tcp, 34, 54)]
      ),
      (
        .ipv4(IPv4Recipe { $0.length = .zero }), .udp(),
        [(.ethernet, 0, 14), (.ipv4, 14, 34), (.udp, 34, 42)]
      ),
      (
        .ipv6(IPv6Recipe { $0.length = .zero }), .tcp(),
        [(.ethernet, 0, 14), (.ipv6, 14, 54), (.tcp, 54, 74)]
      ),
    ]
    for (network, transport, layers) in rows {
      let frame = Self.frame(network, transport)
      for (layer, start, end) in layers {
        for count in start..<end {
          let expected = WireError.truncated(
            layer, offset: start, needed: end - start, available: count - start)
          let sent = nics.send(Array(frame[..<count]), segmentSize: 100)
          XCTAssertEqual(sent.refusal, .frame(expected), "\(count) octets")
        }
      }
    }
  }

  /// Any fragment, first, middle or last.
  func testBehaviour35Fragments() throws {
    let nics = try TwoPaths()
    for (isMore, offset) in [(true, 0), (true, 1), (false, 1), (false, 0x1FFF), (true, 0x1FFF)] {
      let network = Network.ipv4(
        IPv4Recipe {
          ($0.dontFragment, $0.moreFragments, $0.fragmentOffset) = (false, isMore, offset)
        })
      for transport in [Transport.tcp(), .udp()] {
        let sent = nics.send(Self.frame(network, transport), segmentSize: 100)
        XCTAssertEqual(sent.refusal, .fragment, "\(isMore) \(offset)")
      }
    }
  }

  /// Linux segments frames with these flags; it has no rule against them.
  func testBehaviour35FlagsAreNdisRules() throws {
    let nics = try TwoPaths()
    for flag in [TCPFlag.syn, TCPFlag.rst, TCPFlag.urg] {
      let transport = Transport.tcp(TCPRecipe { $0.flags = TCPFlag.ack | flag })
      nics.assertCut(
        FrameRecipe(transport: transport, payload: Payload(seed: 1, count: 300)),
        segmentSize: 100)
    }
  }
}
