/// The operating system's own indices into a ring, which a driver cannot change.
///
/// ```
///     taken     returned      end
///       ▼          ▼           ▼
///   free │ returned │ driver's │ free
/// ```
internal struct RingCursor: Sendable {
  /// Number of elements of the ring.
  internal let count: Int
  /// The first element that the driver returned and that was not taken back.
  internal var taken = 0
  /// The driver's first element, as of the last callback.
  internal var returned = 0
  /// The index after the driver's last element.
  internal var end = 0

  internal init(count: Int) { self.count = count }

  /// Number of elements that the driver owns.
  internal var outstanding: Int { distance(returned, end) }
  /// Number of elements that the driver returned and that were not taken back.
  internal var waiting: Int { distance(taken, returned) }
  /// Number of elements that can be posted; one is never in use.
  internal var free: Int { count - 1 - distance(taken, end) }

  /// Returns the number of steps from one index to another.
  internal func distance(_ start: Int, _ end: Int) -> Int { (end &- start) & (count - 1) }

  /// Returns the index `places` after another.
  internal func index(_ index: Int, advancedBy places: Int) -> Int {
    (index &+ places) & (count - 1)
  }

  /// Checks the indices of a ring after a callback of the driver; `name` is for the error.
  internal func check<Element>(
    _ ring: borrowing NetRing<Element>, named name: String
  ) throws(AdapterViolation) {
    guard ring.endIndex == end else {
      throw AdapterViolation(
        .invalidRingImmutable, ring.endIndex, end,
        reason: "the driver moved `endIndex` of the \(name) ring from \(end) to \(ring.endIndex)")
    }
    let begin = ring.beginIndex
    guard begin >= 0, begin < count, distance(returned, begin) <= outstanding else {
      throw AdapterViolation(
        .invalidRingBeginIndex, begin, end,
        reason: "the driver moved `beginIndex` of the \(name) ring from \(returned) to \(begin), "
          + "past `endIndex` \(end)")
    }
  }
}
