import FrameRecipes
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Frames that end early: at every length, the error names the header that is segmented, or the
/// layout says how much is missing.
final class TruncationTests: XCTestCase {
  /// A header of a frame, in the order in which it is read.
  private struct Header {
    var layer: ProtocolLayer
    var offset: Int
    var needed: Int
    /// True if the frame is plain UDP should this header not be there.
    var isPromisedByPort = false
    /// True after a tunnel header that a port promised.
    var isInUDPTunnel = false
  }

  private func headers(of recipe: FrameRecipe) -> [Header] {
    var out: [Header] = []
    var at = 0
    if let encapsulation = recipe.encapsulation {
      link(encapsulation.link, &out, &at)
      network(encapsulation.network, &out, &at)
      switch encapsulation.kind {
      case .ipInIP: break
      case .gre:
        out.append(Header(layer: .gre, offset: at, needed: 4))
        out.append(Header(layer: .gre, offset: at, needed: encapsulation.byteCount))
      case .vxlan, .geneve, .vxlanGPE, .gue, .directGUE, .fou, .gtpU:
        out.append(Header(layer: .udp, offset: at, needed: 8))
        out.append(
          Header(
            layer: .vxlan, offset: at + 8, needed: encapsulation.byteCount - 8,
            isPromisedByPort: true))
      }
      at += encapsulation.byteCount
    }
    let first = out.count
    link(recipe.link, &out, &at)
    network(recipe.network, &out, &at)
    if recipe.encapsulation?.isOverUDP == true {
      for index in first..<out.count { out[index].isPromisedByPort = true }
    }
    let layer: ProtocolLayer = recipe.transport.isTCP ? .tcp : .udp
    let isInUDPTunnel = recipe.encapsulation?.isOverUDP == true
    for needed in [recipe.transport.isTCP ? 20 : 8, recipe.transport.byteCount] {
      out.append(Header(layer: layer, offset: at, needed: needed, isInUDPTunnel: isInUDPTunnel))
    }
    return out
  }

  private func link(_ link: FrameRecipe.Link, _ out: inout [Header], _ at: inout Int) {
    let layer: ProtocolLayer =
      switch link.kind {
      case .ethernet: .ethernet
      case .linuxCooked1, .linuxCooked2: .linuxCooked
      case .bsdLoopback, .bsdLoopbackNetworkOrder, .rawIP: .bsdLoopback
      case .ppp: .ppp
      }
    if link.kind == .ppp {
      // Address and control may be left out, and the protocol may have one octet.
      for (offset, needed) in [(0, 2), (2, 1), (2, 2)] {
        out.append(Header(layer: .ppp, offset: at + offset, needed: needed))
      }
    } else if link.kind.byteCount > 0 {
      out.append(Header(layer: layer, offset: at, needed: link.kind.byteCount))
    }
    at += link.kind.byteCount
    for _ in link.tags {
      out.append(Header(layer: .vlan, offset: at, needed: 4))
      at += 4
    }
    switch link.shim {
    case .mpls(let labels):
      for _ in labels {
        out.append(Header(layer: .mpls, offset: at, needed: 4))
        at += 4
      }
      // What follows the labels tells its version by itself.
      out.append(Header(layer: .mpls, offset: at, needed: 1))
    case .pppoe:
      out.append(Header(layer: .pppoe, offset: at, needed: 8))
      at += 8
    case nil: break
    }
  }

  private func network(_ network: FrameRecipe.Network, _ out: inout [Header], _ at: inout Int) {
    switch network {
    case .ipv4(let header):
      out.append(Header(layer: .ipv4, offset: at, needed: 20))
      out.append(Header(layer: .ipv4, offset: at, needed: header.byteCount))
      at += header.byteCount
    case .ipv6(let header):
      out.append(Header(layer: .ipv6, offset: at, needed: 40))
      at += 40
      for header in header.extensions {
        out.append(Header(layer: .ipv6Extension, offset: at, needed: 8))
        out.append(Header(layer: .ipv6Extension, offset: at, needed: header.byteCount))
        at += header.byteCount
      }
    case .arp: break
    }
  }

