/// One value for each slot, changed in place.
///
/// An array would be asked before each change whether it has another owner.
@safe
internal struct SlotValues<Value>: ~Copyable {
  private let values: UnsafeMutablePointer<Value>
  let count: Int

  init(repeating value: Value, count: Int) {
    self.count = count
    // SAFETY: all values are initialised here, and deinitialised and freed once, in deinit.
    unsafe values = .allocate(capacity: count)
    unsafe values.initialize(repeating: value, count: count)
  }

  deinit {
    // SAFETY: the memory is never copied, so it is freed once.
    unsafe values.deinitialize(count: count)
    unsafe values.deallocate()
  }

  subscript(slot: Int) -> Value {
    @inline(always)
    unsafeAddress {
      precondition(slot >= 0 && slot < count, "slot index out of range")
      // SAFETY: the value lies in the memory, which is initialised and lives as long as this one.
      return unsafe UnsafePointer(values + slot)
    }
    @inline(always)
    unsafeMutableAddress {
      precondition(slot >= 0 && slot < count, "slot index out of range")
      // SAFETY: as above, and the access to this value is exclusive.
      return unsafe values + slot
    }
  }
}
