import CAllocationCounter

/// Counts the heap allocations that `body` makes on this thread.
///
/// Call it twice and take the second count, so that whatever is set up once does not show.
///
/// - Returns: The count; nil where allocations are not counted (under a sanitizer, or without
///   glibc).
public func allocations(during body: () throws -> Void) rethrows -> Int? {
  guard vnic_allocation_counter_is_active() != 0 else {
    try body()
    return nil
  }
  let before = vnic_allocation_count()
  try body()
  return Int(vnic_allocation_count() - before)
}
