internal import WireFormats

// Octets in and out of the buffers, for drivers that have them in arrays or spans of their own.
extension NetRingCollection {
  /// A copy of the octets of a packet.
  ///
  /// - Complexity: O(*n*) in the number of octets; allocates.
  public func array(of packet: NetPacket) -> [UInt8] {
    var array: [UInt8] = []
    array.reserveCapacity(octetCount(of: packet))
    for index in fragments(of: packet) { array += memory.array(octetRange(ofFragment: index)) }
    return array
  }

  /// Writes octets into the buffer of a fragment, as far as there is room, and makes them its valid
  /// ones.
  ///
  /// A driver fills a receive buffer like this; a longer frame goes on in the next fragment.
  ///
  /// - Parameters:
  ///   - index: Index in the fragment ring, taken modulo its size.
  ///   - octets: What to write to the front of the buffer.
  /// - Returns: Number of octets written, at most ``bufferCapacity``.
  /// - Complexity: O(*n*) in the number of octets. Does not allocate.
  @discardableResult
  public mutating func fillBuffer(ofFragment index: Int, with octets: RawSpan) -> Int {
    let piece = octets.extracting(first: bufferCapacity)
    var buffer = buffer(ofFragment: index)
    buffer.copy(piece, at: 0)
    fragments[index].offset = 0
    fragments[index].validLength = piece.byteCount
    return piece.byteCount
  }
}
