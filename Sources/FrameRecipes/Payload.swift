extension FrameRecipe {
  /// Payload octets that a recipe names instead of listing them.
  public struct Payload: Equatable, Sendable {
    /// Where the octets come from.
    public enum Content: Equatable, Sendable {
      /// Pseudo-random octets: the same ones for the same seed and position.
      case seeded(UInt64)
      /// One octet over and over.
      case repeated(UInt8)
      /// 0, 1, 2 and so on, 0 again after 255.
      case counted
      /// These octets; must cover `offset + count`.
      case literal([UInt8])
    }

    /// Where the octets come from.
    public var content: Content
    /// The position in `content` of the first octet.
    public var offset: Int
    /// The number of octets.
    public var count: Int

    /// Names `count` octets of `content`.
    public init(_ content: Content, offset: Int = 0, count: Int) {
      self.content = content
      self.offset = offset
      self.count = count
    }

    /// No payload.
    public static let empty = Payload(.counted, count: 0)

    /// The octets 0, 1, 2 and so on, 0 again after 255.
    public static func counting(_ count: Int) -> Payload { Payload(.counted, count: count) }

    /// `octet` over and over.
    public static func repeating(_ octet: UInt8, count: Int) -> Payload {
      Payload(.repeated(octet), count: count)
    }

    /// Pseudo-random octets, the same ones for the same seed.
    public static func random(seed: UInt64 = 1, count: Int) -> Payload {
      Payload(.seeded(seed), count: count)
    }

    /// These octets.
    public static func octets(_ octets: [UInt8]) -> Payload {
      Payload(.literal(octets), count: octets.count)
    }

    /// The UTF-8 octets of a text.
    public static func text(_ text: String) -> Payload { .octets(Array(text.utf8)) }

    /// The part of the payload at `range`, counted from its first octet.
    public func slice(_ range: Range<Int>) -> Payload {
      let (count, overflows) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
      return Payload(
        content, offset: offset &+ range.lowerBound, count: overflows ? .max : count)
    }

    /// The octets themselves, 16 MiB at most; zeros stand for what ``Content/literal(_:)`` does not
    /// have.
    public func octets() -> [UInt8] {
      let count = min(count, FaultSearch.longest)
      guard count > 0 else { return [] }
      switch content {
      case .repeated(let octet): return [UInt8](repeating: octet, count: count)
      case .counted: return (0..<count).map { UInt8(truncatingIfNeeded: offset &+ $0) }
      case .literal(let octets):
        let known = octets.dropFirst(max(0, offset)).prefix(count)
        return known + [UInt8](repeating: 0, count: count - known.count)
      case .seeded(let seed): return scatteredOctets(seed: seed, count)
      }
    }

    private func scatteredOctets(seed: UInt64, _ count: Int) -> [UInt8] {
      // Octet p is octet p % 8 of the block p / 8; every block comes from the seed directly.
      let skip = max(0, offset) % 8
      let blocks = (skip + count + 7) / 8
      var out: [UInt8] = []
      out.reserveCapacity(blocks * 8)
      for block in 0..<blocks {
        let number = UInt64(max(0, offset) / 8 + block) &* 0x9E37_79B9_7F4A_7C15
        var word = scatter(seed &+ number &+ 1)
        for _ in 0..<8 {
          out.append(UInt8(truncatingIfNeeded: word))
          word &>>= 8
        }
      }
      return Array(out[skip..<(skip + count)])
    }
  }
}

/// The output function of SplitMix64: scatters neighbouring numbers over all 64-bit values.
package func scatter(_ value: UInt64) -> UInt64 {
  var z = value
  z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z &>> 31)
}
