// The rules about received packets.
extension RingSnapshot {
  /// Checks received packets by the rules, codes 54 to 78.
  ///
  /// All packets of the driver are checked for fields that it may not change; those that it
  /// returned, for fields that it must write.
  internal borrowing func checkReceive(
    _ rings: borrowing NetRingCollection, bufferCapacity: Int
  ) throws(AdapterViolation) {
    let window = packetWindow
    let returned = rings.packets.distance(from: window.start, to: rings.packets.beginIndex)
    var previous: NetPacket?
    for position in 0..<window.count {
      let index = window[position]
      let packet = rings.packets[index]
      try checkUnchanged(packet, at: index)
      guard position < returned, !packet.isIgnored else { continue }
      try checkWritten(packet, at: index)
      try checkFragmentRange(packet, at: index, rings)
      try packet.layout.check(at: index)
      if let previous { try checkOrder(packet, at: index, after: previous) }
      try checkFragments(packet, rings, bufferCapacity: bufferCapacity)
      previous = packet
    }
  }

  /// An ignored packet has no other change (54); all others have their reserved fields (55).
  private borrowing func checkUnchanged(
    _ packet: NetPacket, at index: Int
  ) throws(AdapterViolation) {
    if packet.isIgnored {
      // Compared with the posted value, since an earlier callback may have written the packet.
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

  /// The fragments and the layer types of a returned packet were written (57).
  private borrowing func checkWritten(
    _ packet: NetPacket, at index: Int
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

  /// The driver owned a packet's fragments before the callback and not after it (60 to 65).
  private borrowing func checkFragmentRange(
    _ packet: NetPacket, at index: Int, _ rings: borrowing NetRingCollection
  ) throws(AdapterViolation) {
    let (first, count) = (packet.fragmentIndex, packet.fragmentCount)
    guard count > 0 else { throw .fragmentCountZero(packet: index) }
    let before = fragmentWindow
    guard count <= before.count else {
      throw .fragments(packet, at: index, .invalidRingRxPacketFragmentCountOutOfRange)
    }
    let last = (first &+ count &- 1) & fragments.mask
    guard before.contains(first) else {
      throw .fragments(packet, at: index, .invalidRingRxPacketFragmentIndexOutOfPreRange)
    }
    guard before.contains(last) else {
      throw .fragments(packet, at: index, .invalidRingRxPacketFragmentCountOutOfPreRange)
    }
    let after = rings.fragments.window
    guard !after.contains(first) else {
      throw .fragments(packet, at: index, .invalidRingRxPacketFragmentIndexOutOfPostRange)
    }
    guard !after.contains(last) else {
      throw .fragments(packet, at: index, .invalidRingRxPacketFragmentCountOutOfPostRange)
    }
  }

  /// Fragments of returned packets ascend (75) and do not overlap (76).
  private borrowing func checkOrder(
    _ packet: NetPacket, at index: Int, after previous: NetPacket
  ) throws(AdapterViolation) {
    let start = fragmentWindow.start
    func position(_ index: Int) -> Int { (index &- start) & fragments.mask }
    let first = position(packet.fragmentIndex)
    guard position(previous.fragmentIndex) < first else {
      throw .fragments(packet, at: index, .invalidRingRxPacketFragmentIndexOverlap)
    }
    guard position(previous.fragmentIndex &+ previous.fragmentCount &- 1) < first else {
      throw .fragments(packet, at: index, .invalidRingRxPacketFragmentCountOverlap)
    }
  }

  /// Each fragment of a returned packet has its capacity (58), and its valid octets were written
  /// and lie in its buffer (56, 77, 78).
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
      try fragment.check(at: index, isFirst: position == 0, bufferCapacity: bufferCapacity)
    }
  }
}
