public import FrameRecipes

extension FrameRecipe {
  /// Takes a whole frame apart into its fields; the opposite of ``FrameRecipe/octets``.
  ///
  /// Checksum fields of TCP and UDP become values. Nil if the frame is not one that a recipe can
  /// describe to the last octet: a fragment, another protocol, a trailer of other octets than 0xEE,
  /// or IP length fields that are neither exact nor 0. Without `udpTunnels`, what UDP carries to
  /// the ports of tunnels is mere payload.
  public init?(
    dissecting frame: [UInt8], link kind: FrameRecipe.LinkKind = .ethernet, udpTunnels: Bool = true
  ) {
    let dissection = dissect(frame, link: kind, udpTunnels: udpTunnels)
    guard dissection.isComplete, let last = dissection.layers.last, last.kind == .payload
    else { return nil }
    var reader = RecipeReader(frame: frame, layers: dissection.layers, kind: kind)
    guard let recipe = reader.recipe(), recipe.build() == frame else { return nil }
    self = recipe
  }

  /// The same without what follows the outermost packet, whatever octets these are.
  init?(
    dissectingPacketOf frame: [UInt8], link kind: FrameRecipe.LinkKind, udpTunnels: Bool
  ) {
    let networks = dissect(frame, link: kind, udpTunnels: udpTunnels).layers
      .filter(\.kind.isNetwork)
    var packet = Array(frame.prefix(networks.first?.limit ?? frame.count))
    if let last = networks.last, last.start < last.limit, last.limit < packet.count {
      // What follows the inner packet in a tunnel is dropped as well, whatever it is.
      for index in last.limit..<packet.count { packet[index] = 0xEE }
    }
    self.init(dissecting: packet, link: kind, udpTunnels: udpTunnels)
  }
}
