import GsoEngine
import TestSupport
import VirtualNIC
import VirtualNICTesting

/// Frames to send, with what the oracle says that the wire must see of each.
struct TrafficPool: Sendable {
  /// One frame.
  struct Item: Sendable {
    let octets: [UInt8]
    let request: TransmitRequest
    /// What leaves the NIC; nothing if the frame cannot be segmented.
    let wireFrames: [[UInt8]]

    /// Octets of the longest packet after an Ethernet header.
    var packetLength: Int { (wireFrames.map(\.count).max() ?? 14) - 14 }
  }

  /// The two MTUs that a stressed adapter has by turns, in octets.
  static let mtus = [900, 1_500]

  let items: [Item]

  /// Draws `count` frames.
  init(_ count: Int, _ random: inout SeededGenerator) {
    var items: [Item] = []
    for _ in 0..<count { items.append(Self.item(&random)) }
    self.items = items
  }

  private static func item(_ random: inout SeededGenerator) -> Item {
    if random.oneIn(20) {
      // Nothing that could be segmented.
      let request = TransmitRequest(segmentSize: 100)
      return Item(octets: random.octets(random.within(0...99)), request: request, wireFrames: [])
    }
    // Some segments of 1,200 octets exceed the smaller MTU, all others never do.
    let segmentSize = random.pick([100, 536, 536, 1_200])
    let count = random.pick([1, 2, 3, 7]) * segmentSize + random.within(-1...1)
    var recipe = FrameRecipe(
      network: random.oneIn(2) ? .ipv4() : .ipv6(), transport: random.oneIn(2) ? .tcp() : .udp(),
      payload: Payload(seed: random.next(), count: count))
    if !random.oneIn(3) {
      recipe.checksum = random.pick([.pseudoHeaderWithLength, .pseudoHeaderWithoutLength])
      let wireFrames = referenceSegments(of: recipe, segmentSize: segmentSize)
      let request = TransmitRequest(segmentSize: segmentSize)
      return Item(octets: recipe.build(), request: request, wireFrames: wireFrames)
    }
    recipe.payload.count = random.within(0...1_400)
    let complete = recipe.build()
    guard random.oneIn(2) else {
      return Item(octets: complete, request: TransmitRequest(), wireFrames: [complete])
    }
    recipe.checksum = .pseudoHeaderWithLength
    let request = TransmitRequest(checksums: [.ipv4Header, .transport])
    return Item(octets: recipe.build(), request: request, wireFrames: [complete])
  }
}
