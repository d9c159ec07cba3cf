import TestSupport
import WireFormats

extension LinkKind {
  /// What the parser calls the same header.
  var linkLayer: LinkLayer {
    switch self {
    case .ethernet: .ethernet
    case .rawIP: .rawIP
    case .linuxCooked1: .linuxCooked
    case .linuxCooked2: .linuxCooked2
    case .bsdLoopback, .bsdLoopbackNetworkOrder: .bsdLoopback
    case .ppp: .ppp
    }
  }
}
