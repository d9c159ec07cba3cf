internal import WireFormats

// The short way of a segment that no unit takes and that starts none: mostly acknowledgements
// without payload. The result is that of the long way.
extension Coalescer {
  /// Delivers a segment that cannot be in a unit, of a flow without a unit; nil if it has to go the
  /// long way.
  @inline(always)
  internal mutating func passExpected(
    _ frame: RawSpan, _ start: UsualStart, _ number: Int, _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision? {
    let refusal: CoalescingRefusal? =
      switch start.version {
      case .ipv4: refusal(frame, start.offset, ExpectedHeaders.ipv4)
      case .ipv6: refusal(frame, start.offset, ExpectedHeaders.ipv6)
      }
    guard let refusal else { return nil }
    return deliverUnmodified(frame, number, refusal, checksum: .valid, deliver)
  }

  /// Why a segment with a valid checksum can be in no unit; nil if it could be, or if more has to
  /// be known about it.
  @inline(always)
  private func refusal(
    _ frame: RawSpan, _ network: Int, _ expected: ExpectedHeaders
  ) -> CoalescingRefusal? {
    let packet = frame.extracting(droppingFirst: network &- ExpectedHeaders.network)
    let packetLength = frame.byteCount &- network
    guard packet.byteCount >= expected.byteCount, packetLength <= usual.packetLengthLimit else {
      return nil
    }
    let headers = packet.extracting(first: expected.byteCount)
    let support = CoalescingRules.Support(.tcp, expected.version)
    guard expected.areSound(headers, packetLength: packetLength), usual.support.contains(support),
      !holdsUnit(ofFlow: headers, expected)
    else { return nil }
    let at = expected.transport
    let flags = TCPFlags(rawValue: headers.networkOrder(at: at &+ 12))
    let payload = at &+ Int(headers.octet(at: at &+ 12) >> 4) &* 4
    guard payload >= expected.byteCount, payload <= packet.byteCount,
      let refusal = usual.refusal(
        flags, payloadLength: packet.byteCount &- payload,
        hasOptions: payload > expected.byteCount),
      WordSum.fold(expected.coveredSum(packet, headers, payload: payload)) == 0xFFFF
    else { return nil }
    return refusal
  }

  /// Whether there is a unit with the hash of a frame's flow.
  @inline(always)
  private func holdsUnit(ofFlow headers: RawSpan, _ expected: ExpectedHeaders) -> Bool {
    let hash = ParsedFrame.hash(
      headers, network: ExpectedHeaders.network, transport: expected.transport, expected.version)
    var at = table.first(hash)
    while at >= 0 {
      if units[Int(at)].headers.hash == hash { return true }
      at = units[Int(at)].next
    }
    return false
  }
}

extension UsualFrames {
  /// Why a segment can neither be in a unit nor start one; nil if it could.
  @inline(always)
  fileprivate func refusal(
    _ flags: TCPFlags, payloadLength: Int, hasOptions: Bool
  ) -> CoalescingRefusal? {
    if flags.rawValue & refusedFlags != 0 { return .flags(flags) }
    if payloadLength == 0 { return .noPayload }
    // Other rules look into the options first.
    guard flags.rawValue & endingFlags != 0, !hasOptions || takesAllOptions else { return nil }
    return .flags(flags)
  }
}

extension ExpectedHeaders {
  /// Whether there is TCP after an IP header that has nothing wrong or unusual.
  @inline(always)
  fileprivate func areSound(_ headers: RawSpan, packetLength length: Int) -> Bool {
    let first: UInt64 = headers.networkOrder(at: 14)
    guard version == .ipv4 else {
      return first >> 60 == 6 && Int(first >> 16 & 0xFFFF) &+ IPv6Header.byteCount == length
        && first >> 8 & 0xFF == 6
    }
    let second: UInt64 = headers.networkOrder(at: 22)
    let sum =
      WordSum.halves(first) &+ WordSum.halves(second)
      &+ UInt64(headers.networkOrder(at: 30, as: UInt32.self))
    // Version and length of the header; no fragment, no reserved bit.
    return first >> 56 == 0x45 && first & 0xBFFF == 0 && Int(first >> 32 & 0xFFFF) == length
      && second >> 48 & 0xFF == 6 && WordSum.fold(sum) == 0xFFFF
  }

  /// The sum of everything that a TCP checksum covers, in memory order.
  @inline(always)
  fileprivate func coveredSum(_ packet: RawSpan, _ headers: RawSpan, payload: Int) -> UInt64 {
    let length = packet.byteCount &- transport
    var sum =
      WordSum.word(6) &+ WordSum.words(UInt32(truncatingIfNeeded: length))
      &+ WordSum.halves(headers.hostOrder(at: transport))
      &+ WordSum.halves(headers.hostOrder(at: transport &+ 8))
      &+ UInt64(headers.hostOrder(at: transport &+ 16, as: UInt32.self))
    // Addresses.
    var at = version == .ipv4 ? 26 : 22
    while at < transport {
      sum &+= WordSum.halves(headers.hostOrder(at: at))
      at &+= 8
    }
    // Timestamps and no payload, as most have.
    if packet.byteCount == byteCount &+ 12 {
      return sum &+ WordSum.halves(packet.hostOrder(at: byteCount))
        &+ UInt64(packet.hostOrder(at: byteCount &+ 8, as: UInt32.self))
    }
    guard packet.byteCount > byteCount else { return sum }
    return sum &+ WordSum.sum(packet.extracting(droppingFirst: byteCount))
  }
}
