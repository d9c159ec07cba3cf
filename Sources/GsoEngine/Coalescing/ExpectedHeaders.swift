internal import WireFormats

/// The headers of a frame from 14 octets before the IP header, compared in words with those of a
/// unit whose headers lie at the same places.
///
/// Everything that is the same in all frames of a unit is compared; lengths and checksums are
/// checked.
internal struct ExpectedHeaders {
  /// Where the IP header lies.
  static let network = 14
  /// Where the transport header lies after IPv4 without options.
  static let ipv4 = ExpectedHeaders(version: .ipv4, transport: 34)
  /// Where it lies after IPv6 without extension headers.
  static let ipv6 = ExpectedHeaders(version: .ipv6, transport: 54)

  let version: NetworkLayout.Version
  let transport: Int

  /// Octets of all headers without TCP options; of a datagram, with its first payload.
  @inline(always)
  var byteCount: Int { transport &+ 20 }

  /// Whether link addresses, tags and IP headers are those of the unit, and the length of the
  /// packet is `length`.
  ///
  /// `mine` has the headers of the frame, `theirs` those of the unit, here and below.
  @inline(always)
  func areEqual(_ mine: RawSpan, _ theirs: RawSpan, packetLength length: Int) -> Bool {
    // The two words overlap.
    guard mine.difference(theirs, at: 0) | mine.difference(theirs, at: 6) == 0 else { return false }
    let declared: UInt16
    switch version {
    case .ipv4:
      declared = mine.networkOrder(at: 16)
      let (first, second): (UInt64, UInt64) = (mine.hostOrder(at: 14), mine.hostOrder(at: 22))
      let sum =
        WordSum.halves(first) &+ WordSum.halves(second)
        &+ UInt64(mine.hostOrder(at: 30, as: UInt32.self))
      // Neither length, identification nor checksum.
      let difference =
        (first ^ theirs.hostOrder(at: 14)) & UInt64(0xFFFF_0000_0000_FFFF).bigEndian
        | (second ^ theirs.hostOrder(at: 22)) & UInt64(0xFFFF_0000_FFFF_FFFF).bigEndian
        | mine.difference(theirs, at: 26)
      return difference == 0 && Int(declared) == length && WordSum.fold(sum) == 0xFFFF
    case .ipv6:
      declared = mine.networkOrder(at: 18)
      // Not the length.
      let difference =
        mine.difference(theirs, at: 14) & UInt64(0xFFFF_FFFF_0000_FFFF).bigEndian
        | mine.difference(theirs, at: 22) | mine.difference(theirs, at: 30)
        | mine.difference(theirs, at: 38) | mine.difference(theirs, at: 46)
      return difference == 0 && Int(declared) &+ IPv6Header.byteCount == length
    }
  }

  /// The identification of an IPv4 packet minus that of the first one of the unit.
  @inline(always)
  func identificationDistance(_ mine: RawSpan, _ theirs: RawSpan) -> UInt16 {
    version == .ipv6
      ? 0 : mine.networkOrder(at: 18) &- theirs.networkOrder(at: 18, as: UInt16.self)
  }

  /// The sum of a TCP header without options, in memory order; nil if ports, acknowledgement
  /// number, data offset or window are not those of the unit.
  @inline(always)
  func segmentSum(_ mine: RawSpan, _ theirs: RawSpan) -> UInt64? {
    let (first, second): (UInt64, UInt64) = (
      mine.hostOrder(at: transport), mine.hostOrder(at: transport &+ 8)
    )
    let difference =
      (first ^ theirs.hostOrder(at: transport)) & UInt64(0xFFFF_FFFF_0000_0000).bigEndian
      | (second ^ theirs.hostOrder(at: transport &+ 8)) & UInt64(0xFFFF_FFFF_F000_FFFF).bigEndian
    guard difference == 0 else { return nil }
    return WordSum.halves(first) &+ WordSum.halves(second)
      &+ UInt64(mine.hostOrder(at: transport &+ 16, as: UInt32.self))
  }

  /// The sum of TCP options before `end`, where the payload starts; nil if they are not those of
  /// the unit.
  ///
  /// `mine` and `theirs` reach to the end of the headers, and perhaps further.
  @inline(always)
  func optionSum(_ mine: RawSpan, _ theirs: RawSpan, end: Int) -> UInt64? {
    let start = transport &+ TCPHeader.minimumByteCount
    // Timestamps with their padding are what most segments have.
    guard end == start &+ 12, mine.byteCount >= start &+ 12, theirs.byteCount >= start &+ 12 else {
      guard end > start else { return 0 }
      guard mine.equals(theirs, in: start..<end) else { return nil }
      return WordSum.sum(mine.extracting(start..<end))
    }
    let word: UInt32 = mine.hostOrder(at: start &+ 8)
    guard mine.difference(theirs, at: start) == 0, word == theirs.hostOrder(at: start &+ 8) else {
      return nil
    }
    return WordSum.halves(mine.hostOrder(at: start)) &+ UInt64(word)
  }

  /// The sum of a UDP header, in memory order; nil if the ports are not those of the unit, if the
  /// length is not that of the packet's payload, or if one of them has no checksum.
  @inline(always)
  func datagramSum(_ mine: RawSpan, _ theirs: RawSpan, length: Int) -> UInt64? {
    let word: UInt64 = mine.networkOrder(at: transport)
    let unit: UInt64 = theirs.networkOrder(at: transport)
    guard (word ^ unit) >> 32 == 0, word & 0xFFFF != 0, unit & 0xFFFF != 0,
      Int(word >> 16 & 0xFFFF) == length
    else { return nil }
    return WordSum.halves(mine.hostOrder(at: transport))
  }
}

extension RawSpan {
  /// The bits in which eight octets of two spans differ, in memory order.
  @inline(always)
  fileprivate func difference(_ other: RawSpan, at offset: Int) -> UInt64 {
    hostOrder(at: offset, as: UInt64.self) ^ other.hostOrder(at: offset, as: UInt64.self)
  }
}
