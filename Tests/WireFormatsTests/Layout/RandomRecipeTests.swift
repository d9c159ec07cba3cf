import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Layouts of random frames against the places that the recipes add up from the sizes of headers.
///
/// Needs package access: it checks the offsets that fragmentation goes by.
final class RandomRecipeTests: XCTestCase {
  private func generator(tunnels: Bool) -> RecipeGenerator {
    RecipeGenerator(
      .fromEnvironment(tunnels ? 0x7E11 : 0x5EED),
      profile: RecipeProfile {
        $0.allowsTunnels = tunnels
        $0.usualPayload = 100
        $0.largeOneIn = 400
      })
  }

  func testPlainFrames() throws {
    var generator = generator(tunnels: false)
    for index in 0..<4_000 {
      let recipe = generator.next().recipe
      try check(recipe, "frame \(index), seed \(generator.random.seed)")
    }
  }

  func testTunnels() throws {
    var generator = generator(tunnels: true)
    for index in 0..<4_000 {
      let recipe = generator.next().recipe
      try check(recipe, "frame \(index), seed \(generator.random.seed)")
    }
  }

  private func check(_ recipe: FrameRecipe, _ name: String) throws {
    let frame = recipe.build()
    let truth = recipe.layout
    let layout = try reading(frame, link: recipe.outerLink.kind.linkLayer, tunnels: .wellKnown)
      .get()
    let outer = recipe.encapsulation?.network ?? recipe.network
    XCTAssertEqual(layout.frameLength, frame.count, name)
    XCTAssertEqual(layout.link, recipe.outerLink.kind.linkLayer, name)
    XCTAssertEqual(layout.vlanTagCount, recipe.outerLink.tags.count, name)
    XCTAssertEqual(layout.linkHeaderLength, recipe.outerLink.byteCount, name)
    let announced: UInt16 =
      switch recipe.outerLink.shim {
      case .mpls: 0x8847
      case .pppoe: 0x8864
      case nil: outer.etherType
      }
    XCTAssertEqual(layout.etherType?.rawValue, announced, name)
    XCTAssertEqual(layout.transport?.kind, recipe.transport.isTCP ? .tcp : .udp, name)
    XCTAssertEqual(layout.transport?.offset, truth.transportOffset, name)
    XCTAssertEqual(layout.transport?.headerLength, recipe.transport.byteCount, name)
    XCTAssertEqual(
      layout.transport?.checksumOffset, truth.transportOffset + (recipe.transport.isTCP ? 16 : 6),
      name)
    XCTAssertEqual(layout.headerLength, truth.payloadOffset, name)
    XCTAssertEqual(layout.payloadRange, truth.payloadOffset..<truth.payloadEnd, name)
    XCTAssertNil(layout.incoherence(frame.count), name)

    let network = try XCTUnwrap(layout.network, name)
    XCTAssertEqual(network.offset, truth.networkOffset, name)
    check(
      network, recipe.network, frame, end: truth.payloadEnd,
      trailer: recipe.encapsulation == nil ? recipe.trailerCount : 0,
      name)
    XCTAssertEqual(network.upperProtocol.rawValue, recipe.transport.protocolNumber, name)

    XCTAssertEqual(layout.tunnel == nil, recipe.encapsulation == nil, name)
    guard let encapsulation = recipe.encapsulation, let tunnel = layout.tunnel else { return }
    XCTAssertEqual(tunnel.kind, encapsulation.kind.tunnelKind, name)
    XCTAssertEqual(tunnel.network.offset, truth.outerNetworkOffset, name)
    XCTAssertEqual(tunnel.headerOffset, truth.outerTransportOffset, name)
    XCTAssertEqual(
      tunnel.innerOffset, (truth.outerTransportOffset ?? 0) + encapsulation.byteCount, name)
    XCTAssertEqual(tunnel.innerVLANTagCount, recipe.link.tags.count, name)
    XCTAssertEqual(layout.outerNetwork, tunnel.network, name)
    check(
      tunnel.network, encapsulation.network, frame, end: truth.payloadEnd,
      trailer: recipe.trailerCount, name)
  }

  private func check(
    _ found: NetworkLayout, _ recipe: Network, _ frame: [UInt8], end: Int, trailer: Int,
    _ name: String
  ) {
    let size = recipe.byteCount
    XCTAssertEqual(found.version, recipe.isIPv6 ? .ipv6 : .ipv4, name)
    XCTAssertEqual(found.headerLength, size, name)
    XCTAssertEqual(found.hasOptions, size != (recipe.isIPv6 ? 40 : 20), name)
    XCTAssertFalse(found.isIPv4Fragment, name)
    XCTAssertFalse(found.hasJumboPayloadOption, name)
    let isOpen = recipe.ipv4?.length == .zero || recipe.ipv6?.length == .zero
    XCTAssertEqual(
      found.length, isOpen ? .zero : trailer > 0 ? .trailer(trailer) : .exact, name)
    XCTAssertEqual(found.declaredLength, isOpen ? 0 : end - found.offset, name)
    XCTAssertEqual(found.end, end, name)
    let destination = recipe.ipv4?.destination.octets ?? recipe.ipv6?.finalDestination ?? []
    let source = recipe.ipv4?.source.octets ?? recipe.ipv6?.pseudoHeaderSource ?? []
    let home = found.pseudoHeaderSourceOffset
    XCTAssertEqual(Array(frame[home..<(home + source.count)]), source, name)
    XCTAssertNil(found.excessSegmentsLeft, name)
    let start = found.finalDestinationOffset
    XCTAssertEqual(Array(frame[start..<(start + destination.count)]), destination, name)
    let kept =
      recipe.ipv6.map { perFragment($0.extensions) } ?? (length: size, nextHeader: 9)
    XCTAssertEqual(found.perFragmentLength, kept.length, name)
    XCTAssertEqual(found.perFragmentNextHeaderOffset, found.offset + kept.nextHeader, name)
  }
}

extension Encapsulation.Kind {
  fileprivate var tunnelKind: TunnelLayout.Kind {
    switch self {
    case .vxlan: .vxlan
    case .geneve: .geneve
    case .vxlanGPE: .vxlanGPE
    case .gue, .directGUE: .gue
    case .fou: .fou
    case .gtpU: .gtpU
    case .gre: .gre
    case .ipInIP: .ip
    }
  }
}
