import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

extension LinkKind {
  /// The same in the engine's words.
  var layer: LinkLayer {
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

/// One way to segment, to be put to the engine and to the oracle.
struct Setting: Equatable {
  var identification = SegmentationRules.Identification.incrementing16
  var keepsEveryCWR = false
  var copiesZero = false
  var checksum = SegmentationRequest.Checksum.complete

  static let linux = Setting()

  /// Any of the thirty-six.
  static func random(_ random: inout SeededGenerator) -> Setting {
    Setting(
      identification: random.pick([.incrementing16, .incrementing15, .fixed]),
      keepsEveryCWR: random.oneIn(2), copiesZero: random.oneIn(2),
      checksum: random.pick([.complete, .pseudoHeader, .copied]))
  }

  func request(segmentSize: Int) -> SegmentationRequest {
    var rules = SegmentationRules.linux
    rules.tcpIdentification = identification
    rules.udpIdentification = identification
    if keepsEveryCWR { rules.congestionWindowReduced = .everySegment }
    if copiesZero { rules.zeroUDPChecksum = .copied }
    return SegmentationRequest(segmentSize: segmentSize, checksum: checksum, rules: rules)
  }

  /// What the oracle makes of a frame.
  func expected(_ recipe: FrameRecipe, segmentSize: Int) -> [[UInt8]] {
    let whole = reference(recipe, segmentSize, .complete)
    guard checksum != .complete else { return whole }
    let output: ReferenceRules.Output =
      checksum == .pseudoHeader ? .pseudoHeader : .copied
    var frames = reference(recipe, segmentSize, output)
    guard let tunnel = recipe.encapsulation, let at = recipe.layout.outerTransportOffset else {
      return frames
    }
    switch checksum {
    case .pseudoHeader:
      // The outer checksum covers a complete inner one, which hardware completes.
      let field = recipe.layout.transportOffset + (recipe.transport.isTCP ? 16 : 6)
      for index in frames.indices {
        let partial = frames[index][field..<(field + 2)]
        frames[index] = whole[index]
        frames[index].replaceSubrange(field..<(field + 2), with: partial)
      }
    default:
      guard tunnel.isOverUDP else { break }
      let found = recipe.build()[(at + 6)..<(at + 8)]
      for index in frames.indices {
        frames[index].replaceSubrange((at + 6)..<(at + 8), with: found)
      }
    }
    return frames
  }

  private func reference(
    _ recipe: FrameRecipe, _ segmentSize: Int, _ output: ReferenceRules.Output
  ) -> [[UInt8]] {
    let options = ReferenceRules {
      switch identification {
      case .incrementing16: $0.identification = .incrementing16
      case .incrementing15: $0.identification = .incrementing15
      case .fixed: $0.identification = .fixed
      }
      if keepsEveryCWR { $0.congestionWindowReduced = .everySegment }
      // Over IPv6 a checksum of 0 is not the sender's to choose.
      if copiesZero && !recipe.network.isIPv6 { $0.zeroUDPChecksum = .copied }
      $0.transportChecksum = output
    }
    return referenceSegments(of: recipe, segmentSize: segmentSize, rules: options)
  }
}

/// Runs a check on random frames; the first one that fails is made small and printed.
func forEachFrame(
  _ count: Int, _ profile: RecipeProfile, file: StaticString = #filePath, line: UInt = #line,
  _ check: (FrameRecipe, Int, inout SeededGenerator) throws -> String?
) {
  let start = SeededGenerator.fromEnvironment()
  // Runs of different length draw different frames.
  let salted = SeededGenerator(seed: start.seed &+ UInt64(count) << 32)
  var generator = RecipeGenerator(salted, profile: profile)
  for number in 0..<count {
    let (recipe, size) = generator.next()
    // Whatever else is random about a frame depends on its number, so that it can be repeated.
    let seed = start.seed &+ UInt64(number)
    func complaint(_ recipe: FrameRecipe, _ size: Int) -> String? {
      var random = SeededGenerator(seed: seed)
      do { return try check(recipe, size, &random) } catch { return "thrown: \(error)" }
    }
    guard complaint(recipe, size) != nil else { continue }
    let (small, smallSize) = minimise(recipe, segmentSize: size) { complaint($0, $1) != nil }
    return XCTFail(
      """
      seed \(start.seed), frame \(number), segment size \(smallSize): \
      \(complaint(small, smallSize) ?? "")
      \(small.swiftLiteral)
      """, file: file, line: line)
  }
}

/// Calls `write` on `count` octets of 0xA5 and returns them.
func written(
  _ count: Int, _ write: (inout MutableRawSpan) throws(SegmentationError) -> Void
) -> (octets: [UInt8], error: SegmentationError?) {
  var output = [UInt8](repeating: 0xA5, count: count)
  var failure: SegmentationError?
  var span = output.mutableSpan
  // SAFETY: every octet pattern is a valid octet, so writing raw bytes keeps the array sound.
  var octets = unsafe span.mutableBytes
  do throws(SegmentationError) { try write(&octets) } catch { failure = error }
  return (output, failure)
}

extension Array where Element == UInt8 {
  /// Whether nothing was written over the octets that ``written(_:_:)`` starts with.
  var isUnwritten: Bool { allSatisfy { $0 == 0xA5 } }

  /// The octets at `range`, as a new array.
  func slice(_ range: Range<Int>) -> [UInt8] { Array(self[range]) }

  /// Two octets in network order.
  func word(_ at: Int) -> Int { Int(self[at]) << 8 | Int(self[at + 1]) }

  /// Stores two octets in network order.
  mutating func setWord(_ value: Int, _ at: Int) {
    self[at] = UInt8(truncatingIfNeeded: value >> 8)
    self[at + 1] = UInt8(truncatingIfNeeded: value)
  }
}
