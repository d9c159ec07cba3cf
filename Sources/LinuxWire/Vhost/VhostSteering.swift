internal import WireFormats

/// Which queue pair the frames of a flow use: that of the last frame which the guest sent of it
/// (VIRTIO 1.3, section 5.1.6.5.6, automatic receive steering).
internal struct VhostSteering {
  /// The pair of each hash value, or 0xFF for none.
  private var table: [UInt8] = []
  private let pairCount: Int

  /// A table for one pair has no entries.
  init(pairCount: Int) {
    self.pairCount = pairCount
    if pairCount > 1 { table = [UInt8](repeating: 0xFF, count: 4_096) }
  }

  /// Notes that the guest sent a frame on a pair.
  mutating func learn(_ frame: RawSpan, pair: Int) {
    guard pairCount > 1 else { return }
    table[Self.hash(frame) & 0xFFF] = UInt8(truncatingIfNeeded: pair)
  }

  /// The pair for a frame to the guest.
  func pair(for frame: RawSpan) -> Int {
    guard pairCount > 1 else { return 0 }
    let hash = Self.hash(frame)
    let pair = Int(table[hash & 0xFFF])
    return pair < pairCount ? pair : hash % pairCount
  }

  /// A number that both directions of a flow have: from its addresses, and its ports if it has
  /// them in the usual place.
  private static func hash(_ frame: RawSpan) -> Int {
    func word(_ offset: Int) -> UInt64 {
      guard offset + 4 <= frame.byteCount else { return 0 }
      return UInt64(frame.networkOrder(at: offset, as: UInt32.self))
    }
    var sum: UInt64 = 0
    switch word(12) >> 16 {
    case 0x0800:
      sum = word(26) ^ word(30)
      let isPlain = word(14) >> 24 == 0x45 && word(20) >> 16 & 0x3FFF == 0
      if isPlain { sum ^= ports(word(34)) }
    case 0x86DD:
      for offset in stride(from: 22, to: 54, by: 4) { sum ^= word(offset) }
      let upper = word(20) >> 24 & 0xFF
      if upper == 6 || upper == 17 { sum ^= ports(word(54)) }
    default: break
    }
    let mixed = sum &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> 33)
  }

  /// Equal for both directions.
  private static func ports(_ word: UInt64) -> UInt64 { (word >> 16 ^ word & 0xFFFF) << 16 }
}
