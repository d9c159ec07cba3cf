import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Frames that end too early, and headers that say they are longer or shorter than they are.
final class TruncationTests: XCTestCase {
  private let sixFiller = IPv6Recipe {
    $0.extensions = [
      .hopByHop([5, 2, 0, 0]), .routing(type: 4, [UInt8](repeating: 0, count: 20)),
      .destinationOptions(),
    ]
  }

  private var layouts: [FrameRecipe] {
    let options = TCPRecipe { $0.options = [[1], [1], [8, 10, 0, 0, 0, 1, 0, 0, 0, 2]] }
    let routed = IPv4Recipe { $0.options = [IPv4Option.recordRoute(slots: 3)] }
    var out = [
      FrameRecipe(network: .ipv4(routed), transport: .tcp(options)),
      FrameRecipe(network: .ipv6(sixFiller), transport: .tcp(options)),
      FrameRecipe(link: Link(tags: [.init(), .init(), .init()]), transport: .udp()),
      FrameRecipe(network: .ipv6(), transport: .udp()),
    ]
    for kind in LinkKind.allCases { out.append(FrameRecipe(link: Link(kind))) }
    let tunnels: [Encapsulation.Kind] = [
      .vxlan(), .geneve(options: [1, 2, 3, 4]), .gre(checksum: true, key: 1, sequence: 2), .ipInIP,
    ]
    for kind in tunnels {
      for outer in [Encapsulation.defaultNetwork, .ipv6(sixFiller)] {
        var recipe = FrameRecipe(
          network: .ipv6(), encapsulation: Encapsulation(kind, network: outer, checksum: .complete))
        if kind == .ipInIP { recipe.link = Link(.rawIP) }
        out.append(recipe)
      }
    }
    return out.map {
      var recipe = $0
      recipe.payload = Payload(count: 40)
      return recipe
    }
  }

  /// With the length that the IP header declares nothing shorter can be segmented.
  func testEveryLengthIsRefused() throws {
    for recipe in layouts {
      let frame = recipe.build()
      for count in 0..<frame.count {
        let front = Array(frame[..<count])
        XCTAssertNotNil(refusal { try self.frames(front, recipe) }, "\(count) of \(recipe)")
      }
      XCTAssertEqual(try frames(frame, recipe).count, 3, "\(recipe)")
    }
  }

  /// With a length of 0, "to the end of the frame", a frame that ends in its payload is sound.
  func testOpenLengths() throws {
    for recipe in layouts where recipe.encapsulation == nil {
      var lengthless = recipe
      lengthless.network.ipv4?.length = .zero
      lengthless.network.ipv6?.length = .zero
      lengthless.transport.udp?.length = .zero
      let frame = lengthless.build()
      let headers = recipe.layout.payloadOffset
      for count in 0..<frame.count {
        let front = Array(frame[..<count])
        guard count >= headers else {
          XCTAssertNotNil(
            refusal { try self.frames(front, lengthless) }, "\(count) of \(lengthless)")
          continue
        }
        let segments = try frames(front, lengthless)
        XCTAssertEqual(segments.flatMap { $0[headers...] }, Array(front[headers...]))
        for segment in segments {
          XCTAssertEqual(
            frameFaults(segment, link: lengthless.link.kind), [], "\(count) of \(lengthless)")
        }
      }
    }
  }

  private func frames(_ frame: [UInt8], _ recipe: FrameRecipe) throws -> [[UInt8]] {
    try SegmentationPlan(
      of: frame, link: recipe.outerLink.kind.layer, tunnels: .wellKnown,
      request: .init(segmentSize: 16)
    ).frames(of: frame)
  }

  /// A header length beyond the packet is refused, one within makes payload of what follows.
  func testInternetHeaderLengths() {
    for payload in [0, 40] {
      let filler = Payload(.repeated(0x7E), count: payload)
      let frame = FrameRecipe(transport: .udp(), payload: filler).build()
      for units in 0...15 {
        var other = frame
        other[14] = UInt8(0x40 + units)
        // What stands after the longer header is no UDP header with the right length.
        let expected: SegmentationError? =
          switch units {
          case 5: nil
          case 0..<5: .frame(.invalidField(.ipv4, .internetHeaderLength, offset: 14, found: units))
          default: error(units, payload)
          }
        XCTAssertEqual(refusal { try plan(other) }, expected, "IHL \(units), \(payload) octets")
      }
    }
  }

  private func error(_ units: Int, _ payload: Int) -> SegmentationError {
    let (header, end) = (units * 4, 28 + payload)
    if header > end {
      return .frame(.truncated(.ipv4, offset: 14, needed: header, available: end))
    }
    if header + 8 > end {
      return .frame(.truncated(.udp, offset: 14 + header, needed: 8, available: end - header))
    }
    // Four octets on, the length would be the payload's first two, and so on.
    return .udpLengthMismatch(declared: 0x7E7E, available: end - header)
  }

  func testDataOffsets() throws {
    for payload in [0, 40] {
      let frame = FrameRecipe(payload: Payload(count: payload)).build()
      for units in 0...15 {
        var other = frame
        other[46] = UInt8(units << 4)
        let available = 20 + payload
        let found = refusal { try self.plan(other) }
        if units < 5 {
          XCTAssertEqual(
            found, .frame(.invalidField(.tcp, .dataOffset, offset: 46, found: units)))
        } else if units * 4 > available {
          XCTAssertEqual(
            found,
            .frame(.truncated(.tcp, offset: 34, needed: units * 4, available: available)))
        } else {
          let frames = try plan(other).frames(of: other)
          XCTAssertEqual(frames.flatMap { frameFaults($0) }, [], "data offset \(units)")
          XCTAssertEqual(
            frames.reduce(0) { $0 + $1.count - 34 - units * 4 }, available - units * 4)
        }
      }
    }
  }

  private func plan(_ frame: [UInt8]) throws -> SegmentationPlan {
    try SegmentationPlan(of: frame, request: .init(segmentSize: 16))
  }
}
