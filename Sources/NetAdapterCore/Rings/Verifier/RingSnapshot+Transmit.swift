extension RingSnapshot {
  /// Refuses changes to packets and fragments to send, but for `Scratch`: codes 52 and 53.
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
}
