import Foundation
import FrameRecipes
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// tshark reads random recipes and agrees on every field of ``TsharkFields``.
final class TsharkRecipeTests: XCTestCase {
  private static let count = 2_000

  func testAgreesOnRandomRecipes() throws {
    guard let tshark = findTool("tshark") else { throw XCTSkip("tshark is not installed") }
    let random = SeededGenerator.fromEnvironment()
    let recipes = Self.recipes(random)
    let folder = try TemporaryFolder()
    let file = try folder.write(try Self.capture(recipes), "recipes.pcapng")
    var arguments = ["-n", "-r", file, "-T", "fields", "-E", "separator=|", "-E", "occurrence=a"]
    for name in ["ip", "tcp", "udp"] { arguments += ["-o", "\(name).check_checksum:TRUE"] }
    // What the ports carry is payload, and the parts of a stream are none of our business.
    for name in ["tcp", "udp"] { arguments += ["-d", "\(name).port==60000-60999,data"] }
    // For tshark port 5555 means another protocol, and GUE is none that it knows.
    arguments += ["-d", "udp.port==5555,ip", "-d", "udp.port==6080,ip"]
    arguments += [
      "-o", "ip.defragment:FALSE", "-o", "ipv6.tso_support:TRUE", "-o",
      "tcp.analyze_sequence_numbers:FALSE",
    ]
    for field in TsharkFields.all { arguments += ["-e", field.name] }
    let result = try runTool(tshark, arguments)
    XCTAssertEqual(result.status, 0, result.errorText)
    let lines = result.text.split(separator: "\n", omittingEmptySubsequences: true)
    XCTAssertEqual(lines.count, recipes.count)
    var seen: [String: Int] = [:]
    for (number, (recipe, line)) in zip(recipes, lines).enumerated() {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
      for (field, cell) in zip(TsharkFields.all, cells) {
        let found = cell.split(separator: ",").map { TsharkFields.plain(String($0)) }
        let expected = field.expected(recipe)
        if found != expected {
          return XCTFail(
            """
            seed \(random.seed), frame \(number + 1): \(field.name) is \(found), \
            the recipe says \(expected)
            \(recipe)
            """)
        }
      }
      for kind in Self.kinds(of: recipe) { seen[kind, default: 0] += 1 }
    }
    for kind in Self.allKinds { XCTAssertGreaterThanOrEqual(seen[kind] ?? 0, 50, kind) }
    XCTAssertEqual(Set(seen.keys).subtracting(Self.allKinds), [])
  }

  /// Half of the recipes in a tunnel; ports that mean nothing to tshark.
  private static func recipes(_ random: SeededGenerator) -> [FrameRecipe] {
    var profile = RecipeProfile.tunnels
    (profile.usualPayload, profile.largeOneIn) = (300, 500)
    var generator = RecipeGenerator(random, profile: profile)
    return (0..<count).map { number in
      generator.profile.allowsTunnels = number % 2 == 0
      generator.profile.allowsNestedTunnels = number % 4 == 0
      generator.profile.allowsARP = [3, 8].contains(number % 10)
      generator.profile.protocols =
        [1, 6].contains(number % 10) ? [FrameRecipe.IPNumber.icmp] : profile.protocols
      var recipe = generator.next().recipe
      if number % 20 == 2 {
        recipe.encapsulation?.kind = .gre(checksum: true)
        recipe.encapsulation?.greChecksum = .wrong
      }
      let (source, destination) = (UInt16(60_000 + number % 1_000), UInt16(60_999 - number % 7))
      recipe.transport.tcp?.sourcePort = source
      recipe.transport.tcp?.destinationPort = destination
      recipe.transport.udp?.sourcePort = source
      recipe.transport.udp?.destinationPort = destination
      if recipe.network.isJumboToTshark { recipe.network.ipv6?.length = .exact }
      recipe.link.tags = recipe.link.tags.map(\.readable)
      // It does not go on after a UDP length of 0 either.
      recipe.transport.udp?.length = .exact
      recipe.encapsulation = recipe.encapsulation?.readable
      if recipe.encapsulation?.kind.hasLength == true { recipe.network.shortenForGTP() }
      recipe.encapsulation?.sourcePort = UInt16(50_000 + number)
      return recipe
    }
  }

  /// One file of them all, with an interface for each kind of link header.
  private static func capture(_ recipes: [FrameRecipe]) throws -> [UInt8] {
    var writer = PcapngWriter()
    var interfaces: [FrameRecipe.LinkKind: Int] = [:]
    for kind in FrameRecipe.LinkKind.allCases {
      interfaces[kind] = try writer.addInterface(CaptureInterface(linkType: kind.linkType))
    }
    for (number, recipe) in recipes.enumerated() {
      try writer.write(
        recipe.octets, interface: interfaces[recipe.outerLink.kind] ?? 0,
        at: CaptureTimestamp(nanoseconds: Int64(number)))
    }
    return writer.takeOctets()
  }

