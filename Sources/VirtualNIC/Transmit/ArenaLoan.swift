internal import GsoEngine

/// Keeps an arena that grows to what the largest frame so far needed.
internal final class ArenaLoan {
  /// The octets that are rendered at once at most, unless one frame alone has more: few octets can
  /// ask for a great many, each segment with the longest headers.
  private static let byteLimit = 16_777_216

  /// How many frames of `frameLength` octets are rendered at once.
  static func frameLimit(frameLength: Int) -> Int { max(1, byteLimit / max(1, frameLength)) }

  private var arena: SegmentArena? = SegmentArena(atMost: 0)

  /// Lends an empty arena with room for `byteCount` octets in `slotCount` frames.
  ///
  /// A link may hand a segment to somebody who sends again from in here. The one arena is out then,
  /// so the inner call gets one of its own.
  func take(byteCount: Int, slotCount: Int) -> SegmentArena {
    var lent = arena.take() ?? SegmentArena(atMost: 0)
    lent.reset()
    if lent.freeByteCount < byteCount || lent.freeSlotCount < slotCount {
      lent = SegmentArena(
        atMost: max(byteCount, 131_072), slotCount: max(slotCount, 4_096))
    }
    return lent
  }

  /// Lends an arena for as long as `body` takes.
  func withArena<Failure: Error>(
    byteCount: Int, slotCount: Int, _ body: (inout SegmentArena) throws(Failure) -> Void
  ) throws(Failure) {
    var lent = take(byteCount: byteCount, slotCount: slotCount)
    do throws(Failure) {
      try body(&lent)
    } catch {
      giveBack(lent)
      throw error
    }
    giveBack(lent)
  }

  /// Takes an arena back.
  func giveBack(_ lent: consuming SegmentArena) { arena = consume lent }
}
