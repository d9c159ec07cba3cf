internal import WireFormats

/// New values for fields of one IP header and of the header after it; nil if a field does not
/// change.
///
/// All values are in memory order.
internal struct HeaderEdits {
  /// Total length of IPv4, payload length of IPv6.
  var packetLength: UInt16?
  /// Checksum of the IPv4 header.
  var headerChecksum: UInt16?
  /// Length in the UDP header.
  var datagramLength: UInt16?
  /// Length in the header of a tunnel after the UDP header.
  var tunnelLength: UInt16?
  /// Checksum in the TCP, UDP or GRE header.
  var checksum: UInt16?

  /// Where the headers lie, in octets from the start of the frame.
  ///
  /// A missing header has no edits, and its offset has no meaning.
  private let networkOffset: Int
  private let isIPv4: Bool
  private let upperOffset: Int
  private let checksumOffset: Int
  private let tunnelLengthOffset: Int

  private var packetLengthOffset: Int {
    networkOffset + (isIPv4 ? IPv4Header.Field.totalLength : IPv6Header.Field.payloadLength)
  }

  private var headerChecksumOffset: Int { networkOffset + IPv4Header.Field.headerChecksum }

  private var datagramLengthOffset: Int { upperOffset + UDPHeader.Field.length }

  /// No edits.
  init(
    networkOffset: Int, isIPv4: Bool, upperOffset: Int, checksumOffset: Int,
    tunnelLengthOffset: Int = 0
  ) {
    (self.networkOffset, self.isIPv4) = (networkOffset, isIPv4)
    (self.upperOffset, self.checksumOffset) = (upperOffset, checksumOffset)
    self.tunnelLengthOffset = tunnelLengthOffset
  }

  /// True if no field changes.
  var isEmpty: Bool {
    packetLength == nil && headerChecksum == nil && datagramLength == nil && checksum == nil
      && tunnelLength == nil
  }

  /// Calls `body` with the offset and the new value of each field.
  @inline(__always)
  func forEach(_ body: (_ offset: Int, _ value: UInt16) -> Void) {
    if let packetLength { body(packetLengthOffset, packetLength) }
    if let headerChecksum { body(headerChecksumOffset, headerChecksum) }
    if let datagramLength { body(datagramLengthOffset, datagramLength) }
    if let tunnelLength { body(tunnelLengthOffset, tunnelLength) }
    if let checksum { body(checksumOffset, checksum) }
  }

  /// The difference that the edits make to the sum of `range`.
  ///
  /// Replacing a word adds the new one and the inverse of the old one (RFC 1624).
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
    if let packetLength { frame.setMemoryOrder(packetLength, at: packetLengthOffset) }
    if let headerChecksum { frame.setMemoryOrder(headerChecksum, at: headerChecksumOffset) }
    if let datagramLength { frame.setMemoryOrder(datagramLength, at: datagramLengthOffset) }
    if let tunnelLength { frame.setMemoryOrder(tunnelLength, at: tunnelLengthOffset) }
    if let checksum { frame.setMemoryOrder(checksum, at: checksumOffset) }
  }

  /// Writes the fields that lie in `range` of the frame, a copy of which starts at `start`.
  func write(to copy: inout MutableRawSpan, carrying range: Range<Int>, at start: Int) {
    write(packetLength, packetLengthOffset, to: &copy, range, start)
    write(headerChecksum, headerChecksumOffset, to: &copy, range, start)
    write(datagramLength, datagramLengthOffset, to: &copy, range, start)
    write(tunnelLength, tunnelLengthOffset, to: &copy, range, start)
    write(checksum, checksumOffset, to: &copy, range, start)
  }

  /// Writes octet by octet, because a fragment may end within a field.
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
