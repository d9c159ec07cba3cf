internal import WireFormats

// What most drivers do with packets and buffers. Drivers that need something else move the indices
// of the rings and write the buffers themselves.
extension NetRingCollection {
  /// Returns the driver's first packet with its fragments; has no effect if it has no packet.
  ///
  /// Moves both ``NetRing/beginIndex``, and each ``NetRing/nextIndex`` that would otherwise lie
  /// before it. As many fragments are returned from the start of the fragment window as the packet
  /// has. If the packet's fragments lie elsewhere, the driver has to return them itself.
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

  /// Returns a copy of the octets of a packet.
  ///
  /// - Complexity: O(*n*) in the number of octets; allocates.
  public func array(of packet: NetPacket) -> [UInt8] {
    var array: [UInt8] = []
    array.reserveCapacity(octetCount(of: packet))
    for index in fragments(of: packet) { array += memory.array(octetRange(ofFragment: index)) }
    return array
  }

  /// Copies the octets of a packet into `target`, as many as there is room for.
  ///
  /// - Returns: Number of octets copied.
  /// - Complexity: O(*n*) in the number of octets. Does not allocate.
  @_lifetime(target: copy target)
  public func copyOctets(of packet: NetPacket, into target: inout MutableRawSpan) -> Int {
    var copied = 0
    for index in fragments(of: packet) {
      let source = octets(ofFragment: index).extracting(first: target.byteCount - copied)
      target.copy(source, at: copied)
      copied += source.byteCount
    }
    return copied
  }

  /// Copies received octets to the start of a fragment's buffer and sets offset and valid length.
  ///
  /// If the buffer is smaller than `octets`, the driver continues with the next fragment.
  ///
  /// - Parameters:
  ///   - index: Index in the fragment ring, taken modulo its size.
  ///   - octets: The octets to copy.
  /// - Returns: Number of octets copied, at most ``bufferCapacity``.
  /// - Complexity: O(*n*) in the number of octets. Does not allocate.
  @discardableResult
  public mutating func fillBuffer(ofFragment index: Int, with octets: RawSpan) -> Int {
    let part = octets.extracting(first: bufferCapacity)
    var buffer = buffer(ofFragment: index)
    buffer.copy(part, at: 0)
    fragments[index].offset = 0
    fragments[index].validLength = part.byteCount
    return part.byteCount
  }
}
