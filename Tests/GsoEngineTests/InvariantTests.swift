import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// What holds for all segments, without the reference.
final class InvariantTests: XCTestCase {
  func testSegmentsAreSoundAndComplete() {
    forEachFrame(10_000, RecipeProfile()) { recipe, size, _ in
      try Segmented(recipe, size).fault(size)
    }
    forEachFrame(5_000, .tunnels) { recipe, size, _ in try Segmented(recipe, size).fault(size) }
  }

  func testHeaderArithmetic() {
    forEachFrame(5_001, RecipeProfile()) { recipe, size, random in
      let setting = Setting.random(&random)
      let segmented = try Segmented(recipe, size, setting)
      return segmented.headerFault(size, setting)
    }
    forEachFrame(2_501, .tunnels) { recipe, size, _ in
      try Segmented(recipe, size).headerFault(size, .linux)
    }
  }

  /// Octets that no rule names are those of the input, in every segment.
  func testEverythingElseIsCopied() {
    for (count, profile) in [(4_002, RecipeProfile()), (3_002, .tunnels)] {
      forEachFrame(count, profile) { recipe, size, _ in
        let segmented = try Segmented(recipe, size)
        let mutable = segmented.mutableOctets
        let fixed = (0..<segmented.plan.headerLength).filter { !mutable.contains($0) }
        for (index, segment) in segmented.frames.enumerated() {
          if let at = fixed.first(where: { segment[$0] != segmented.frame[$0] }) {
            return "segment \(index), \(fieldName(segmented.frame, at, link: segmented.link))"
          }
        }
        return nil
      }
    }
  }

  /// Neither the transport checksum nor an IPv4 header checksum of the input shows in the output.
  func testChecksumsOfTheInputDoNotMatter() {
    for (count, profile) in [(4_003, RecipeProfile()), (3_003, .tunnels)] {
      forEachFrame(count, profile) { recipe, size, random in
        let segmented = try Segmented(recipe, size)
        var other = segmented.frame
        for at in segmented.checksumOffsets { other.setWord(random.below(65_536), at) }
        // Only an outer UDP checksum has something to say, and only whether it is 0.
        if let at = segmented.outerChecksumOffset, other.word(at) != 0 {
          other.setWord(random.within(1...65_535), at)
        }
        let frames = try SegmentationPlan(
          of: other, link: segmented.link.layer, tunnels: .wellKnown,
          request: .init(segmentSize: size)
        ).frames(of: other)
        return firstDifference(expected: segmented.frames, actual: frames, link: segmented.link)?
          .description
      }
    }
  }
}

/// A frame, its plan and its segments.
struct Segmented {
  let recipe: FrameRecipe
  let frame: [UInt8]
  let link: LinkKind
  let plan: SegmentationPlan
  let frames: [[UInt8]]

  init(_ recipe: FrameRecipe, _ size: Int, _ setting: Setting = .linux) throws {
    self.recipe = recipe
    frame = recipe.build()
    link = recipe.outerLink.kind
    plan = try SegmentationPlan(
      of: frame, link: link.layer, tunnels: .wellKnown, request: setting.request(segmentSize: size))
    frames = try plan.frames(of: frame)
  }

  /// Sizes, payload, lengths and checksums.
  func fault(_ size: Int) -> String? {
    let start = recipe.layout.payloadOffset
    let expected = max(1, (recipe.payload.count + size - 1) / size)
    guard frames.count == expected, plan.count == expected else { return "count \(frames.count)" }
    guard plan.headerLength == start else { return "header length \(plan.headerLength)" }
    for (index, segment) in frames.enumerated() {
      let payload = segment.count - start
      let isLast = index == frames.count - 1
      guard payload == size || (isLast && payload < size) else { return "size of segment \(index)" }
      if let fault = frameFaults(segment, link: link).first { return "segment \(index): \(fault)" }
    }
    let payload = frames.flatMap { $0[start...] }
    return payload == recipe.payload.octets() ? nil : "payload"
  }

  /// Flags, identifications and sequence numbers, read by offset.
  func headerFault(_ size: Int, _ setting: Setting) -> String? {
    let layout = recipe.layout
    let networks = [layout.outerNetworkOffset, layout.networkOffset].compactMap { $0 }
    for (index, segment) in frames.enumerated() {
      for at in networks where frame[at] >> 4 == 4 {
        let base = frame.word(at + 4)
        let expected =
          switch setting.identification {
          case .fixed: base
          case .incrementing16: (base + index) % 65_536
          case .incrementing15: (base + index) % 32_768
          }
        guard segment.word(at + 4) == expected else { return "identification of \(index)" }
      }
      if recipe.transport.isTCP, let text = tcpFault(segment, index, size, setting) { return text }
    }
    return nil
  }

  private func tcpFault(
    _ segment: [UInt8], _ index: Int, _ size: Int, _ setting: Setting
  ) -> String? {
    let at = recipe.layout.transportOffset
    let base = frame.word(at + 4) << 16 + frame.word(at + 6)
    let sequence = segment.word(at + 4) << 16 + segment.word(at + 6)
    guard sequence == (base + index * size) % (1 << 32) else { return "sequence of \(index)" }
    var expected = frame.word(at + 12)
    if index < frames.count - 1 { expected &= ~0x09 }
    if index > 0 && !setting.keepsEveryCWR { expected &= ~0x80 }
    return segment.word(at + 12) == expected ? nil : "flags of segment \(index)"
  }
}

extension Segmented {
  /// Where IPv4 header checksums and the transport checksum lie.
  var checksumOffsets: [Int] {
    let layout = recipe.layout
    let networks = [layout.outerNetworkOffset, layout.networkOffset].compactMap { $0 }
    return networks.filter { frame[$0] >> 4 == 4 }.map { $0 + 10 }
      + [layout.transportOffset + (recipe.transport.isTCP ? 16 : 6)]
  }

  /// Where the checksum of an outer UDP header lies.
  var outerChecksumOffset: Int? {
    guard recipe.encapsulation?.isOverUDP == true else { return nil }
    return recipe.layout.outerTransportOffset.map { $0 + 6 }
  }

  /// The octets of the headers that segmentation may change.
  var mutableOctets: Set<Int> {
    let layout = recipe.layout
    var ranges = checksumOffsets.map { $0..<($0 + 2) }
    for at in [layout.outerNetworkOffset, layout.networkOffset].compactMap({ $0 }) {
      ranges.append(frame[at] >> 4 == 4 ? (at + 2)..<(at + 6) : (at + 4)..<(at + 6))
    }
    if case .pppoe = recipe.outerLink.shim {
      let end = recipe.outerLink.byteCount
      ranges.append((end - 4)..<(end - 2))
    }
    let at = layout.transportOffset
    if recipe.transport.isTCP {
      ranges += [(at + 4)..<(at + 8), (at + 13)..<(at + 14)]
    } else {
      ranges.append((at + 4)..<(at + 6))
    }
    if let outer = layout.outerTransportOffset {
      if outerChecksumOffset != nil { ranges.append((outer + 4)..<(outer + 8)) }
      if recipe.encapsulation?.kind.hasLength == true {
        ranges.append((outer + 10)..<(outer + 12))
      }
      if case .gre(true, _, _) = recipe.encapsulation?.kind {
        ranges.append((outer + 4)..<(outer + 6))
      }
    }
    return Set(ranges.joined())
  }
}
