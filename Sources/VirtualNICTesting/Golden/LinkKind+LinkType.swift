package import FrameRecipes
package import PacketCapture

extension FrameRecipe.LinkKind {
  /// The link type of a capture file with such frames.
  package var linkType: LinkType {
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

  /// The link header that frames of a link type have; nil if it cannot be taken apart here.
  package init?(_ type: LinkType) {
    switch type {
    case .ethernet: self = .ethernet
    case .raw, .ipv4, .ipv6: self = .rawIP
    case .linuxSLL: self = .linuxCooked1
    case .linuxSLL2: self = .linuxCooked2
    case .null: self = .bsdLoopback
    case .loop: self = .bsdLoopbackNetworkOrder
    case .ppp, .pppHDLC: self = .ppp
    default: return nil
    }
  }

  /// Whether frames of a link type have this header.
  func isAnnounced(by type: LinkType) -> Bool { Self(type) == self }
}
