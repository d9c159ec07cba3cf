internal import WireFormats

/// Whether the checksums of a frame are valid, by a sum of its payload that was made before.
internal enum CoveredChecksums {
  /// Checks the transport checksum, and the outer one of a tunnel.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - parsed: Its headers.
  ///   - payloadSum: The sum of its payload, as if that started at an even offset.
  /// - Returns: What is wrong; nil if all checksums are valid.
  @inline(__always)
  static func refusal(
    _ frame: RawSpan, _ parsed: ParsedFrame, payloadSum: UInt64
  ) -> CoalescingRefusal? {
    let (network, transport) = (parsed.network, parsed.transport)
    let found: UInt16 = frame.networkOrder(at: transport.checksumOffset)
    let isUDP = transport.kind == .udp
    if !(found == 0 && isUDP && network.version == .ipv4) {
      let headers = frame.extracting(transport.offset..<transport.payloadOffset)
      let sum =
        network.pseudoHeaderSum(of: frame, protocol: transport.kind.ipProtocol)
        &+ WordSum.words(UInt32(truncatingIfNeeded: network.end - transport.offset))
        &+ WordSum.sum(headers) &+ payloadSum
      // 0 verifies like 0xFFFF, but UDP must not store it over IPv6 (RFC 8200, section 8.1).
      guard WordSum.fold(sum) == 0xFFFF, !(found == 0 && isUDP) else {
        return .transportChecksum(found: found)
      }
    }
    guard let tunnel = parsed.tunnel else { return nil }
    return outerRefusal(frame, parsed, tunnel, payloadSum)
  }

  private static func outerRefusal(
    _ frame: RawSpan, _ parsed: ParsedFrame, _ tunnel: TunnelLayout, _ payloadSum: UInt64
  ) -> CoalescingRefusal? {
    let start = tunnel.headerOffset
    var sum: UInt64 = 0
    let field: Int
    if tunnel.kind.isOverUDP {
      field = start + UDPHeader.Field.checksum
      guard frame.hostOrder(at: field, as: UInt16.self) != 0 else { return nil }
      sum = tunnel.network.pseudoHeaderSum(of: frame, protocol: .udp)
      sum &+= WordSum.words(UInt32(truncatingIfNeeded: tunnel.network.end - start))
    } else {
      guard frame.hasGREChecksum(tunnel) else { return nil }
      field = start + GREHeader.Field.checksum
    }
    // All headers of tunnels have an even number of octets, so the payload starts at an even one.
    sum &+= WordSum.sum(frame.extracting(start..<parsed.transport.payloadOffset)) &+ payloadSum
    return WordSum.fold(sum) == 0xFFFF
      ? nil : .outerChecksum(found: frame.networkOrder(at: field))
  }
}

extension RawSpan {
  /// Whether the header of a tunnel is GRE with a checksum.
  internal func hasGREChecksum(_ tunnel: TunnelLayout) -> Bool {
    tunnel.kind == .gre && octet(at: tunnel.headerOffset) & 0x80 != 0
      && tunnel.innerOffset - tunnel.headerOffset >= 8
  }
}
