import TestSupport
import WireFormats
import XCTest

/// Tunnels that the caller describes by the offset of their inner IP header.
final class InnerNetworkOffsetTests: XCTestCase {
  private func read(_ frame: [UInt8], _ offset: Int) -> Result<PacketLayout, WireError> {
    Result { () throws(WireError) in
      try PacketLayout(parsing: frame.octets, innerNetworkOffset: offset)
    }
  }

  private let recipes: [(name: String, recipe: FrameRecipe)] = [
    ("VXLAN", FrameRecipe(payload: Payload(count: 50), encapsulation: Encapsulation())),
    (
      "Geneve over IPv6, padded",
      FrameRecipe(
        network: .ipv6(), transport: .udp(), payload: Payload(count: 50), trailerCount: 12,
        encapsulation: Encapsulation(.geneve(options: zeros(12)), network: .ipv6()))
    ),
    ("plain UDP", FrameRecipe(transport: .udp(), payload: Payload(.repeated(0x45), count: 60))),
    (
      "UDP with IPv6 nibbles",
      FrameRecipe(transport: .udp(), payload: Payload(.repeated(0x60), count: 90))
    ),
  ]

  func testEveryOffset() throws {
    for (name, recipe) in recipes {
      let frame = recipe.build()
      let plain = try reading(frame).get()
      let outer = try XCTUnwrap(plain.network)
      for offset in 0...(frame.count + 2) {
        let result = read(frame, offset)
        let name = "\(name), inner header at \(offset)"
        XCTAssertNil(result.incoherence(frame.count), name)
        if offset >= outer.end {
          XCTAssertEqual(
            result, .failure(.truncated(.tunnel, offset: offset, needed: 1, available: 0)), name)
        } else if offset < outer.upperOffset + 8 || ![4, 6].contains(frame[offset] >> 4) {
          // Before the UDP payload, or no IP header: no tunnel.
          XCTAssertEqual(result, .success(plain), name)
        } else if case .success(let layout) = result {
          XCTAssertEqual(layout.tunnel?.kind, .udp, name)
          XCTAssertEqual(layout.tunnel?.network, outer, name)
          XCTAssertEqual(layout.tunnel?.innerOffset, offset, name)
          XCTAssertEqual(layout.network?.offset, offset, name)
          XCTAssertEqual(layout.network?.version.rawValue, frame[offset] >> 4, name)
        }
      }
    }
  }

  /// At the right place, the answer is that of the port, but for the name of the tunnel.
  func testRightOffset() throws {
    for (name, recipe) in recipes where recipe.encapsulation != nil {
      let frame = recipe.build()
      let known = try reading(frame, tunnels: .wellKnown).get()
      let layout = try read(frame, XCTUnwrap(recipe.layout.innerNetworkOffset)).get()
      XCTAssertEqual(layout.network, known.network, name)
      XCTAssertEqual(layout.transport, known.transport, name)
      XCTAssertEqual(layout.payloadRange, known.payloadRange, name)
      XCTAssertEqual(layout.tunnel?.network, known.tunnel?.network, name)
      XCTAssertEqual(layout.tunnel?.kind, .udp, name)
    }
  }

  func testImpossibleOffsets() {
    let frame = recipes[0].recipe.build()
    for offset in [-1, -14, Int.min, frame.count, Int.max] {
      XCTAssertEqual(
        read(frame, offset),
        .failure(.truncated(.tunnel, offset: offset, needed: 1, available: 0)))
    }
  }

  /// Without UDP around it there is nothing to describe.
  func testOnlyUDP() throws {
    let frames = [
      FrameRecipe(payload: Payload(.repeated(0x45), count: 60)).build(),
      Wire.ethernet(0x0806) + zeros(50),
      Wire.ethernet(0x0800) + Wire.ipv4(17, [UInt8](repeating: 0x45, count: 60), flags: 0x2000),
    ]
    for frame in frames {
      for offset in 0...(frame.count + 1) {
        let layout = try read(frame, offset).get()
        XCTAssertNil(layout.tunnel)
        XCTAssertEqual(layout, try reading(frame).get())
      }
    }
  }
}
