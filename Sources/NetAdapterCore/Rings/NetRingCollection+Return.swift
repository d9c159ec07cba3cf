extension NetRingCollection {
  /// Returns the first packet of the driver with its fragments; nothing happens if it has none.
  ///
  /// What most drivers do with a packet they are done with: both ``NetRing/beginIndex`` move, and a
  /// ``NetRing/nextIndex`` that would be left behind moves along. Fragments of a packet that lie
  /// elsewhere than at the front of the window have to be returned by hand.
  ///
  /// - Complexity: O(1).
  public mutating func returnFirstPacket() {
    guard !packets.window.isEmpty else { return }
    let index = packets.beginIndex
    let next = packets.index(after: index)
    if packets.nextIndex == index { packets.nextIndex = next }
    packets.beginIndex = next
    let start = fragments.beginIndex
    let count = min(packets[index].fragmentCount, fragments.window.count)
    let end = fragments.index(start, advancedBy: count)
    if fragments.range(from: start, to: end).contains(fragments.nextIndex) {
      fragments.nextIndex = end
    }
    fragments.beginIndex = end
  }
}
