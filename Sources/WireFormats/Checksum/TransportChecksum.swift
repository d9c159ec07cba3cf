/// What the checksum field of a TCP or UDP header holds.
public enum TransportChecksum: Hashable, Sendable {
  /// The checksum of the data.
  case valid
  /// 0 in UDP over IPv4: the sender computed none (RFC 768).
  case unused
  /// The sum of the pseudo header with the length of this packet, which Linux leaves to the NIC
  /// (`CHECKSUM_PARTIAL`).
  case pseudoHeaderSum
  /// The sum of the pseudo header without a length, which NDIS leaves to the NIC in large send
  /// offload.
  case pseudoHeaderSumWithoutLength
  /// None of these.
  case wrong(found: UInt16, expected: UInt16)

  /// True if the sender left the checksum for its NIC to complete.
  public var isPartial: Bool {
    self == .pseudoHeaderSum || self == .pseudoHeaderSumWithoutLength
  }
}

extension PacketLayout {
  /// Compares the transport checksum of a frame with its data; nil without a transport header, or
  /// if the packet is longer than the frame.
  ///
  /// The checksum of a datagram that ends before its packet covers the octets that the UDP length
  /// counts, and that length is the one in the pseudo header (RFC 9868, section 5).
  ///
  /// - Parameter frame: The frame that the layout was read from.
  /// - Returns: What the field holds.
  /// - Complexity: O(*n*). Does not allocate.
  public func transportChecksum(of frame: RawSpan) -> TransportChecksum? {
    guard let network, let transport, frame.byteCount == frameLength else { return nil }
    if case .missing = network.length { return nil }
    let found: UInt16 = frame.networkOrder(at: transport.checksumOffset)
    if found == 0, transport.kind == .udp, network.version == .ipv4 { return .unused }
    let end =
      transport.kind == .udp
      ? frame.datagramEnd(at: transport.offset, packetEnd: network.end) : network.end
    let segment = transport.offset..<end
    let pseudo = network.pseudoHeaderSum(of: frame, protocol: transport.kind.ipProtocol)
    let length = WordSum.words(UInt32(truncatingIfNeeded: segment.count))
    let sum = pseudo &+ length &+ WordSum.sum(frame.extracting(segment))
    // 0 verifies like 0xFFFF, but over IPv6 a UDP sender must not store it (RFC 8200, section 8.1).
    let isForbiddenZero = found == 0 && transport.kind == .udp
    if WordSum.fold(sum) == 0xFFFF, !isForbiddenZero { return .valid }
    if UInt16(bigEndian: WordSum.fold(pseudo &+ length)) == found { return .pseudoHeaderSum }
    if UInt16(bigEndian: WordSum.fold(pseudo)) == found { return .pseudoHeaderSumWithoutLength }
    // Adding the inverse of the field subtracts it in ones' complement arithmetic.
    let expected = ~UInt16(bigEndian: WordSum.fold(sum &+ WordSum.word(~found)))
    let isZero = expected == 0 && transport.kind == .udp
    return .wrong(found: found, expected: isZero ? 0xFFFF : expected)
  }

  /// Compares the transport checksum of a frame with its data; nil without a transport header.
  public func transportChecksum(of frame: [UInt8]) -> TransportChecksum? {
    transportChecksum(of: frame.octets)
  }
}

extension NetworkLayout {
  /// The sum of the addresses and the protocol, in memory order; the length is left out.
  ///
  /// The layout must have been read from `frame`.
  @inlinable @inline(always)
  package func pseudoHeaderSum(of frame: RawSpan, protocol: IPProtocol) -> UInt64 {
    frame.pseudoHeaderSum(
      version, source: pseudoHeaderSourceOffset, destination: finalDestinationOffset,
      protocol: `protocol`)
  }
}

extension RawSpan {
  /// Where a UDP datagram ends: where its length field says, or with its packet if that field is 0
  /// or not valid.
  ///
  /// - Parameters:
  ///   - offset: Where the UDP header lies.
  ///   - packetEnd: Where the IP packet ends.
  /// - Returns: Where the datagram ends, `packetEnd` at most.
  package func datagramEnd(at offset: Int, packetEnd: Int) -> Int {
    let declared = Int(networkOrder(at: offset + UDPHeader.Field.length, as: UInt16.self))
    let surplus = packetEnd - offset - declared
    // The field of a datagram beyond 64 KiB has its length modulo 65,536.
    guard declared >= UDPHeader.byteCount, surplus > 0, surplus % 65_536 != 0 else {
      return packetEnd
    }
    return offset + declared
  }

  /// The sum of two addresses in the span and a protocol, in memory order.
  ///
  /// - Parameters:
  ///   - version: The IP version.
  ///   - source: Where the source address lies.
  ///   - destination: Where the destination address lies.
  ///   - protocol: The protocol.
  /// - Returns: The sum, not folded.
  @inlinable @inline(always)
  package func pseudoHeaderSum(
    _ version: NetworkLayout.Version, source: Int, destination: Int, protocol: IPProtocol
  ) -> UInt64 {
    let sum = WordSum.word(UInt16(`protocol`.rawValue))
    switch version {
    case .ipv4:
      return sum &+ UInt64(hostOrder(at: source, as: UInt32.self))
        &+ UInt64(hostOrder(at: destination, as: UInt32.self))
    case .ipv6:
      return sum &+ addressSum(at: source) &+ addressSum(at: destination)
    }
  }

  /// The sum of an IPv6 address, in memory order.
  @inlinable
  internal func addressSum(at offset: Int) -> UInt64 {
    WordSum.halves(hostOrder(at: offset)) &+ WordSum.halves(hostOrder(at: offset + 8))
  }
}
