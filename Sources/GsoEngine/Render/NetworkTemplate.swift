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

  init(_ frame: RawSpan, _ network: NetworkLayout, rule: SegmentationRules.Identification) {
    version = network.version
    offset = network.offset
    headerLength = network.headerLength
    self.rule = rule
    let end = network.upperOffset
    switch network.version {
    case .ipv4:  // all but total length, identification and header checksum
      identification = frame.networkOrder(at: offset + 4)
      base =
        WordSum.sum(frame.extracting(offset..<(offset + 2)))
        &+ WordSum.sum(frame.extracting((offset + 6)..<(offset + 10)))
        &+ WordSum.sum(frame.extracting((offset + 12)..<end))
    case .ipv6:  // all but payload length
      identification = 0
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
      let checksum = ~WordSum.fold(sum)
      header.setMemoryOrder(checksum, at: offset &+ 10)
      return sum &+ UInt64(checksum)
    case .ipv6:
      let length = UInt16(truncatingIfNeeded: headerLength &- IPv6Header.byteCount &+ upperLength)
      header.setNetworkOrder(length, at: offset &+ 4)
      return base &+ WordSum.word(length)
    }
  }
}
