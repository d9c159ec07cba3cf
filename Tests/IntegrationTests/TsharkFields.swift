import FrameRecipes
import TestSupport

/// The fields on which tshark and recipes must agree, each with what the recipe says.
///
/// A frame has as many values of a field as it has such headers, the outermost first.
enum TsharkFields {
  typealias Field = (name: String, expected: @Sendable (FrameRecipe) -> [String])

  static let all: [Field] = link + arp + ipv4 + ipv6 + tcp + udp + icmp + tunnels

  /// Numbers in decimal, whatever base tshark prefers for a field.
  static func plain(_ text: String) -> String {
    if text.hasPrefix("0x"), let value = UInt64(text.dropFirst(2), radix: 16) { return "\(value)" }
    return ["True": "1", "False": "0"][text] ?? text
  }

  private static let link: [Field] = [
    ("frame.len", { ["\($0.build().count)"] }),
    ("eth.src", { $0.links.filter { $0.kind == .ethernet }.map { "\($0.source)" } }),
    ("eth.dst", { $0.links.filter { $0.kind == .ethernet }.map { "\($0.destination)" } }),
    (
      "sll.src.eth",
      { [$0.outerLink].filter { "\($0.kind)".hasPrefix("linux") }.map { "\($0.source)" } }
    ),
    ("vlan.id", { $0.eachTag(.customer) { $0 & 0xFFF } }),
    ("vlan.priority", { $0.eachTag(.customer) { $0 >> 13 } }),
    ("ieee8021ad.id", { $0.eachTag(.service) { $0 & 0xFFF } }),
    ("ieee8021ad.svid", { $0.eachTag(.outerService) { $0 & 0xFFF } }),
    ("ieee8021ad.cvid", { $0.eachTag(.innerService) { $0 & 0xFFF } }),
    ("mpls.label", { $0.eachLabel { "\($0.label)" } }),
    ("mpls.exp", { $0.eachLabel { "\($0.trafficClass)" } }),
    ("mpls.ttl", { $0.eachLabel { "\($0.timeToLive)" } }),
    ("pppoe.session_id", { $0.eachSession { session, _ in "\(session)" } }),
    ("pppoe.payload_length", { $0.eachSession { _, packetLength in "\(packetLength + 2)" } }),
  ]

  private static let arp: [Field] = [
    ("arp.opcode", { $0.eachARP { "\($0.operation)" } }),
    ("arp.src.hw_mac", { $0.eachARP { "\($0.sourceHardware)" } }),
    ("arp.src.proto_ipv4", { $0.eachARP { "\($0.source)" } }),
    ("arp.dst.hw_mac", { $0.eachARP { "\($0.destinationHardware)" } }),
    ("arp.dst.proto_ipv4", { $0.eachARP { "\($0.destination)" } }),
  ]

  private static let ipv4: [Field] = [
    ("ip.src", { $0.each4 { "\($0.source)" } }),
    ("ip.dst", { $0.each4 { "\($0.destination)" } }),
    ("ip.hdr_len", { $0.each4 { "\($0.byteCount)" } }),
    ("ip.dsfield", { $0.each4 { "\($0.typeOfService)" } }),
    ("ip.id", { $0.each4 { "\($0.identification)" } }),
    ("ip.flags.df", { $0.each4 { $0.dontFragment ? "1" : "0" } }),
    ("ip.checksum.status", { $0.headerChecksumStatuses }),
    ("ip.proto", { $0.protocolNumbers { $0.ipv4 != nil } }),
    ("ip.ttl", { $0.each4 { "\($0.timeToLive)" } }),
    // tshark takes a length of 0 for "to the end of the frame", too.
    ("ip.len", { recipe in recipe.ends { $0.ipv4 == nil ? nil : 0 } }),
  ]

  private static let ipv6: [Field] = [
    ("ipv6.tclass", { $0.each6 { "\($0.trafficClass)" } }),
    ("ipv6.flow", { $0.each6 { "\($0.flowLabel)" } }),
    ("ipv6.hlim", { $0.each6 { "\($0.hopLimit)" } }),
  ]

  private static let tcp: [Field] = [
    ("tcp.srcport", { $0.eachTCP { "\($0.sourcePort)" } }),
    ("tcp.dstport", { $0.eachTCP { "\($0.destinationPort)" } }),
    ("tcp.seq_raw", { $0.eachTCP { "\($0.sequenceNumber)" } }),
    ("tcp.ack_raw", { $0.eachTCP { "\($0.acknowledgement)" } }),
    ("tcp.hdr_len", { $0.eachTCP { "\($0.byteCount)" } }),
    ("tcp.flags", { $0.eachTCP { "\($0.flags.rawValue)" } }),
    ("tcp.window_size_value", { $0.eachTCP { "\($0.window)" } }),
    ("tcp.urgent_pointer", { $0.eachTCP { "\($0.urgentPointer)" } }),
    ("tcp.checksum.status", { $0.checksumStatus(ifProtocol: 6) }),
    ("tcp.len", { recipe in recipe.eachTCP { _ in "\(recipe.payload.count)" } }),
    ("tcp.checksum", { recipe in recipe.eachTCP { _ in "\(recipe.checksumField)" } }),
  ]

