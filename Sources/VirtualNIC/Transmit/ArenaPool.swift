internal import GsoEngine

/// Memory for the segments that NICs send, which any number of NICs use in turn.
///
/// A NIC needs room for all segments of its largest frame, at least 160 KiB, but only while it
/// sends. NICs with a common pool need it once, and a NIC that sends its first frame finds it
/// there:
///
/// ```swift
/// let pool = ArenaPool()
/// let nics = try (1...100_000).map { number in
///   try VirtualNIC(macAddress: MACAddress(UInt64(number)), mtu: 1_500, pool: pool)
/// }
/// ```
///
/// A receiver may send from within the delivery of a frame, by the same NIC or by another one of
/// the pool. Each level of such nesting has memory of its own. The pool keeps all of it until it is
/// released itself, so that sending allocates nothing once the largest frames were sent.
///
/// A pool and its NICs belong to one thread at a time. The queues of a NIC do not use the pool,
/// because they may belong to other threads.
public final class ArenaPool {
  /// A place for a free arena, in a list of such places.
  private final class Place {
    var arena: SegmentArena?
    var next: Place?
  }

  /// The free arena that is taken first; frames that are not nested need no other.
  ///
  /// Accesses are not checked at run time.
  @exclusivity(unchecked) private var first: SegmentArena?
  private var isFirstFree = false
  /// The places of all other free arenas.
  private var full: Place?
  /// Places that are kept for later.
  private var empty: Place?

  /// Creates a pool without memory; frames that are sent allocate what they need.
  public init() {}

  /// Takes an empty arena with room for `byteCount` octets in `slotCount` frames.
  ///
  /// If that exceeds what an arena may have, it has less, and rendering throws with the numbers.
  @inline(__always)
  internal func take(byteCount: Int, slotCount: Int) -> SegmentArena {
    isFirstFree = false
    // SAFETY: the access to `first` ends before any other code runs.
    var taken = unsafe first.take() ?? takeOther()
    taken.reset()
    guard byteCount <= SegmentArena.byteCountRange.upperBound else { return taken }
    if taken.freeByteCount < byteCount || taken.freeSlotCount < slotCount {
      taken = SegmentArena(
        atMost: max(byteCount, 131_072), slotCount: max(slotCount, 4_096))
    }
    return taken
  }

  /// Gives back an arena that was taken.
  @inline(__always)
  internal func giveBack(_ arena: consuming SegmentArena) {
    guard isFirstFree else {
      isFirstFree = true
      // SAFETY: as above; an arena that is released here runs no code of others.
      unsafe first = consume arena
      return
    }
    giveBackOther(arena)
  }

  @inline(never)
  private func takeOther() -> SegmentArena {
    guard let place = full else { return SegmentArena(atMost: 0) }
    (full, place.next, empty) = (place.next, empty, place)
    return place.arena.take() ?? SegmentArena(atMost: 0)
  }

  @inline(never)
  private func giveBackOther(_ arena: consuming SegmentArena) {
    let place = empty ?? Place()
    place.arena = consume arena
    (empty, place.next, full) = (place.next, full, place)
  }
}
