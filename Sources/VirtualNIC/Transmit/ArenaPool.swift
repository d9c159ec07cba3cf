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
  /// The free arena that is taken first; frames that are not nested need no other.
  ///
  /// Accesses are not checked at run time.
  @exclusivity(unchecked) private var first: LentArena?
  /// All other free arenas.
  private var others: [LentArena] = []

  /// Creates a pool without memory; frames that are sent allocate what they need.
  public init() {}

  /// Takes an empty arena with room for `byteCount` octets in `slotCount` frames.
  ///
  /// If that exceeds what an arena may have, it has less, and rendering throws with the numbers.
  @inline(__always)
  internal func take(byteCount: Int, slotCount: Int) -> LentArena {
    // SAFETY: the access to `first` ends before any other code runs.
    let lent = unsafe first.take() ?? takeOther()
    lent.prepare(byteCount: byteCount, slotCount: slotCount)
    return lent
  }

  /// Gives back an arena that was taken.
  @inline(__always)
  internal func giveBack(_ lent: consuming LentArena) {
    // SAFETY: as above.
    if unsafe first == nil {
      unsafe first = lent
    } else {
      giveBackOther(lent)
    }
  }

  @inline(never)
  private func takeOther() -> LentArena { others.popLast() ?? LentArena() }

  @inline(never)
  private func giveBackOther(_ lent: LentArena) { others.append(lent) }
}

/// An arena of a pool, which has one user at a time.
///
/// It stays where it is while it is used: moving it takes longer than deciding about a frame.
internal final class LentArena {
  /// Accesses are not checked at run time.
  @exclusivity(unchecked) private var arena = SegmentArena(atMost: 0)

  // SAFETY: who has taken the arena from its pool is the only one who uses it, and a link that
  // sends from within a call takes another one.

  /// Number of complete frames.
  var count: Int {
    // SAFETY: as above.
    @inline(__always) get { unsafe arena.count }
  }

  /// Removes all frames.
  @inline(__always)
  func reset() {
    // SAFETY: as above.
    unsafe arena.reset()
  }

  /// Calls `body` with the arena, to add frames.
  @inline(__always)
  func fill<Failure: Error>(
    _ body: (inout SegmentArena) throws(Failure) -> Void
  ) throws(Failure) {
    // SAFETY: as above.
    try unsafe body(&arena)
  }

  /// Sends all frames to a link, which must not keep them.
  @inline(__always)
  func send(to link: any Link, at time: VirtualTime) {
    // SAFETY: as above.
    unsafe Self.send(arena, to: link, at: time)
  }

  @inline(__always)
  private static func send(
    _ arena: borrowing SegmentArena, to link: any Link, at time: VirtualTime
  ) {
    link.send(arena.frames, at: time)
  }

  /// Removes all frames and makes room for others, unless that exceeds what an arena may have.
  @inline(__always)
  fileprivate func prepare(byteCount: Int, slotCount: Int) {
    reset()
    // SAFETY: as above.
    if unsafe arena.freeByteCount < byteCount || arena.freeSlotCount < slotCount {
      grow(byteCount: byteCount, slotCount: slotCount)
    }
  }

  @inline(never)
  private func grow(byteCount: Int, slotCount: Int) {
    guard byteCount <= SegmentArena.byteCountRange.upperBound else { return }
    // SAFETY: as above.
    unsafe arena = SegmentArena(
      atMost: max(byteCount, 131_072), slotCount: max(slotCount, 4_096))
  }
}
