/// Which slots hold a unit: by hash of their flow, and by age.
///
/// A hash table with chains, whose links are in the units. Plain values, without allocation after
/// it was made.
internal struct UnitTable {
  private var heads: [Int32]
  private var free: [Int32]
  private(set) var oldest: Int32 = -1
  private var newest: Int32 = -1
  private(set) var count = 0

  /// Makes a table for some units, with one more slot for a frame that is not in it yet.
  init(capacity: Int) {
    var buckets = 2
    while buckets < 2 * capacity { buckets *= 2 }
    heads = [Int32](repeating: -1, count: buckets)
    free = (0...Int32(capacity)).reversed()
  }

  /// The first unit in the chain of a hash; -1 for none.
  @inline(__always)
  func first(_ hash: UInt32) -> Int32 { heads[Int(hash) & (heads.count &- 1)] }

  /// Takes a slot that is not in use: to add its unit, or to give it back.
  ///
  /// There is one as long as the table is not over its capacity. Slots that were never in use are
  /// taken in ascending order.
  @inline(__always)
  mutating func takeSlot() -> Int { Int(free.removeLast()) }

  /// Gives a slot back that was taken last.
  mutating func giveBack(_ slot: Int) { free.append(Int32(truncatingIfNeeded: slot)) }

  /// Adds the unit of a slot that was taken.
  @inline(__always)
  mutating func add(_ slot: Int, hash: UInt32, _ units: inout SlotValues<HeldUnit>) {
    let bucket = Int(hash) & (heads.count &- 1)
    units[slot].next = heads[bucket]
    units[slot].older = newest
    units[slot].newer = -1
    heads[bucket] = Int32(truncatingIfNeeded: slot)
    if newest >= 0 { units[Int(newest)].newer = Int32(truncatingIfNeeded: slot) }
    newest = Int32(truncatingIfNeeded: slot)
    if oldest < 0 { oldest = newest }
    count &+= 1
  }

  /// Removes a unit; its slot is free.
  @inline(__always)
  mutating func remove(_ slot: Int, hash: UInt32, _ units: inout SlotValues<HeldUnit>) {
    let index = Int32(truncatingIfNeeded: slot)
    let (next, older, newer) = (units[slot].next, units[slot].older, units[slot].newer)
    let bucket = Int(hash) & (heads.count &- 1)
    if heads[bucket] == index {
      heads[bucket] = next
    } else {
      var at = Int(heads[bucket])
      while units[at].next != index { at = Int(units[at].next) }
      units[at].next = next
    }
    if older >= 0 { units[Int(older)].newer = newer } else { oldest = newer }
    if newer >= 0 { units[Int(newer)].older = older } else { newest = older }
    free.append(index)
    count &-= 1
  }
}