  private static let allKinds: Set<String> = Set(
    FrameRecipe.LinkKind.allCases.map { "link \($0)" }
      + ["vxlan", "geneve", "vxlanGPE", "directGUE", "fou", "gtpU", "gre", "ipInIP", "no tunnel"]
      + ["tags", "trailer", "mpls", "pppoe"]
      + ["nested tunnels", "wrong GRE checksum", "arp", "icmp", "icmpv6"]
      + ["ipv4", "ipv6", "tcp", "udp", "ipv4 options", "tcp options", "length 0"]
      + ["hop-by-hop", "routing", "destination options", "IPv4 header checksum"]
      + ["complete", "zero", "value", "pseudoHeader", "pseudoHeaderWithoutLength"])

  private static func kinds(of recipe: FrameRecipe) -> Set<String> {
    var kinds: Set<String> = ["link \(recipe.outerLink.kind)"]
    kinds.insert("\(recipe.checksum)".prefix { $0 != "(" } + "")
    let tunnels = recipe.encapsulation?.fromOutermost ?? []
    for tunnel in tunnels {
      kinds.insert("\(tunnel.kind)".prefix { $0 != "(" } + "")
      if tunnel.greChecksum != .complete { kinds.insert("wrong GRE checksum") }
    }
    if tunnels.isEmpty { kinds.insert("no tunnel") }
    if tunnels.count > 1 { kinds.insert("nested tunnels") }
    if !recipe.link.tags.isEmpty || !recipe.outerLink.tags.isEmpty { kinds.insert("tags") }
    if recipe.trailerCount > 0 { kinds.insert("trailer") }
    switch recipe.outerLink.shim {
    case .mpls: kinds.insert("mpls")
    case .pppoe: kinds.insert("pppoe")
    case nil: break
    }
    for network in recipe.networks {
      kinds.insert(network.isIPv6 ? "ipv6" : network.arp != nil ? "arp" : "ipv4")
      if let header = network.ipv4 {
        if !header.options.isEmpty { kinds.insert("ipv4 options") }
        if header.headerChecksum != .complete { kinds.insert("IPv4 header checksum") }
        if header.length == .zero { kinds.insert("length 0") }
      }
      for header in network.ipv6?.extensions ?? [] {
        kinds.insert([0: "hop-by-hop", 43: "routing"][header.number] ?? "destination options")
      }
    }
    if recipe.network.arp == nil { kinds.insert("\(recipe.transport)".prefix { $0 != "(" } + "") }
    if recipe.transport.tcp?.options.isEmpty == false { kinds.insert("tcp options") }
    return kinds
  }
}

extension FrameRecipe {
  /// The IP headers from the outermost inwards.
  var networks: [FrameRecipe.Network] {
    (encapsulation?.fromOutermost ?? []).map(\.network) + [network]
  }

  /// The link headers from the outermost inwards, a missing inner one left out.
  var links: [FrameRecipe.Link] { (encapsulation?.fromOutermost ?? []).map(\.link) + [link] }
}

extension FrameRecipe.Network {
  /// With a length of 0 and hop-by-hop options tshark looks for a jumbo payload, and no further.
  fileprivate var isJumboToTshark: Bool {
    guard let ipv6, ipv6.length == .zero else { return false }
    return ipv6.extensions.contains { $0.number == FrameRecipe.IPNumber.hopByHop }
  }
}

extension FrameRecipe.VLANTag {
  /// The same, or of the tags older than 802.1ad the one that tshark knows.
  fileprivate var readable: Self {
    guard [0x9200, 0x9300].contains(protocolIdentifier) else { return self }
    return Self(FrameRecipe.EtherType.olderVLAN, controlInformation)
  }
}

extension FrameRecipe.Encapsulation {
  /// The same with lengths after which tshark goes on, and ports that mean nothing to it.
  fileprivate var readable: Self {
    var copy = self
    if copy.network.isJumboToTshark { copy.network.ipv6?.length = .exact }
    (copy.udpLength, copy.tunnelLength) = (.exact, .exact)
    // Of GUE it knows no header.
    if case .gue = kind { copy.kind = .directGUE }
    if outer?.kind.hasLength == true { copy.network.shortenForGTP() }
    copy.sourcePort = 49_999
    copy.link.tags = link.tags.map(\.readable)
    copy.outer = outer?.readable
    return copy
  }
}

extension FrameRecipe.Network {
  /// In GTP-U tshark takes a first octet of 0x4F for PPP.
  fileprivate mutating func shortenForGTP() {
    if ipv4?.byteCount == 60 { ipv4?.options = [] }
  }
}

extension FrameRecipe.LinkKind {
  fileprivate var linkType: LinkType {
    switch self {
    case .ethernet: .ethernet
    case .rawIP: .raw
    case .linuxCooked1: .linuxSLL
    case .linuxCooked2: .linuxSLL2
    case .bsdLoopback: .null
    case .bsdLoopbackNetworkOrder: .loop
    case .ppp: .ppp
    }
  }
}
