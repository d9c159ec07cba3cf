import Foundation
import PacketCapture
import TestSupport
import VirtualNICTesting

/// A capture of random frames, and what was done to it.
///
/// Written by hand here, so that what must come back is known without reading it.
struct MutatedCapture {
  /// What is wrong with a capture.
  enum Mutation: CaseIterable {
    /// Nothing.
    case none
    /// It ends at a block boundary, or a few octets beside one.
    case cut
    /// A block or record lies about its length.
    case blockLength
    /// A block of a type that no program knows stands between two blocks.
    case unknownBlock
    /// A frame's own length fields lie.
    case frameLength
    /// Frames stand in another order, and their time stamps go back.
    case order
    /// Frames were not captured to their end.
    case snapped
    /// Some frames are of a link that is not supported.
    case foreign
  }

  /// A frame of it.
  struct Frame {
    var octets: [UInt8]
    var originalLength: Int
    var isForeign = false
    var time: Int
    var comments: [String] = []
  }

  let mutation: Mutation
  let isPcapng: Bool
  private(set) var octets: [UInt8] = []
  private(set) var frames: [Frame] = []
  /// How many of the first frames nothing has damaged.
  private(set) var wholeCount = 0
  /// Whether more frames may come back than ``wholeCount``: what follows damage may be found again.
  private(set) var mayHaveMore = false
  /// Blocks other than frames, interfaces and sections that must come back octet by octet.
  private(set) var unknownBlocks: [[UInt8]] = []

  /// Draws capture `index` of a sequence.
  init(_ index: Int, _ random: inout SeededGenerator) {
    let mutations = Mutation.allCases
    mutation = mutations[index % mutations.count]
    isPcapng = mutation == .unknownBlock || mutation == .foreign || index / mutations.count % 2 == 0
    frames = Self.frames(&random)
    change(&random)
    let blocks = isPcapng ? pcapngBlocks(&random) : pcapBlocks()
    damage(blocks, index / mutations.count / 2, &random)
  }

  private static func frames(_ random: inout SeededGenerator) -> [Frame] {
    var profile = RecipeProfile.tunnels
    profile.allowsTunnels = random.oneIn(3)
    (profile.links, profile.usualPayload, profile.largeOneIn) = ([.ethernet], 4_000, 1_000)
    var generator = RecipeGenerator(SeededGenerator(seed: random.next()), profile: profile)
    return (0..<random.within(2...6)).map { index in
      let octets = generator.next().recipe.build()
      let comments = (0..<random.below(3)).map { "comment \($0) of \(index)" }
      return Frame(
        octets: octets, originalLength: octets.count, time: index * 1_000, comments: comments)
    }
  }

  private mutating func change(_ random: inout SeededGenerator) {
    switch mutation {
    case .frameLength:
      for index in frames.indices where frames[index].octets.count > 24 && random.oneIn(2) {
        // Lengths of IPv4 and IPv6 lie at 16 and 18 after an untagged Ethernet header.
        frames[index].octets.replaceSubrange(16..<20, with: random.octets(4))
      }
    case .order:
      frames.reverse()
    case .snapped:
      for index in frames.indices where random.oneIn(2) {
        frames[index].octets = Array(frames[index].octets.prefix(random.within(1...200)))
      }
    case .foreign:
      for index in frames.indices where random.oneIn(2) {
        frames[index].isForeign = true
        frames[index].octets = random.octets(random.within(1...3_000))
        frames[index].originalLength = frames[index].octets.count
      }
    case .none, .cut, .blockLength, .unknownBlock: break
    }
  }

  private func pcapBlocks() -> [[UInt8]] {
    let header =
      octets("d4c3b2a1 0200 0400 00000000 00000000") + littleEndian(262_144)
      + littleEndian(1)
    return [header]
      + frames.map { frame in
        littleEndian(0) + littleEndian(frame.time) + littleEndian(frame.octets.count)
          + littleEndian(frame.originalLength) + frame.octets
      }
  }

  private func octets(_ digits: String) -> [UInt8] { IntegrationTests.octets(digits) }

  private mutating func pcapngBlocks(_ random: inout SeededGenerator) -> [[UInt8]] {
    // Interface 1 is of PPP, which is not supported.
    var blocks = [Block.section, Block.interface(1), Block.interface(9)]
    for frame in frames {
      var options = frame.comments.flatMap { Block.option(1, Array($0.utf8)) }
      if random.oneIn(3) { options += Block.option(0x8001, random.octets(random.below(9))) }
      if !options.isEmpty { options += Block.endOfOptions }
      blocks.append(
        Block.frame(
          frame.octets, interface: frame.isForeign ? 1 : 0, time: frame.time,
          original: frame.originalLength, options: options))
    }
    if mutation == .unknownBlock {
      for _ in 0..<random.within(1...3) {
        let block = Block.block(
          random.within(0x100...0x0A0D_0D09), random.octets(random.below(9) * 4))
        unknownBlocks.append(block)
        blocks.insert(block, at: random.within(1...blocks.count))
      }
    }
    return blocks
  }

  /// Writes the blocks, with damage at one of them; `round` goes through all of them in turn.
  private mutating func damage(
    _ blocks: [[UInt8]], _ round: Int, _ random: inout SeededGenerator
  ) {
    octets = blocks.flatMap { $0 }
    wholeCount = frames.count
    let headerCount = isPcapng ? 3 : 1
    var ends = [0]
    for block in blocks { ends.append(ends[ends.count - 1] + block.count) }
    let victim = headerCount + round % frames.count
    switch mutation {
    case .cut:
      let length = min(max(ends[headerCount], ends[victim] + random.within(-3...3)), octets.count)
      octets = Array(octets.prefix(length))
      wholeCount = ends.dropFirst(headerCount + 1).count { $0 <= length }
    case .blockLength:
      let field = ends[victim] + (isPcapng ? 4 : 8)
      let isEnd = isPcapng && random.oneIn(2)
      let place = (isEnd ? ends[victim + 1] - 4 : field) + random.below(4)
      octets[place] ^= UInt8(1 << random.below(8))
      wholeCount = victim - headerCount
      mayHaveMore = true
    default: break
    }
  }
}
