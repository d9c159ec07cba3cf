internal import WireFormats

/// New values of the fields of one IP header and of the header after it; nil for what stays.
///
/// All values are in memory order.
internal struct HeaderEdits {
  /// Total length of IPv4, payload length of IPv6.
  var packetLength: UInt16?
  /// Checksum of the IPv4 header.
  var headerChecksum: UInt16?
  /// Length in the UDP header.
  var datagramLength: UInt16?
  /// Checksum in the TCP, UDP or GRE header.
  var checksum: UInt16?

  /// Where these fields lie, in octets from the start of the frame; headers that are not there have
  /// no edits, and their places mean nothing.
  private let networkOffset: Int
  private let isIPv4: Bool
  private let upperOffset: Int
  private let checksumOffset: Int

  /// No edits of the headers that lie there.
  init(networkOffset: Int, isIPv4: Bool, upperOffset: Int, checksumOffset: Int) {
    (self.networkOffset, self.isIPv4) = (networkOffset, isIPv4)
    (self.upperOffset, self.checksumOffset) = (upperOffset, checksumOffset)
  }

  /// True if nothing is written.
  var isEmpty: Bool {
    packetLength == nil && headerChecksum == nil && datagramLength == nil && checksum == nil
  }

  /// Calls `body` with the place and the new value of each field.
  @inline(__always)
  func forEach(_ body: (_ offset: Int, _ value: UInt16) -> Void) {
    if let packetLength { body(networkOffset + (isIPv4 ? 2 : 4), packetLength) }
    if let headerChecksum { body(networkOffset + IPv4Header.Field.headerChecksum, headerChecksum) }
    if let datagramLength { body(upperOffset + UDPHeader.Field.length, datagramLength) }
    if let checksum { body(checksumOffset, checksum) }
  }

  /// What the edits add to the sum of `range`, which starts on a word of that sum.
  ///
  /// Replacing a word means adding the new one and the inverse of the old one (RFC 1624).
  func difference(_ headers: RawSpan, in range: Range<Int>) -> UInt64 {
    var sum: UInt64 = 0
    forEach { offset, value in
      guard range.contains(offset), range.contains(offset + 1) else { return }
      let change = UInt64(value) &+ UInt64(~headers.hostOrder(at: offset, as: UInt16.self))
      sum &+= (offset - range.lowerBound) & 1 == 0 ? change : WordSum.rotated(change)
    }
    return sum
  }

  /// Writes the fields.
  func write(to frame: inout MutableRawSpan) {
    if let packetLength {
      frame.setMemoryOrder(packetLength, at: networkOffset + (isIPv4 ? 2 : 4))
    }
    if let headerChecksum {
      frame.setMemoryOrder(headerChecksum, at: networkOffset + IPv4Header.Field.headerChecksum)
    }
    if let datagramLength {
      frame.setMemoryOrder(datagramLength, at: upperOffset + UDPHeader.Field.length)
    }
    if let checksum { frame.setMemoryOrder(checksum, at: checksumOffset) }
  }

  /// Writes the fields that lie in `range` of the frame, a copy of which starts at `start`.
  func write(to copy: inout MutableRawSpan, carrying range: Range<Int>, at start: Int) {
    write(packetLength, networkOffset + (isIPv4 ? 2 : 4), to: &copy, range, start)
    write(headerChecksum, networkOffset + 10, to: &copy, range, start)
    write(datagramLength, upperOffset + 4, to: &copy, range, start)
    write(checksum, checksumOffset, to: &copy, range, start)
  }

  /// Octet by octet: an odd number of octets before a tunnel can part a field.
  private func write(
    _ value: UInt16?, _ offset: Int, to copy: inout MutableRawSpan, _ range: Range<Int>,
    _ start: Int
  ) {
    guard let value else { return }
    let octets = value.bigEndian
    for place in 0..<2 where range.contains(offset + place) {
      copy.setMemoryOrder(
        UInt8(truncatingIfNeeded: octets >> (8 - 8 * UInt16(place))),
        at: start + offset + place - range.lowerBound)
    }
  }
}
