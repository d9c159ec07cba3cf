import FrameRecipes
import VirtualNICTesting

/// Random frames of a few flows that go on from each other, mostly.
struct RandomConversation {
  private var random: SeededGenerator
  private var flows: [(recipe: FrameRecipe, segmentSize: Int)] = []
  /// The last frame of each flow, for one that comes twice.
  private var last: [[UInt8]] = []

  /// A few flows of every kind, in tunnels or not.
  init(_ random: SeededGenerator) {
    self.random = random
    var profile = RecipeProfile.sound
    profile.links = [.ethernet]
    (profile.mostTags, profile.usualPayload, profile.largeOneIn) = (2, 200, .max)
    for _ in 0..<self.random.within(1...4) {
      profile.allowsTunnels = self.random.oneIn(3)
      profile.allowsOptions = self.random.oneIn(3)
      profile.allowsShims = self.random.oneIn(4)
      var generator = RecipeGenerator(SeededGenerator(seed: self.random.next()), profile: profile)
      var recipe = generator.next().recipe
      recipe.transport.tcp?.flags = self.random.oneIn(6) ? [.ack, .cwr] : .ack
      if self.random.oneIn(3) { recipe.transport.tcp?.options = Self.timestamps(7, 9) }
      flows.append((recipe, self.random.pick([1, 8, 100, 536])))
    }
    last = flows.map { _ in [] }
  }

  private static func timestamps(_ value: UInt32, _ echo: UInt32) -> [FrameRecipe.TCPOption] {
    [.noOperation, .noOperation, .timestamps(value, echo)]
  }

  /// The next frames.
  mutating func frames(_ count: Int) throws -> [[UInt8]] {
    try (0..<count).map { _ in try next() }
  }

  private mutating func next() throws -> [UInt8] {
    let flow = random.below(flows.count)
    if random.oneIn(30), !last[flow].isEmpty { return last[flow] }
    var recipe = flows[flow].recipe
    let size = flows[flow].segmentSize
    let count = random.oneIn(8) ? random.below(2 * size + 1) : size
    recipe.payload = .random(seed: random.next() % 1_000, count: count)
    // The next frame goes on from this one, whatever becomes of it.
    flows[flow].recipe.advance(by: count, random.oneIn(4) ? 0 : 1)
    if random.oneIn(3) { disturb(&recipe) }
    var frame = try recipe.octets
    // Not every bit of a tunnel header is one that a recipe has a field for.
    if recipe.encapsulation == nil, random.oneIn(30) {
      frame[random.below(frame.count)] ^= UInt8(1 << random.below(8))
    }
    last[flow] = frame
    return frame
  }

  /// Changes a field or two that decide about merging.
  private mutating func disturb(_ recipe: inout FrameRecipe) {
    switch random.below(22) {
    case 0: recipe.transport.tcp?.flags.insert(random.pick([.psh, .fin, .psh]))
    case 1: recipe.transport.tcp?.flags.insert(random.pick([.syn, .rst, .urg, .ece, .cwr, .ae]))
    case 2: recipe.transport.tcp?.acknowledgement &+= random.pick([1, 1_000, 0xFFFF_FFFF])
    case 3: recipe.transport.tcp?.window &+= 1
    case 4: recipe.transport.tcp?.sequenceNumber &+= random.pick([1, 0xFFFF_FF9C])
    case 5: recipe.transport.tcp?.options = Self.timestamps(random.pick([6, 7, 8, 500]), 10)
    case 6: recipe.network.ipv4?.timeToLive &-= 1
    case 7: recipe.network.ipv6?.hopLimit &-= 1
    case 8: recipe.network.ipv4?.typeOfService ^= random.pick([1, 3, 4])
    case 9: recipe.network.ipv6?.trafficClass ^= 1
    case 10: recipe.network.ipv4?.identification &+= random.pick([1, 0xFFFF, 7])
    case 11: recipe.network.ipv4?.dontFragment.toggle()
    case 12: recipe.network.ipv6?.flowLabel ^= 1
    case 13: recipe.checksum = random.pick([.wrong, .zero, .zero])
    case 14: recipe.network.ipv4?.headerChecksum = .wrong
    case 15: recipe.trailerCount = random.within(1...20)
    case 16: recipe.link.source = "02:00:00:00:00:99"
    case 17: recipe.encapsulation?.network.ipv4?.timeToLive &-= 1
    case 18: recipe.encapsulation?.sourcePort ^= 1
    case 19: recipe.payload.count = 0
    case 20: recipe.transport.tcp?.urgentPointer ^= 5
    default: recipe.network.ipv4?.options = [.routerAlert]
    }
  }
}

extension FrameRecipe {
  /// Moves on to what comes after `count` octets of payload, and to another identification.
  fileprivate mutating func advance(by count: Int, _ step: UInt16) {
    transport.tcp?.sequenceNumber &+= UInt32(count)
    network.ipv4?.identification &+= step
    encapsulation?.network.ipv4?.identification &+= step
  }
}