  private static let udp: [Field] = [
    ("udp.srcport", { $0.eachUDP { "\($0.sourcePort)" } }),
    ("udp.dstport", { $0.eachUDP { "\($0.destinationPort)" } }),
    ("udp.length", { $0.eachUDP { "\($0.length)" } }),
    (
      "udp.checksum.status",
      { $0.tunnels.compactMap(\.checksumStatus) + $0.checksumStatus(ifProtocol: 17) }
    ),
    ("udp.checksum", { $0.eachUDP { "\($0.checksum)" } }),
  ]

  private static let icmp: [Field] = [
    ("icmp.type", { $0.eachICMP(1) { "\($0.type)" } }),
    ("icmp.code", { $0.eachICMP(1) { "\($0.code)" } }),
    ("icmp.seq", { $0.eachICMP(1) { "\($0.rest & 0xFFFF)" } }),
    ("icmp.checksum.status", { $0.checksumStatus(ifProtocol: 1) }),
    ("icmpv6.type", { $0.eachICMP(58) { "\($0.type)" } }),
    ("icmpv6.code", { $0.eachICMP(58) { "\($0.code)" } }),
    ("icmpv6.echo.sequence_number", { $0.eachICMP(58) { "\($0.rest & 0xFFFF)" } }),
    ("icmpv6.checksum.status", { $0.checksumStatus(ifProtocol: 58) }),
  ]

  private static let tunnels: [Field] = [
    (
      "vxlan.vni",
      {
        $0.eachTunnel {
          switch $0 {
          case .vxlan(let vni), .vxlanGPE(let vni): "\(vni)"
          default: nil
          }
        }
      }
    ),
    ("vxlan.next_proto", { $0.nextProtocols }),
    (
      "geneve.vni", { $0.eachTunnel { if case .geneve(let vni, _) = $0 { "\(vni)" } else { nil } } }
    ),
    (
      "gtp.teid", { $0.eachTunnel { if case .gtpU(let id, _, _, _) = $0 { "\(id)" } else { nil } } }
    ),
    (
      "gtp.seq_number",
      { $0.eachTunnel { if case .gtpU(_, let number?, _, _) = $0 { "\(number)" } else { nil } } }
    ),
    ("gtp.length", { $0.gtpLengths }),
    ("gre.key", { $0.eachTunnel { if case .gre(_, let key?, _) = $0 { "\(key)" } else { nil } } }),
    (
      "gre.sequence_number",
      { $0.eachTunnel { if case .gre(_, _, let number?) = $0 { "\(number)" } else { nil } } }
    ),
    (
      "gre.checksum.status",
      {
        $0.tunnels.compactMap { tunnel in
          guard case .gre(true, _, _) = tunnel.kind else { return nil }
          return tunnel.greChecksum == .complete ? "1" : "0"
        }
      }
    ),
  ]
}

extension FrameRecipe {
  /// The tunnels from the outermost inwards.
  fileprivate var tunnels: [FrameRecipe.Encapsulation] { encapsulation?.fromOutermost ?? [] }

  /// Where each of ``networks`` starts.
  fileprivate var networkOffsets: [Int] {
    var at = 0
    let outer = tunnels.map { tunnel in
      defer { at += tunnel.network.byteCount + tunnel.byteCount }
      at += tunnel.link.byteCount
      return at
    }
    return outer + [layout.networkOffset]
  }

  /// The transport header; nil in a packet of ARP.
  fileprivate var carried: FrameRecipe.Transport? { network.arp == nil ? transport : nil }

  /// The protocol after each IP header of a kind, extension headers left out.
  fileprivate func protocolNumbers(_ isWanted: (FrameRecipe.Network) -> Bool) -> [String] {
    let numbers =
      zip(tunnels, networks.dropFirst()).map { tunnel, next in
        switch tunnel.kind {
        case .vxlan, .geneve, .vxlanGPE, .gue, .directGUE, .fou, .gtpU: FrameRecipe.IPNumber.udp
        case .gre: FrameRecipe.IPNumber.gre
        case .ipInIP: next.isIPv6 ? FrameRecipe.IPNumber.ipv6 : FrameRecipe.IPNumber.ipv4
        }
      } + [transport.protocolNumber]
    return zip(networks, numbers).filter { isWanted($0.0) }.map { "\($0.1)" }
  }

  /// What tshark says about IPv4 header checksums: right if the words of the header add up to ones.
  fileprivate var headerChecksumStatuses: [String] {
    let frame = build()
    return zip(networks, networkOffsets).compactMap { network, start in
      guard let header = network.ipv4 else { return nil }
      var sum = 0
      for at in stride(from: start, to: start + header.byteCount, by: 2) {
        sum += Int(frame[at]) << 8 + Int(frame[at + 1])
      }
      while sum > 0xFFFF { sum = sum >> 16 + sum & 0xFFFF }
      return sum == 0xFFFF ? "1" : "0"
    }
  }

