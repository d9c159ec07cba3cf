internal import GsoEngine

/// Keeps an arena that grows to what the largest frame so far needed.
internal final class ArenaLoan {
  private var arena: SegmentArena? = SegmentArena(byteCount: 0)

  /// Lends an empty arena with room for `byteCount` octets in `slotCount` frames.
  ///
  /// A link may hand a segment to somebody who sends again from in here. The one arena is out then,
  /// so the inner call gets one of its own.
  func take(byteCount: Int, slotCount: Int) -> SegmentArena {
    var lent = arena.take() ?? SegmentArena(byteCount: 0)
    lent.reset()
    if lent.freeByteCount < byteCount || lent.freeSlotCount < slotCount {
      lent = SegmentArena(
        byteCount: max(byteCount, 131_072), slotCount: max(slotCount, 4_096))
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
