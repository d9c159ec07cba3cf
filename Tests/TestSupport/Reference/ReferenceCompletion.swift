internal import VirtualNICTesting

/// What completing the fields of a frame that is not segmented must give: slow and obvious.
///
/// Frames are built with a field one way and another, and what comes out is compared.
public struct ReferenceCompletion: Equatable, Sendable {
  /// The frame with everything completed that was partial; nothing else changed but lengths of 0,
  /// and right checksums around what changed.
  public private(set) var frame: [UInt8] = []
  /// Whether the checksum of an IPv4 header is 0, and not by chance.
  public private(set) var hasPartialHeader = false
  /// Whether the checksum of TCP, UDP or an outer UDP header is the sum of a pseudo header.
  public private(set) var hasPartialTransport = false
  /// Whether the checksum of an IPv4 header is wrong.
  public private(set) var hasWrongHeader = false
  /// Whether the checksum of TCP or UDP is wrong.
  public private(set) var hasWrongTransport = false
  /// Whether a length is 0.
  public private(set) var hasOpenLength = false

  /// Completes the frame of a recipe.
  public init(of recipe: FrameRecipe) {
    var whole = recipe
    let transportLength = recipe.transport.udp?.length
    let lengths = [
      Self.length(recipe.network), recipe.encapsulation.flatMap { Self.length($0.network) },
      transportLength, recipe.encapsulation.flatMap { $0.isOverUDP ? $0.udpLength : nil },
      recipe.encapsulation.flatMap { $0.kind.hasLength ? $0.tunnelLength : nil },
    ]
    hasOpenLength = lengths.contains(.zero)
    Self.setExactLength(&whole.network)
    whole.transport.udp?.length = .exact
    if var outer = whole.encapsulation {
      Self.setExactLength(&outer.network)
      outer.udpLength = .exact
      outer.tunnelLength = .exact
      whole.encapsulation = outer
    }
    let checksum = headerChecksum(recipe, whole, \.network)
    whole.network.ipv4?.headerChecksum = checksum
    whole.checksum = transportChecksum(recipe, whole)
    if var outer = whole.encapsulation {
      outer.network.ipv4?.headerChecksum = headerChecksum(recipe, whole, \.outerNetwork)
      whole.encapsulation = outer
      outer.checksum = outerChecksum(recipe, whole)
      whole.encapsulation = outer
    }
    frame = whole.build()
  }

  private static func length(_ network: Network) -> LengthField? {
    network.ipv4?.length ?? network.ipv6?.length
  }

  private static func setExactLength(_ network: inout Network) {
    network.ipv4?.length = .exact
    network.ipv6?.length = .exact
  }

  /// What belongs into the checksum field of an IPv4 header.
  private mutating func headerChecksum(
    _ before: FrameRecipe, _ after: FrameRecipe, _ network: WritableKeyPath<FrameRecipe, Network>
  ) -> HeaderChecksum {
    guard before[keyPath: network].ipv4 != nil else { return .right }
    func field(_ recipe: FrameRecipe, _ checksum: HeaderChecksum?) -> UInt16 {
      var recipe = recipe
      if let checksum { recipe[keyPath: network].ipv4?.headerChecksum = checksum }
      let isInner = network == \.network
      let offset =
        isInner ? recipe.layout.networkOffset : recipe.layout.outermostNetworkOffset
      return recipe.build().networkWord(at: offset + 10)
    }
    let found = field(before, nil)
    if found == field(before, .right) || found == field(after, .right) { return .right }
    if found == 0 {
      hasPartialHeader = true
      return .right
    }
    hasWrongHeader = true
    return .value(found)
  }

  /// What belongs into the checksum field of TCP or UDP.
  private mutating func transportChecksum(
    _ before: FrameRecipe, _ after: FrameRecipe
  ) -> TransportChecksum {
    func field(_ recipe: FrameRecipe, _ checksum: TransportChecksum) -> UInt16 {
      var recipe = recipe
      recipe.checksum = checksum
      return recipe.checksumField
    }
    func sumsUp(_ found: UInt16, _ right: UInt16) -> Bool {
      found == right
        || before.transport.isTCP && [found, right].allSatisfy { [0, 0xFFFF].contains($0) }
    }
    let found = before.checksumField
    if found == 0, !before.transport.isTCP {
      hasWrongTransport = before.network.isIPv6
      return .zero
    }
    if sumsUp(found, field(after, .complete)) { return .value(found) }
    if sumsUp(found, field(before, .complete)) { return .complete }
    let conventions: [TransportChecksum] = [.pseudoHeaderWithLength, .pseudoHeaderWithoutLength]
    if conventions.contains(where: { field(after, $0) == found }) {
      hasPartialTransport = true
      return .complete
    }
    hasWrongTransport = true
    return .value(found)
  }

  /// What belongs into the checksum field of an outer UDP header, around finished inner headers.
  private mutating func outerChecksum(
    _ before: FrameRecipe, _ after: FrameRecipe
  ) -> TransportChecksum {
    func field(_ recipe: FrameRecipe, _ checksum: TransportChecksum) -> UInt16? {
      var recipe = recipe
      recipe.encapsulation?.checksum = checksum
      return recipe.outerChecksumField
    }
    guard let found = before.outerChecksumField, found != 0 else { return .zero }
    if found == field(before, .complete) || found == field(after, .complete) { return .complete }
    let conventions: [TransportChecksum] = [.pseudoHeaderWithLength, .pseudoHeaderWithoutLength]
    if conventions.contains(where: { field(after, $0) == found }) {
      hasPartialTransport = true
      return .complete
    }
    hasWrongTransport = true
    return .value(found)
  }
}

extension FrameRecipe {
  /// The outermost IP header.
  fileprivate var outerNetwork: Network {
    get { encapsulation?.network ?? network }
    set {
      if encapsulation != nil { encapsulation?.network = newValue } else { network = newValue }
    }
  }
}