  /// What tshark says about the transport checksum: right, wrong, absent, or forbidden to be.
  fileprivate func checksumStatus(ifProtocol number: UInt8) -> [String] {
    guard let carried, carried.protocolNumber == number else { return [] }
    var complete = self
    complete.checksum = .complete
    if carried.isUDP && checksumField == 0 { return [network.isIPv6 ? "4" : "3"] }
    return [checksumField == complete.checksumField ? "1" : "0"]
  }

  /// What tshark takes a tag for: two service tags in a row are a pair.
  fileprivate enum Tag { case customer, service, outerService, innerService }

  fileprivate func eachTag(_ wanted: Tag, _ number: (UInt16) -> UInt16) -> [String] {
    links.flatMap { link in
      var found: [String] = []
      var isInner = false
      for (index, tag) in link.tags.enumerated() {
        let next = index + 1 < link.tags.count ? link.tags[index + 1] : 0
        var kind = Tag.customer
        if isInner {
          kind = .innerService
          isInner = false
        } else if tag.protocolIdentifier == FrameRecipe.EtherType.serviceVLAN {
          isInner = next.protocolIdentifier == FrameRecipe.EtherType.serviceVLAN
          kind = isInner ? .outerService : .service
        }
        if kind == wanted { found.append("\(number(tag.controlInformation))") }
      }
      return found
    }
  }

  fileprivate func eachLabel(_ text: (MPLSLabel) -> String) -> [String] {
    if case .mpls(let labels) = outerLink.shim { labels.map(text) } else { [] }
  }

  fileprivate func eachSession(
    _ text: (_ session: UInt16, _ packetLength: Int) -> String
  ) -> [String] {
    if case .pppoe(let session, _) = outerLink.shim { [text(session, packetByteCount)] } else { [] }
  }

  fileprivate func each4(_ text: (IPv4) -> String) -> [String] {
    networks.compactMap(\.ipv4).map(text)
  }

  fileprivate func each6(_ text: (IPv6) -> String) -> [String] {
    networks.compactMap(\.ipv6).map(text)
  }

  fileprivate func eachTCP(_ text: (TCP) -> String) -> [String] {
    carried?.tcp.map { [text($0)] } ?? []
  }

  fileprivate func eachARP(_ text: (ARP) -> String) -> [String] {
    network.arp.map { [text($0)] } ?? []
  }

  fileprivate func eachICMP(_ number: UInt8, _ text: (ICMP) -> String) -> [String] {
    guard let carried, carried.protocolNumber == number, let icmp = carried.icmp else { return [] }
    return [text(icmp)]
  }

  /// The source and destination port, length and checksum of each UDP header.
  fileprivate func eachUDP(
    _ text: ((sourcePort: UInt16, destinationPort: UInt16, length: Int, checksum: Int)) -> String
  ) -> [String] {
    let frame = build()
    let inner = carried?.isUDP == true ? layout.transportOffset : nil
    let outer = zip(tunnels, networkOffsets).filter(\.0.isOverUDP).map { tunnel, start in
      start + tunnel.network.byteCount
    }
    func word(_ at: Int) -> Int { Int(frame[at]) << 8 | Int(frame[at + 1]) }
    return (outer + [inner].compactMap { $0 }).map { at in
      text((UInt16(word(at)), UInt16(word(at + 2)), word(at + 4), word(at + 6)))
    }
  }

  fileprivate func eachTunnel(_ text: (FrameRecipe.Encapsulation.Kind) -> String?) -> [String] {
    tunnels.compactMap { text($0.kind) }
  }

  /// What each VXLAN-GPE header announces.
  fileprivate var nextProtocols: [String] {
    let carried = zip(links.dropFirst(), networks.dropFirst())
    return zip(tunnels, carried).compactMap { tunnel, inside -> String? in
      guard case .vxlanGPE = tunnel.kind else { return nil }
      return inside.0.kind == .ethernet ? "3" : inside.1.isIPv6 ? "2" : "1"
    }
  }

  /// Octets after the first eight of each GTP-U header.
  fileprivate var gtpLengths: [String] {
    zip(tunnels, networkOffsets).compactMap { tunnel, start -> String? in
      guard tunnel.kind.hasLength else { return nil }
      return "\(layout.payloadEnd - start - tunnel.network.byteCount - 16)"
    }
  }

  /// Octets from each IP header to the end of its packet, less what `without` says.
  fileprivate func ends(_ without: (FrameRecipe.Network) -> Int?) -> [String] {
    zip(networks, networkOffsets).compactMap { network, start in
      without(network).map { "\(layout.payloadEnd - start - $0)" }
    }
  }
}

extension FrameRecipe.Encapsulation {
  /// What tshark says about the outer UDP checksum; nil without one.
  fileprivate var checksumStatus: String? {
    guard isOverUDP else { return nil }
    switch checksum {
    case .complete: return "1"
    case .zero: return network.isIPv6 ? "4" : "3"
    default: return "0"
    }
  }
}
