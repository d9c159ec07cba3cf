import FrameRecipes

/// Whether the IPv4 header `header`, options included, sums up to all ones.
public func isIPv4HeaderChecksumRight(_ header: [UInt8]) -> Bool { referenceSum(header) == 0xFFFF }

/// Whether a TCP segment (header and payload) carries the right checksum for these addresses.
public func isTCPChecksumRight(_ segment: [UInt8], source: [UInt8], destination: [UInt8]) -> Bool {
  sumsUp(
    segment, source: source, destination: destination, protocolNumber: FrameRecipe.IPNumber.tcp)
}

/// Whether a UDP datagram carries the right checksum for these addresses.
///
/// A field of zero means "not used" over IPv4 (RFC 768) and is forbidden over IPv6 (RFC 8200,
/// section 8.1; tunnels may lift that, RFC 6935, which the caller has to judge).
public func isUDPChecksumRight(_ datagram: [UInt8], source: [UInt8], destination: [UInt8]) -> Bool {
  if datagram[6] == 0 && datagram[7] == 0 { return source.count == 4 }
  return sumsUp(
    datagram, source: source, destination: destination, protocolNumber: FrameRecipe.IPNumber.udp)
}

private func sumsUp(
  _ segment: [UInt8], source: [UInt8], destination: [UInt8], protocolNumber: UInt8
) -> Bool {
  let pseudo = FrameRecipe.PseudoHeader.octets(
    source: source, destination: destination, protocolNumber: protocolNumber,
    length: segment.count)
  let sum = onesComplementSum(pseudo, 0..<pseudo.count)
  return foldedSum(sum + onesComplementSum(segment, 0..<segment.count)) == 0xFFFF
}
