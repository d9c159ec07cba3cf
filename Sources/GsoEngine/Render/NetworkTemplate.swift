internal import WireFormats

/// What rewriting one IP header needs, gathered once per frame.
internal struct NetworkTemplate {
  let version: NetworkLayout.Version
  let offset: Int
  let headerLength: Int
  /// Sum of the header without the fields that change; in memory order.
  private let base: UInt64
  private let identification: UInt16
  private let rule: SegmentationRules.Identification
  private let computesChecksum: Bool
  /// Octets of the header that the IPv6 payload length counts.
  private let countedLength: Int

  init(
    _ frame: RawSpan, _ network: NetworkLayout, _ plan: SegmentationPlan, identification: UInt16?
  ) {
    version = network.version
    offset = network.offset
    self.identification = identification ?? 0
    headerLength = network.headerLength
    rule = plan.identificationRule
    computesChecksum = plan.rules.ipv4HeaderChecksum == .computed
    let isExact = plan.rules.ipv6PayloadLength == .exact
    countedLength = isExact ? network.headerLength - IPv6Header.byteCount : 0
    let end = network.upperOffset
    switch network.version {
    case .ipv4:  // all but total length, identification and header checksum
      let kept = computesChecksum ? offset..<offset : (offset + 10)..<(offset + 12)
      base =
        WordSum.sum(frame.extracting(offset..<(offset + 2)))
        &+ WordSum.sum(frame.extracting(kept))
        &+ WordSum.sum(frame.extracting((offset + 6)..<(offset + 10)))
        &+ WordSum.sum(frame.extracting((offset + 12)..<end))
    case .ipv6:  // all but payload length
      base =
        WordSum.sum(frame.extracting(offset..<(offset + 4)))
        &+ WordSum.sum(frame.extracting((offset + 6)..<end))
    }
  }

  /// Finishes the header of segment `index`, which carries `upperLength` octets.
  ///
  /// - Returns: The sum of the finished header, in memory order, for a checksum around it.
  @inline(__always)
  @_lifetime(header: copy header)
  func write(_ index: Int, upperLength: Int, to header: inout MutableRawSpan) -> UInt64 {
    switch version {
    case .ipv4:
      let length = UInt16(truncatingIfNeeded: headerLength &+ upperLength)
      let identification = rule.value(base: identification, index: index)
      let sum = base &+ WordSum.word(length) &+ WordSum.word(identification)
      header.setNetworkOrder(UInt32(length) << 16 | UInt32(identification), at: offset &+ 2)
      guard computesChecksum else { return sum }
      let checksum = ~WordSum.fold(sum)
      header.setMemoryOrder(checksum, at: offset &+ 10)
      return sum &+ UInt64(checksum)
    case .ipv6:
      let length = UInt16(truncatingIfNeeded: countedLength &+ upperLength)
      header.setNetworkOrder(length, at: offset &+ 4)
      return base &+ WordSum.word(length)
    }
  }
}
