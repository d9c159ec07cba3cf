/// The numbers of the frames that went into each slot.
///
/// The memory of a slot grows to the most that it had to hold, eight octets for each frame.
@safe
internal struct SlotNumbers: ~Copyable {
  private let rows: UnsafeMutablePointer<UnsafeMutableBufferPointer<Int>>
  private let slotCount: Int

  init(slotCount: Int) {
    self.slotCount = slotCount
    // SAFETY: all rows are initialised here to have no memory, and freed once, in deinit.
    unsafe rows = .allocate(capacity: slotCount)
    unsafe rows.initialize(repeating: .init(start: nil, count: 0), count: slotCount)
  }

  deinit {
    // SAFETY: the memory is never copied, so each row is freed once; integers need no more.
    for slot in 0..<slotCount { unsafe rows[slot].deallocate() }
    unsafe rows.deallocate()
  }

  /// Stores the number of a frame of a slot; those before it were stored before.
  @inline(always)
  mutating func store(_ number: Int, at index: Int, _ slot: Int) {
    precondition(slot >= 0 && slot < slotCount && index >= 0, "slot index out of range")
    // SAFETY: the slot has a row, and the index was compared with the length of the row.
    if unsafe index >= rows[slot].count { grow(slot, toHold: index) }
    unsafe rows[slot].baseAddress.unsafelyUnwrapped[index] = number
  }

  /// The first numbers of a slot.
  @_lifetime(borrow self)
  borrowing func numbers(of slot: Int, count: Int) -> Span<Int> {
    precondition(slot >= 0 && slot < slotCount, "slot index out of range")
    // SAFETY: the row is initialised to its full length, and it lives as long as this value.
    let span = unsafe Span(_unsafeElements: rows[slot].extracting(0..<count))
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// Gives a row at least twice its length, so that the index lies in it.
  @inline(never)
  private mutating func grow(_ slot: Int, toHold index: Int) {
    // SAFETY: the slot has a row; the old numbers are copied, the others initialised, and the old
    // memory is freed once.
    let old = unsafe rows[slot]
    let row = UnsafeMutableBufferPointer<Int>.allocate(
      capacity: max(64, 2 * old.count, index + 1))
    unsafe row.initialize(repeating: 0)
    for at in 0..<old.count { unsafe row[at] = old[at] }
    unsafe old.deallocate()
    unsafe rows[slot] = row
  }
}
