public import FrameRecipes

/// Which received frames the reference merges, in words of its own; the defaults are those of the
/// Linux kernel's GRO, as recorded from 6.18.
public struct ReferenceCoalescingRules: Equatable, Sendable {
  /// Which packets in tunnels are merged.
  public enum Tunnels: Equatable, Sendable {
    /// Those in any tunnel.
    case all
    /// Those in VXLAN and Geneve.
    case overUDP
    /// None.
    case none
    /// None, and a tunnel over UDP is taken for plain UDP.
    case unseen
  }

  /// Which TCP options segments of one unit have.
  public enum Options: Equatable, Sendable {
    /// The same.
    case identical
    /// Timestamps and padding alone; the latest timestamps remain.
    case timestamps
    /// None.
    case none
  }

  /// Whether TCP over IPv4 is merged.
  public var mergesTCPOverIPv4 = true
  /// Whether TCP over IPv6 is merged.
  public var mergesTCPOverIPv6 = true
  /// Whether UDP over IPv4 is merged.
  public var mergesUDPOverIPv4 = true
  /// Whether UDP over IPv6 is merged.
  public var mergesUDPOverIPv6 = true
  /// Whether frames of one flow have equal link headers, flow labels, extension headers and tunnel
  /// headers, too; else addresses and ports make the flow, and another header ends its unit.
  public var flowHasAllHeaders = true
  /// Which packets in tunnels are merged.
  public var tunnels = Tunnels.all
  /// Whether UDP to the ports of VXLAN and Geneve is a tunnel.
  public var knowsUDPTunnels = true
  /// Whether packets with IPv6 extension headers are merged.
  public var allowsExtensionHeaders = true
  /// Whether IPv4 identifications count up by one or stay the same; else they may be any.
  public var checksIdentification = true
  /// Whether TCP packets may differ in TTL or hop limit; the smallest remains.
  public var takesSmallestHopLimit = false
  /// The same for UDP.
  public var takesSmallestDatagramHopLimit = false
  /// Whether TCP segments have any length; else that of the first, and a shorter one is the last.
  public var allowsAnyLength = false
  /// Whether the acknowledgement number may move forward; the latest remains.
  public var takesLatestAcknowledgement = false
  /// Whether the window may change; the latest remains.
  public var takesLatestWindow = false
  /// Which TCP options segments have.
  public var options = Options.identical
  /// Flags in which segments may differ.
  public var mergedFlags: FrameRecipe.TCPFlags = [.fin, .psh]
  /// Flags after which a unit ends.
  public var endingFlags: FrameRecipe.TCPFlags = [.fin, .psh]
  /// Flags that only the first segment may have.
  public var startingFlags: FrameRecipe.TCPFlags = [.cwr]
  /// Flags of segments that are never merged.
  public var refusedFlags: FrameRecipe.TCPFlags = [.syn, .rst, .urg]
  /// Whether datagrams without a checksum are merged with each other, over IPv4.
  public var mergesUnusedChecksums = false
  /// Whether octets after the packet are dropped; else such a frame is not merged.
  public var dropsTrailers = false
  /// Whether a frame that is not merged ends the units of its flow; else it may overtake them.
  public var keepsOrderOfAll = false
  /// The most TCP segments in a unit; nil for no limit.
  public var mostSegments: Int?
  /// The most datagrams in a unit; nil for no limit.
  public var mostDatagrams: Int? = 64
  /// The longest IP packet, in octets.
  public var longestPacket = 65_535

  /// The rules of the Linux kernel.
  public init() {}

  /// The rules of the Linux kernel, changed by `change`.
  public init(_ change: (inout ReferenceCoalescingRules) -> Void) { change(&self) }

  /// Microsoft's page on receive segment coalescing: TCP alone, and nothing overtakes.
  public static let receiveSegmentCoalescing = ReferenceCoalescingRules {
    ($0.mergesUDPOverIPv4, $0.mergesUDPOverIPv6) = (false, false)
    $0.setMicrosoftRules()
    $0.takesSmallestHopLimit = true
    $0.allowsAnyLength = true
    ($0.takesLatestAcknowledgement, $0.takesLatestWindow) = (true, true)
    $0.options = .timestamps
    $0.mergedFlags = .psh
    $0.endingFlags = []
    $0.startingFlags = []
    $0.refusedFlags = FrameRecipe.TCPFlags(rawValue: 0xFFF).subtracting([.ack, .psh])
  }

  /// Microsoft's page on UDP receive segment coalescing: UDP alone, and nothing overtakes.
  public static let udpReceiveSegmentCoalescing = ReferenceCoalescingRules {
    ($0.mergesTCPOverIPv4, $0.mergesTCPOverIPv6) = (false, false)
    $0.setMicrosoftRules()
    $0.mergesUnusedChecksums = true
    $0.mostDatagrams = nil
  }

  private mutating func setMicrosoftRules() {
    flowHasAllHeaders = false
    tunnels = .unseen
    allowsExtensionHeaders = false
    checksIdentification = false
    dropsTrailers = true
    keepsOrderOfAll = true
  }

  /// Whether the packets of a unit may differ in TTL or hop limit.
  func takesSmallestHopLimit(of recipe: FrameRecipe) -> Bool {
    recipe.transport.isTCP ? takesSmallestHopLimit : takesSmallestDatagramHopLimit
  }

  /// Whether packets of a kind are merged.
  func merges(_ recipe: FrameRecipe) -> Bool {
    switch (recipe.transport.isTCP, recipe.network.isIPv6) {
    case (true, false): mergesTCPOverIPv4
    case (true, true): mergesTCPOverIPv6
    case (false, false): mergesUDPOverIPv4
    case (false, true): mergesUDPOverIPv6
    }
  }
}
