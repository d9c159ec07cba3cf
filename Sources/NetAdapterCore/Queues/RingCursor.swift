/// What the operating system knows of a ring, out of the driver's reach.
///
/// ```
///     taken     returned      end
///       ▼          ▼           ▼
///   free │ returned │ driver's │ free
/// ```
internal struct RingCursor: Sendable {
  /// Number of elements of the ring.
  internal let count: Int
  /// The first element that was returned and not taken back.
  internal var taken = 0
  /// The first element of the driver, as of the last advance.
  internal var returned = 0
  /// The first element behind those of the driver.
  internal var end = 0

  internal init(count: Int) { self.count = count }

  /// Elements that the driver has.
  internal var outstanding: Int { distance(returned, end) }
  /// Elements that the driver returned and nobody took back.
  internal var waiting: Int { distance(taken, returned) }
  /// Elements that can be handed over; one is never in use.
  internal var free: Int { count - 1 - distance(taken, end) }

  /// Number of steps from one index to another.
  internal func distance(_ start: Int, _ end: Int) -> Int { (end &- start) & (count - 1) }

  /// The index some places behind another.
  internal func index(_ index: Int, advancedBy places: Int) -> Int {
    (index &+ places) & (count - 1)
  }

  /// Holds the indices that a driver left behind against what it may do with them.
  internal func check<Element>(
    _ ring: borrowing NetRing<Element>, _ name: String
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
