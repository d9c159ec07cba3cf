// The rules about elements that a driver may not change.
extension RingSnapshot {
  /// Throws if the driver changed elements that it did not own, code 51.
  internal borrowing func checkOutside(
    _ rings: borrowing NetRingCollection
  ) throws(AdapterViolation) {
    let (packetWindow, fragmentWindow) = (packetWindow, fragmentWindow)
    try Self.compare(packets, rings.packets.memory, outside: packetWindow, "packet")
    try Self.compare(fragments, rings.fragments.memory, outside: fragmentWindow, "fragment")
    if rings.gso.isEnabled {
      try Self.compare(gso, rings.gso.memory, outside: packetWindow, "segment size")
    }
    if rings.checksum.isEnabled {
      try Self.compare(checksum, rings.checksum.memory, outside: packetWindow, "checksum data")
    }
    if rings.rsc.isEnabled {
      try Self.compare(rsc, rings.rsc.memory, outside: packetWindow, "coalescing data")
    }
    if rings.rscTimestamp.isEnabled {
      try Self.compare(rscTimestamp, rings.rscTimestamp.memory, outside: packetWindow, "timestamp")
    }
    if rings.ieee8021Q.isEnabled {
      try Self.compare(ieee8021Q, rings.ieee8021Q.memory, outside: packetWindow, "tag")
    }
  }

  /// Throws if the driver changed more than `Scratch` of elements to send, codes 52 and 53.
  internal borrowing func checkTransmit(
    _ rings: borrowing NetRingCollection
  ) throws(AdapterViolation) {
    for position in 0..<packetWindow.count {
      let index = packetWindow[position]
      var after = rings.packets[index]
      after.scratch = packets[index].scratch
      guard after != packets[index] else { continue }
      throw AdapterViolation(
        .invalidRingImmutableDriverTxPacket, index,
        reason: "the driver changed packet \(index), which it may only read and return")
    }
    for position in 0..<fragmentWindow.count {
      let index = fragmentWindow[position]
      var after = rings.fragments[index]
      after.scratch = fragments[index].scratch
      guard after != fragments[index] else { continue }
      throw AdapterViolation(
        .invalidRingImmutableDriverTxFragment, index,
        reason: "the driver changed fragment \(index), which it may only read and return")
    }
  }

  private static func compare<Element: BitwiseCopyable & Equatable>(
    _ before: borrowing FixedMemory<Element>, _ after: borrowing FixedMemory<Element>,
    outside window: RingWindow, _ name: StaticString
  ) throws(AdapterViolation) {
    for position in window.count..<max(window.count, before.count) {
      let index = window[position]
      guard before[index] != after[index] else { continue }
      throw AdapterViolation(
        .invalidRingImmutableFrameworkElement, index, window.start,
        reason: "the driver changed the \(name) of element \(index), which is not one of its "
          + "\(window.count) from \(window.start) on")
    }
  }
}
