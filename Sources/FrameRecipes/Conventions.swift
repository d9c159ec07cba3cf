extension FrameRecipe {
  /// What a length field of IP or UDP holds.
  public enum LengthField: Equatable, Sendable {
    /// The length; 0 if it does not fit into 16 bits, as very large frames arrive.
    case exact
    /// Zero, as in frames meant for large send offload.
    case zero
    /// This value, right or wrong.
    case value(UInt16)

    func resolve(_ length: Int) -> UInt16 {
      switch self {
      case .exact: length <= 0xFFFF ? UInt16(length) : 0
      case .zero: 0
      case .value(let value): value
      }
    }
  }

  /// What the IPv4 header checksum field holds.
  public enum HeaderChecksum: Equatable, Sendable {
    /// The checksum.
    case right
    /// Zero.
    case zero
    /// The checksum with all its bits flipped.
    case wrong
    /// This value, right or wrong.
    case value(UInt16)
  }

  /// What the checksum field of TCP or UDP holds.
  public enum TransportChecksum: Equatable, Sendable {
    /// The finished checksum; a UDP result of 0 is stored as 0xFFFF.
    case complete
    /// The pseudo header's sum, folded and not inverted, as Linux and LSO version 1 leave it.
    case pseudoHeaderWithLength
    /// The same with a length of 0 in the pseudo header, as LSO version 2 leaves it.
    case pseudoHeaderWithoutLength
    /// Zero: for UDP over IPv4, "not used".
    case zero
    /// This value, right or wrong.
    case value(UInt16)
  }

  /// Payload octets that a recipe names instead of listing them.
  public struct Payload: Equatable, Sendable {
    /// Where the octets come from.
    public enum Content: Equatable, Sendable {
      /// Pseudo-random octets: the same ones for the same seed and position.
      case seeded(UInt64)
      /// One octet over and over.
      case repeated(UInt8)
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

    /// Names `count` pseudo-random octets.
    public init(seed: UInt64 = 1, count: Int) { self.init(.seeded(seed), count: count) }

    /// Takes octets as they are.
    public init(_ octets: [UInt8]) { self.init(.literal(octets), count: octets.count) }

    /// The part of the payload at `range`, counted from its first octet.
    public func slice(_ range: Range<Int>) -> Payload {
      Payload(content, offset: offset + range.lowerBound, count: range.count)
    }

    /// The octets themselves.
    public func octets() -> [UInt8] {
      switch content {
      case .repeated(let octet): return [UInt8](repeating: octet, count: count)
      case .literal(let octets): return Array(octets[offset..<(offset + count)])
      case .seeded(let seed):
        // Octet p is octet p % 8 of the block p / 8; every block comes from the seed directly.
        let skip = offset % 8
        let blocks = (skip + count + 7) / 8
        var out = [UInt8](repeating: 0, count: blocks * 8)
        // SAFETY: stores stay inside the buffer, which holds exactly `blocks` words.
        unsafe out.withUnsafeMutableBytes { buffer in
          var block = 0
          while block < blocks {
            let number = UInt64(offset / 8 + block) &* 0x9E37_79B9_7F4A_7C15
            let word = scatter(seed &+ number &+ 1)
            unsafe buffer.storeBytes(
              of: word.littleEndian, toByteOffset: block * 8, as: UInt64.self)
            block += 1
          }
        }
        if skip > 0 { out.removeFirst(skip) }
        if out.count > count { out.removeLast(out.count - count) }
        return out
      }
    }
  }
}
