public import FrameRecipes

/// Which part of the feature space a ``RecipeGenerator`` draws from.
public struct RecipeProfile: Equatable, Sendable {
  /// Link headers to choose from; Ethernet comes up half of the time if it is among them.
  public var links: [FrameRecipe.LinkKind] = FrameRecipe.LinkKind.allCases
  /// Protocols to choose from: TCP, UDP and, for echo messages, ICMP and ICMPv6.
  ///
  /// ICMP goes over IPv4 and ICMPv6 over IPv6, whichever of the two is drawn.
  public var protocols: [UInt8] = [FrameRecipe.IPNumber.tcp, FrameRecipe.IPNumber.udp]
  /// The most VLAN tags on an Ethernet header, 64 at most.
  public var mostTags = 7
  /// Whether MPLS labels, PPPoE headers and older VLAN tags may follow an outermost Ethernet
  /// header.
  public var allowsShims = true
  /// Whether frames may be wrapped in a tunnel.
  public var allowsTunnels = false
  /// Whether a tunnel may be carried by another one; then half of them are.
  public var allowsNestedTunnels = false
  /// Whether a GRE checksum may be wrong; then half of them are.
  public var allowsWrongGREChecksums = false
  /// Whether frames may be packets of ARP, where the link header announces such; then half
  /// of them are.
  public var allowsARP = false
  /// Whether IPv4 options, extension headers and TCP options may occur.
  public var allowsOptions = true
  /// Whether length and checksum fields may follow any convention, or must be exact and complete.
  public var allowsConventions = true
  /// Whether octets may follow the IP packet.
  public var allowsTrailers = true
  /// Whether octets may follow the IP packet inside a tunnel.
  public var allowsInnerTrailers = false
  /// The largest payload of the usual frame, in octets; 0 to 65,535, other numbers count as the
  /// nearest.
  public var usualPayload = 3_000
  /// The largest payload of the one frame in `largeOneIn`, in octets, likewise.
  public var largestPayload = 65_000
  /// How rare large frames are.
  public var largeOneIn = 100
  /// The most segments of one frame; 1 to 65,535, other numbers count as the nearest.
  public var mostSegments = 128

  /// The whole feature space but for tunnels.
  public init() {}

  /// The whole feature space but for tunnels, changed by `change`.
  public init(_ change: (inout RecipeProfile) -> Void) { change(&self) }

  /// Complete frames: every length exact, every checksum complete, no trailer.
  public static let sound = RecipeProfile {
    $0.allowsConventions = false
    $0.allowsTrailers = false
  }

  /// Ethernet frames without tunnels.
  public static let ethernet = RecipeProfile { $0.links = [.ethernet] }

  /// All link headers, and frames in tunnels.
  public static let tunnels = RecipeProfile { $0.allowsTunnels = true }
}
