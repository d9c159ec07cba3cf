// The IP headers of most packets: IPv4 without options, IPv6 without extension headers.

extension NetworkLayout {
  /// No packet: what a layout stores in place of one that is not there.
  package init() {
    (version, upperProtocol, isIPv4Fragment) = (.ipv4, IPProtocol(rawValue: 0), false)
    (lengthField, headerLength16, sourceDistance, destinationDistance) = (0, 0, 0, 0)
    (perFragmentLength16, perFragmentNextHeaderDistance) = (0, 0)
    (offset32, end32, limit32) = (0, 0, 0)
  }

  /// Reads the IP header at `offset` if it is a usual one that is whole and valid; nil for any
  /// other.
  ///
  /// The result is that of ``init(_:at:version:limit:)``, which takes more time.
  @inline(always)
  internal init?(usual frame: RawSpan, at offset: Int, version: Version, limit: Int) {
    let available = min(frame.byteCount, limit) - offset
    guard offset >= 0, available >= IPv4Header.minimumByteCount else { return nil }
    let first: UInt32 = frame.networkOrder(at: offset)
    let headerLength: Int
    switch version {
    case .ipv4:
      let fragment: UInt16 = frame.networkOrder(at: offset + IPv4Header.Field.fragment)
      lengthField = UInt16(truncatingIfNeeded: first)
      headerLength = IPv4Header.minimumByteCount
      // Version 4 and five units of header; "don't fragment" is the only flag.
      guard first >> 24 == 0x45, fragment & 0x3FFF == 0,
        lengthField == 0 || lengthField >= UInt16(IPv4Header.minimumByteCount)
      else { return nil }
      upperProtocol = IPProtocol(rawValue: frame.octet(at: offset + 9))
      (sourceDistance, destinationDistance, perFragmentNextHeaderDistance) = (12, 16, 9)
    case .ipv6:
      guard first >> 28 == 6, available >= IPv6Header.byteCount else { return nil }
      lengthField = frame.networkOrder(at: offset + IPv6Header.Field.payloadLength)
      upperProtocol = IPProtocol(
        rawValue: frame.octet(at: offset + IPv6Header.Field.nextHeader))
      headerLength = IPv6Header.byteCount
      guard !upperProtocol.isCopiedExtensionHeader else { return nil }
      (sourceDistance, destinationDistance, perFragmentNextHeaderDistance) = (8, 24, 6)
    }
    (self.version, isIPv4Fragment) = (version, false)
    headerLength16 = UInt16(truncatingIfNeeded: headerLength)
    perFragmentLength16 = headerLength16
    (offset32, limit32) = (UInt32(truncatingIfNeeded: offset), UInt32(truncatingIfNeeded: limit))
    end32 = Self.end(declared: Self.declaredLength(lengthField, version), from: offset, to: limit)
  }
}
