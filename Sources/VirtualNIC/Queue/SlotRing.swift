/// A ring of slots that are filled at the end and emptied at the front, and used again.
///
/// A slot keeps its value, and so its memory, when it is emptied. Positions count from the front; the
/// index of a slot is the same from when it is filled until it is emptied.
internal struct SlotRing<Slot> {
  /// All slots, filled or not, by index.
  var slots: [Slot]
  private var first = 0
  /// Slots that are filled.
  private(set) var count = 0

  /// A ring of `capacity` slots, at least 1, all of them empty.
  init(repeating slot: Slot, capacity: Int) {
    slots = [Slot](repeating: slot, count: max(1, capacity))
  }

  /// Slots that can be filled now.
  var freeCount: Int { slots.count - count }

  /// The index of the slot at a position.
  func index(at position: Int) -> Int { (first + position) % slots.count }

  /// Fills the next slot; false if none is free.
  mutating func append(_ fill: (inout Slot) -> Void) -> Bool {
    guard freeCount > 0 else { return false }
    fill(&slots[index(at: count)])
    count += 1
    return true
  }

  /// Empties the slot at the front; there must be one.
  mutating func removeFirst() {
    first = index(at: 1)
    count -= 1
  }
}
