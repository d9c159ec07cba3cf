import NetAdapterCore
import TestSupport

/// One example of each kind of header that has its own flag.
enum HeaderKinds {
  static let layer3: [(Layer3Flags, Network)] = [
    (.ipv4NoOptions, .ipv4()),
    (.ipv4WithOptions, .ipv4(IPv4Recipe { $0.options = [IPv4Option.routerAlert] })),
    (.ipv6NoExtensions, .ipv6()),
    (.ipv6WithExtensions, .ipv6(IPv6Recipe { $0.extensions = [.hopByHop([1, 4, 0, 0, 0, 0])] })),
  ]
  static let layer4: [(Layer4Flags, Transport)] = [
    (.tcpNoOptions, .tcp()),
    (.tcpWithOptions, .tcp(TCPRecipe { $0.options = [TCPOption.timestamps(1, 2), [1, 1]] })),
    (.udp, .udp()),
  ]
}