  private func check(_ recipe: FrameRecipe, _ name: String) throws {
    let frame = recipe.build()
    let link = recipe.outerLink.kind.linkLayer
    let whole = try reading(frame, link: link, tunnels: .wellKnown).get()
    let headers = headers(of: recipe)
    let end = recipe.layout.payloadEnd
    // After the headers nothing new happens; a few octets of payload and trailer will do.
    let last = min(frame.count, recipe.layout.payloadOffset + 40)
    for count in Array(0..<last) + Array(max(last, frame.count - 30)..<frame.count) {
      let short = Array(frame[..<count])
      let result = reading(short, link: link, tunnels: .wellKnown)
      let name = "\(name), \(count) of \(frame.count)"
      XCTAssertNil(result.incoherence(count), name)
      if count == 0, link == .rawIP {
        XCTAssertNil(try result.get().network, name)
        continue
      }
      let truncated = headers.first { $0.offset + $0.needed > count }
      if let truncated, truncated.isPromisedByPort {
        let layout = try result.get()
        XCTAssertNil(layout.tunnel, name)
        XCTAssertEqual(layout.transport?.offset, recipe.layout.outerTransportOffset, name)
        XCTAssertEqual(layout.transport?.kind, .udp, name)
      } else if let truncated {
        let error = WireError.truncated(
          truncated.layer, offset: truncated.offset, needed: truncated.needed,
          available: max(0, count - truncated.offset))
        // After a tunnel header that a port promised, plain UDP would be an answer as well.
        if truncated.isInUDPTunnel, case .success(let layout) = result {
          XCTAssertNil(layout.tunnel, name)
        } else {
          XCTAssertEqual(result, .failure(error), name)
        }
      } else if count < end, recipe.isTunnelToldByLength, recipe.hasOuterLengthZero {
        // Nothing vouches for the length of the inner packet, which exceeds the frame.
        let layout = try result.get()
        if layout.tunnel == nil {
          XCTAssertEqual(layout.transport?.offset, recipe.layout.outerTransportOffset, name)
          XCTAssertEqual(layout.transport?.kind, .udp, name)
        } else {
          XCTAssertEqual(layout.transport, whole.transport, name)
        }
      } else {
        let layout = try result.get()
        XCTAssertEqual(layout.transport, whole.transport, name)
        XCTAssertEqual(layout.network?.offset, whole.network?.offset, name)
        XCTAssertEqual(layout.tunnel?.kind, whole.tunnel?.kind, name)
        let expected: NetworkLayout.Length =
          if recipe.hasOuterLengthZero {
            .zero
          } else if count < end { .missing(end - count) } else if count > end {
            .trailer(count - end)
          } else { .exact }
        XCTAssertEqual(layout.outerNetwork?.length, expected, name)
        XCTAssertEqual(layout.payloadRange?.upperBound, min(count, end), name)
      }
    }
  }

  func testRandomFrames() throws {
    for tunnels in [false, true] {
      let profile = RecipeProfile {
        $0.allowsTunnels = tunnels
        $0.usualPayload = 100
        $0.largeOneIn = 1_000_000
      }
      var generator = RecipeGenerator(.fromEnvironment(), profile: profile)
      for index in 0..<250 {
        let recipe = generator.next().recipe
        try check(recipe, "frame \(index), seed \(generator.random.seed)")
      }
    }
  }

  /// One frame of each shape, so that a failure has a small example.
  func testNamedFrames() throws {
    let tagged = FrameRecipe.Link(tags: [
      FrameRecipe.VLANTag(0x88A8, 5), FrameRecipe.VLANTag(0x8100, 6),
    ])
    let options = FrameRecipe.TCP { $0.options = [FrameRecipe.TCPOption.maximumSegmentSize(1_460)] }
    let routed = FrameRecipe.IPv6 { $0.extensions = [.hopByHop(), .routing(type: 2, zeros(20))] }
    let rows: [(name: String, recipe: FrameRecipe)] =
      [
        ("TCP over IPv4", FrameRecipe(payload: .random(seed: 1, count: 10))),
        ("options", FrameRecipe(transport: .tcp(options), payload: .random(seed: 1, count: 10))),
        (
          "tags", FrameRecipe(link: tagged, transport: .udp(), payload: .random(seed: 1, count: 10))
        ),
        (
          "extension headers",
          FrameRecipe(network: .ipv6(routed), payload: .random(seed: 1, count: 10))
        ),
        ("padding", FrameRecipe(payload: .random(seed: 1, count: 1), trailerCount: 5)),
        (
          "VXLAN",
          FrameRecipe(
            payload: .random(seed: 1, count: 10), encapsulation: FrameRecipe.Encapsulation())
        ),
        (
          "GRE",
          FrameRecipe(
            link: tagged, payload: .random(seed: 1, count: 10),
            encapsulation: FrameRecipe.Encapsulation(.gre(checksum: true, key: 7)))
        ),
      ]
      + FrameRecipe.LinkKind.allCases.map {
        ($0.rawValue, FrameRecipe(link: FrameRecipe.Link($0), network: .ipv6()))
      }
    for row in rows { try check(row.recipe, row.name) }
  }
}

extension FrameRecipe {
  /// True if the outermost IP header leaves its length to the NIC.
  fileprivate var hasOuterLengthZero: Bool {
    let outer = encapsulation?.network ?? network
    return outer.ipv4?.length == .zero || outer.ipv6?.length == .zero
  }

  /// True if only lengths that agree tell the tunnel from other payload of its port.
  fileprivate var isTunnelToldByLength: Bool {
    switch encapsulation?.kind {
    case .directGUE, .fou, .gtpU: true
    default: false
    }
  }
}
