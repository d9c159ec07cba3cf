extension InternetChecksum {
  /// A sum that starts with the IPv4 pseudo header (RFC 9293, section 3.1; RFC 768).
  ///
  /// - Parameters:
  ///   - source: Address of the sender.
  ///   - destination: Address of the receiver.
  ///   - protocol: ``IPProtocol/tcp`` or ``IPProtocol/udp``.
  ///   - length: Octets of transport header and payload; nil leaves the length out, as Microsoft's
  ///     large send offload does ("Offloading the Segmentation of Large TCP Packets").
  /// - Returns: A sum to add header and payload to.
  public static func pseudoHeader(
    source: IPv4Address, destination: IPv4Address, protocol: IPProtocol, length: Int?
  ) -> InternetChecksum {
    var sum = InternetChecksum()
    sum.add(source.rawValue)
    sum.add(destination.rawValue)
    sum.add(UInt16(`protocol`.rawValue))
    sum.add(UInt32(truncatingIfNeeded: length ?? 0))
    return sum
  }

  /// A sum that starts with the IPv6 pseudo header (RFC 8200, section 8.1).
  ///
  /// - Parameters:
  ///   - source: Address of the sender.
  ///   - destination: Address of the final receiver, which a routing header may name.
  ///   - protocol: ``IPProtocol/tcp`` or ``IPProtocol/udp``, not the number of an extension header.
  ///   - length: Octets of transport header and payload; nil leaves the length out.
  /// - Returns: A sum to add header and payload to.
  public static func pseudoHeader(
    source: IPv6Address, destination: IPv6Address, protocol: IPProtocol, length: Int?
  ) -> InternetChecksum {
    var sum = InternetChecksum()
    sum.add(source.high)
    sum.add(source.low)
    sum.add(destination.high)
    sum.add(destination.low)
    sum.add(UInt16(`protocol`.rawValue))
    sum.add(UInt32(truncatingIfNeeded: length ?? 0))
    return sum
  }
}
