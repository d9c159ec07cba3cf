internal import WireFormats

/// Where the headers of the next frame probably lie: where those of the last held segment did.
///
/// TCP without a tunnel, IPv4 options or extension headers.
internal struct ExpectedHeaders {
  let network: Int
  let transport: Int
  let version: NetworkLayout.Version
  let shape: UInt64

  /// What a held frame leads to expect; nil for headers of another kind.
  @inline(__always)
  init?(_ parsed: ParsedFrame) {
    let isPlain = parsed.transport.kind == .tcp && !parsed.network.hasOptions
    guard isPlain, parsed.layout.tunnel == nil else { return nil }
    (network, transport) = (parsed.network.offset, parsed.transport.offset)
    (version, shape) = (parsed.network.version, parsed.shape)
  }
}

// The short way of a segment that differs from its unit only in what always differs: lengths,
// identification, sequence number and checksums. Its headers are compared instead of read, which
// takes a third of the time; the result is that of the long way.
extension Coalescer {
  /// Merges a frame with its unit if nothing about it is unexpected; nil if it has to go the long
  /// way.
  @inline(__always)
  internal mutating func mergeExpected(
    _ frame: RawSpan, _ number: Int, _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision? {
    guard let expected,
      frame.byteCount > expected.transport &+ TCPHeader.minimumByteCount
    else { return nil }
    let hash = ParsedFrame.hash(
      frame, network: expected.network, transport: expected.transport, expected.version)
    var at = table.first(hash)
    while at >= 0 {
      let slot = Int(at)
      if units[slot].headers.hash == hash, units[slot].headers.shape == expected.shape {
        return mergeExpected(frame, number, into: slot, expected, deliver)
      }
      at = units[slot].next
    }
    return nil
  }

  @inline(__always)
  private mutating func mergeExpected(
    _ frame: RawSpan, _ number: Int, into slot: Int, _ expected: ExpectedHeaders,
    _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision? {
    let headerLength = units[slot].headers.transport.payloadOffset
    let (length, held) = (frame.byteCount &- headerLength, units[slot].payloadLength)
    let flags = TCPFlags(
      rawValue: frame.networkOrder(at: expected.transport &+ TCPHeader.Field.dataOffset))
    guard length > 0, length <= units[slot].segmentSize, units[slot].trailerLength == 0,
      headerLength &+ held &+ length &- expected.network <= request.rules.packetLengthLimit,
      units[slot].nextSequence
        == frame.networkOrder(at: expected.transport &+ TCPHeader.Field.sequenceNumber),
      areMerged(flags, into: units[slot].flags),
      ExpectedComparison(expected).isSame(frame, memory.slot(slot), headerLength),
      hasExpectedIdentification(frame, slot, expected)
    else { return nil }
    var octets = memory.mutableSlot(slot)
    let sum = octets.copySumming(
      frame.extracting(headerLength..<frame.byteCount), at: headerLength &+ held)
    let covered =
      units[slot].pseudoSum
      &+ WordSum.words(UInt32(truncatingIfNeeded: frame.byteCount &- expected.transport))
      &+ WordSum.sum(frame.extracting(expected.transport..<headerLength)) &+ sum
    guard WordSum.fold(covered) == 0xFFFF else { return nil }
    return commit(frame, number, slot, flags, expected, length, sum, deliver)
  }

  /// Notes a segment that was merged.
  @inline(__always)
  private mutating func commit(
    _ frame: RawSpan, _ number: Int, _ slot: Int, _ flags: TCPFlags, _ expected: ExpectedHeaders,
    _ length: Int, _ sum: UInt64, _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision {
    if units[slot].count == 1, expected.version == .ipv4 {
      let field = expected.network &+ IPv4Header.Field.identification
      let first = memory.slot(slot).hostOrder(at: field, as: UInt16.self)
      units[slot].hasFixedIdentification = first == frame.hostOrder(at: field, as: UInt16.self)
    }
    let isOdd = units[slot].payloadLength & 1 != 0
    units[slot].payloadSum &+= isOdd ? WordSum.rotated(sum) : sum
    units[slot].payloadLength &+= length
    units[slot].nextSequence &+= UInt32(truncatingIfNeeded: length)
    units[slot].flags.formUnion(flags)
    units[slot].inputs.append(number)
    units[slot].lastArrival = now
    let count = units[slot].count
    if let reason = reasonToEnd(slot, flags, length) { end(slot, reason, deliver) }
    return .merged(segmentCount: count)
  }

  /// Whether the flags of a segment can follow those of a unit.
  @inline(__always)
  private func areMerged(_ flags: TCPFlags, into unit: TCPFlags) -> Bool {
    let rules = request.rules
    let changed = (flags.rawValue ^ unit.rawValue) & ~rules.mergedTCPFlags.rawValue
    let excluded = rules.startingTCPFlags.rawValue | rules.refusedTCPFlags.rawValue
    return changed == 0 && flags.rawValue & excluded == 0
  }

  /// Whether the identification of an IPv4 packet is the next one of its unit.
  @inline(__always)
  private func hasExpectedIdentification(
    _ frame: RawSpan, _ slot: Int, _ expected: ExpectedHeaders
  ) -> Bool {
    guard expected.version == .ipv4, request.rules.identification == .incrementingOrFixed else {
      return true
    }
    let field = expected.network &+ IPv4Header.Field.identification
    let distance: UInt16 =
      frame.networkOrder(at: field) &- memory.slot(slot).networkOrder(at: field, as: UInt16.self)
    let (count, isFixed) = (units[slot].count, units[slot].hasFixedIdentification)
    if count == 1 { return distance <= 1 }
    return distance == (isFixed ? 0 : UInt16(truncatingIfNeeded: count))
  }
}

/// Whether the headers of a frame are those of a unit, but for what always differs.
private struct ExpectedComparison {
  private let network: Int
  private let transport: Int
  private let isIPv4: Bool

  @inline(__always)
  init(_ expected: ExpectedHeaders) {
    (network, transport) = (expected.network, expected.transport)
    isIPv4 = expected.version == .ipv4
  }

  @inline(__always)
  func isSame(_ frame: RawSpan, _ unit: RawSpan, _ headerLength: Int) -> Bool {
    guard frame.equals(unit, in: 0..<network) else { return false }
    let length = frame.byteCount &- network
    var difference: UInt64
    if isIPv4 {
      let declared: UInt16 = frame.networkOrder(at: network &+ IPv4Header.Field.totalLength)
      // Version and traffic class; flags, TTL and protocol; addresses.
      difference =
        UInt64(frame.difference(unit, at: network, UInt16.self))
        | UInt64(frame.difference(unit, at: network &+ 6, UInt32.self))
        | frame.difference(unit, at: network &+ 12, UInt64.self)
      guard Int(declared) == length, WordSum.fold(frame.ipv4HeaderSum(at: network)) == 0xFFFF
      else { return false }
    } else {
      let declared: UInt16 = frame.networkOrder(at: network &+ IPv6Header.Field.payloadLength)
      // Version, class and label; next header and hop limit; addresses.
      difference =
        UInt64(frame.difference(unit, at: network, UInt32.self))
        | UInt64(frame.difference(unit, at: network &+ 6, UInt16.self))
        | frame.difference(unit, at: network &+ 8, UInt64.self)
        | frame.difference(unit, at: network &+ 16, UInt64.self)
        | frame.difference(unit, at: network &+ 24, UInt64.self)
        | frame.difference(unit, at: network &+ 32, UInt64.self)
      guard Int(declared) == length &- IPv6Header.byteCount else { return false }
    }
    // Ports; acknowledgement number; data offset, of which flags are compared elsewhere; window.
    difference |= UInt64(frame.difference(unit, at: transport, UInt32.self))
    difference |= UInt64(frame.difference(unit, at: transport &+ 8, UInt32.self))
    difference |= UInt64(frame.difference(unit, at: transport &+ 12, UInt8.self) & 0xF0)
    difference |= UInt64(frame.difference(unit, at: transport &+ 14, UInt16.self))
    let options = (transport &+ TCPHeader.minimumByteCount)..<headerLength
    return difference == 0 && frame.equals(unit, in: options)
  }
}

extension RawSpan {
  /// The bits in which two spans differ at a place.
  @inline(__always)
  fileprivate func difference<Value: FixedWidthInteger & BitwiseCopyable>(
    _ other: RawSpan, at offset: Int, _ type: Value.Type
  ) -> Value {
    hostOrder(at: offset, as: type) ^ other.hostOrder(at: offset, as: type)
  }
}
