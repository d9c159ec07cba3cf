internal import WireFormats

/// What one IP header of all segments has in common.
///
/// In both versions one 32-bit word changes. It has the length and, after it, the identification of
/// IPv4 or two fields of IPv6 that are copied. The same code writes both versions.
internal struct NetworkTemplate {
  /// Sum of the header without that word and without the checksum if it is computed; in memory
  /// order, folded.
  private let base: UInt64
  /// Where the word lies in the frame.
  private let wordOffset: Int
  /// Where the checksum lies; 0, which is never the offset of a checksum, if none is computed.
  private let checksumOffset: Int
  /// Octets of the header that the length field counts.
  private let countedLength: Int
  /// The second half of the word: its value in the first segment, the difference between two
  /// segments, and the bits that are used.
  private let identification: UInt16
  private let step: UInt16
  private let mask: UInt16

  @inline(__always)
  init(
    _ headers: RawSpan, _ network: NetworkLayout, _ plan: SegmentationPlan, identification: UInt16?
  ) {
    let offset = network.offset
    switch network.version {
    case .ipv4:
      let isComputed = plan.rules.ipv4HeaderChecksum == .computed
      checksumOffset = isComputed ? offset + IPv4Header.Field.headerChecksum : 0
      wordOffset = offset + IPv4Header.Field.totalLength
      countedLength = network.headerLength
      let rule = plan.identificationRule
      self.identification = identification ?? 0
      step = rule == .fixed ? 0 : 1
      mask = rule == .incrementing15 ? 0x7FFF : 0xFFFF
      let checksum: UInt16 =
        isComputed ? 0 : headers.hostOrder(at: offset + IPv4Header.Field.headerChecksum)
      let options = (offset + IPv4Header.minimumByteCount)..<network.upperOffset
      base = UInt64(
        WordSum.fold(
          UInt64(headers.hostOrder(at: offset, as: UInt16.self))
            &+ UInt64(headers.hostOrder(at: offset + IPv4Header.Field.fragment, as: UInt32.self))
            &+ UInt64(checksum)
            &+ UInt64(headers.hostOrder(at: offset + IPv4Header.Field.source, as: UInt32.self))
            &+ UInt64(headers.hostOrder(at: offset + IPv4Header.Field.destination, as: UInt32.self))
            &+ headers.wordSum(of: options)))
    case .ipv6:
      let isExact = plan.rules.ipv6PayloadLength == .exact
      checksumOffset = 0
      wordOffset = offset + IPv6Header.Field.payloadLength
      countedLength = isExact ? network.headerLength - IPv6Header.byteCount : 0
      self.identification = headers.networkOrder(at: offset + IPv6Header.Field.nextHeader)
      (step, mask) = (0, 0xFFFF)
      base = UInt64(
        WordSum.fold(
          UInt64(headers.hostOrder(at: offset, as: UInt32.self))
            &+ headers.wordSum(of: (offset + IPv6Header.Field.source)..<network.upperOffset)))
    }
  }

  /// Where the last octet that is written ends.
  var end: Int { max(wordOffset + 4, checksumOffset + 2) }

  /// Completes the header of segment `index`, which carries `upperLength` octets.
  ///
  /// - Returns: The sum of the complete header, in memory order, for an outer checksum.
  @inline(__always)
  func write(_ index: Int, upperLength: Int, to header: UncheckedHeader) -> UInt64 {
    let length = UInt32(truncatingIfNeeded: countedLength &+ upperLength)
    let identification =
      (identification &+ step &* UInt16(truncatingIfNeeded: index)) & mask
    let word = (length << 16 | UInt32(identification)).bigEndian
    header.set(word, at: wordOffset)
    let sum = base &+ UInt64(word)
    guard checksumOffset != 0 else { return sum }
    let checksum = ~WordSum.fold(sum)
    header.set(checksum, at: checksumOffset)
    return sum &+ UInt64(checksum)
  }

  /// True if the sum of the complete header is the same in equally long segments, modulo 65,535:
  /// because it includes its own checksum, or because no field changes.
  var hasUniformSum: Bool { checksumOffset != 0 || step == 0 }

  /// The fields that change in segments from `index` on that carry `upperLength` octets each.
  @inline(__always)
  func run(from index: Int, upperLength: Int) -> NetworkRun {
    guard step != 0 || checksumOffset != 0 else { return NetworkRun() }
    let length = UInt16(truncatingIfNeeded: countedLength &+ upperLength)
    return NetworkRun(
      identificationOffset: wordOffset + 2, hasChecksum: checksumOffset != 0,
      base: WordSum.fold(base &+ WordSum.word(length)),
      next: (identification &+ step &* UInt16(truncatingIfNeeded: index)) & mask, step: step,
      mask: mask)
  }
}

extension RawSpan {
  /// The sum of some octets in memory order, without a call if they are as few as options.
  @inline(__always)
  internal func wordSum(of range: Range<Int>) -> UInt64 {
    guard range.count <= 40, range.count & 3 == 0 else { return WordSum.sum(extracting(range)) }
    var sum: UInt64 = 0
    var at = range.lowerBound
    while at < range.upperBound {
      sum &+= UInt64(hostOrder(at: at, as: UInt32.self))
      at &+= 4
    }
    return sum
  }
}
