extension RingSnapshot {
  /// Holds received packets against the rules, codes 54 to 78.
  ///
  /// All packets of the driver are looked at for what it must not change, those that it returned for
  /// what it had to write.
  internal borrowing func checkReceive(
    _ rings: borrowing NetRingCollection, bufferCapacity: Int
  ) throws(AdapterViolation) {
    let window = packetWindow
    let returned = rings.packets.distance(from: window.start, to: rings.packets.beginIndex)
    var previous: NetPacket?
    for position in 0..<window.count {
      let index = window[position]
      let packet = rings.packets[index]
      try checkUnchanged(packet, index)
      guard position < returned, !packet.isIgnored else { continue }
      try checkWritten(packet, index)
      try checkFragmentRange(packet, index, rings)
      try packet.layout.check(index)
      if let previous { try checkOrder(previous, packet, index) }
      try checkFragments(packet, rings, bufferCapacity: bufferCapacity)
      previous = packet
    }
  }

  /// Ignored packets stay as they are (54), and reserved fields of all others (55).
  private borrowing func checkUnchanged(
    _ packet: NetPacket, _ index: Int
  ) throws(AdapterViolation) {
    if packet.isIgnored {
      // What an earlier advance wrote counts as well, so the poison is what to compare with.
      var expected = NetPacket.poisoned
      expected.isIgnored = true
      expected.scratch = packet.scratch
      guard packet != expected else { return }
      throw AdapterViolation(
        .invalidRingImmutableDriverRxPacketIgnore, index,
        reason: "packet \(index) is ignored and changed; set `isIgnored` and nothing else")
    }
    let before = packets[index]
    guard packet.reserved != before.reserved || packet.layout.reserved != before.layout.reserved
    else { return }
    throw AdapterViolation(
      .invalidRingModifiedRxPacket, index,
      reason: "the driver changed reserved fields of packet \(index)")
  }

  /// A returned packet says where its fragments are and of what kind its headers are, 57.
  private borrowing func checkWritten(
    _ packet: NetPacket, _ index: Int
  ) throws(AdapterViolation) {
    let poison = NetPacket.poisoned
    guard
      packet.fragmentIndex == poison.fragmentIndex || packet.fragmentCount == poison.fragmentCount
        || packet.layout.layer2Type == poison.layout.layer2Type
        || packet.layout.layer3Type == poison.layout.layer3Type
        || packet.layout.layer4Type == poison.layout.layer4Type
    else { return }
    throw AdapterViolation(
      .invalidRingUnmodifiedRxPacket, index,
      reason:
        "packet \(index) was returned without all of `fragmentIndex`, `fragmentCount` and the "
        + "three types of its layout; write them, unspecified ones too")
  }

  /// A packet's fragments were the driver's before the call, and are no more: 60 to 65.
  private borrowing func checkFragmentRange(
    _ packet: NetPacket, _ index: Int, _ rings: borrowing NetRingCollection
  ) throws(AdapterViolation) {
    let (first, count) = (packet.fragmentIndex, packet.fragmentCount)
    guard count > 0 else { throw .fragmentCountZero(index) }
    let before = fragmentWindow
    guard count <= before.count else {
      throw .fragments(.invalidRingRxPacketFragmentCountOutOfRange, index, first, count)
    }
    let last = (first &+ count &- 1) & fragments.mask
    guard before.contains(first) else {
      throw .fragments(.invalidRingRxPacketFragmentIndexOutOfPreRange, index, first, count)
    }
    guard before.contains(last) else {
      throw .fragments(.invalidRingRxPacketFragmentCountOutOfPreRange, index, first, count)
    }
    let after = rings.fragments.window
    guard !after.contains(first) else {
      throw .fragments(.invalidRingRxPacketFragmentIndexOutOfPostRange, index, first, count)
    }
    guard !after.contains(last) else {
      throw .fragments(.invalidRingRxPacketFragmentCountOutOfPostRange, index, first, count)
    }
  }

  /// Fragments of returned packets ascend (75) and do not overlap (76).
  private borrowing func checkOrder(
    _ previous: NetPacket, _ packet: NetPacket, _ index: Int
  ) throws(AdapterViolation) {
    let start = fragmentWindow.start
    func place(_ index: Int) -> Int { (index &- start) & fragments.mask }
    let (first, count) = (packet.fragmentIndex, packet.fragmentCount)
    guard place(previous.fragmentIndex) < place(first) else {
      throw .fragments(.invalidRingRxPacketFragmentIndexOverlap, index, first, count)
    }
    guard place(previous.fragmentIndex &+ previous.fragmentCount &- 1) < place(first) else {
      throw .fragments(.invalidRingRxPacketFragmentCountOverlap, index, first, count)
    }
  }

  /// Each fragment of a returned packet keeps its capacity (58) and says what is valid (56, 77, 78).
  private borrowing func checkFragments(
    _ packet: NetPacket, _ rings: borrowing NetRingCollection, bufferCapacity: Int
  ) throws(AdapterViolation) {
    let poison = NetFragment.poisoned
    for position in 0..<packet.fragmentCount {
      let index = (packet.fragmentIndex &+ position) & fragments.mask
      let (fragment, before) = (rings.fragments[index], fragments[index])
      guard fragment.capacity == before.capacity, fragment.isBounced == before.isBounced else {
        throw AdapterViolation(
          .invalidRingUnmodifiedRxFragment, index, fragment.capacity,
          reason: "the driver changed `capacity` or `isBounced` of fragment \(index)")
      }
      guard fragment.validLength != poison.validLength, fragment.offset != poison.offset else {
        throw AdapterViolation(
          .invalidRingModifiedRxFragment, index,
          reason: "fragment \(index) was returned without `validLength` and `offset`; write both")
      }
      try fragment.check(index, isFirst: position == 0, bufferCapacity: bufferCapacity)
    }
  }
}
