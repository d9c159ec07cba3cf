import PacketCapture
import WireFormats

extension LinkLayer {
  /// What the frames of a capture start with; nil if the engine does not know it.
  init?(_ type: LinkType) {
    switch type {
    case .ethernet: self = .ethernet
    case .raw, .ipv4, .ipv6: self = .rawIP
    case .null, .loop: self = .bsdLoopback
    case .linuxSLL: self = .linuxCooked
    case .linuxSLL2: self = .linuxCooked2
    default: return nil
    }
  }
}
