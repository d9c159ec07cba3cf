internal import WireFormats

/// What rewriting one IP header needs, gathered once per frame.
///
/// Both versions change one 32-bit word: the length and, next to it, the identification of IPv4 or
/// what IPv6 has there and keeps. So segments of both are written by the same code.
internal struct NetworkTemplate {
  /// Sum of the header without that word and without the checksum if it is computed; in memory order,
  /// folded.
  private let base: UInt64
  /// Where the word lies.
  private let wordOffset: Int
  /// Where the checksum lies; 0 if none is computed, for there lies the link header or the version.
  private let checksumOffset: Int
  /// What the length field counts of the header, in octets.
  private let countedLength: Int
  /// The second half of the word: base, how far apart those of two segments are, and which bits count.
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

  /// Where the last octet ends that is written.
  var end: Int { max(wordOffset + 4, checksumOffset + 2) }

  /// Finishes the header of segment `index`, which carries `upperLength` octets.
  ///
  /// - Returns: The sum of the complete header, in memory order, for a checksum around it.
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

  /// True if the sum of the complete header is the same for equally long segments, up to multiples of
  /// 65,535: with its own checksum in it, or if nothing changes.
  var hasUniformSum: Bool { checksumOffset != 0 || step == 0 }

  /// What is left to do for segments from `index` on that carry `upperLength` octets each.
  @inline(__always)
  func run(from index: Int, upperLength: Int) -> NetworkRun {
    guard step != 0 || checksumOffset != 0 else { return NetworkRun() }
    let length = UInt16(truncatingIfNeeded: countedLength &+ upperLength)
    return NetworkRun(
      identificationOffset: wordOffset + 2, checksumOffset: checksumOffset,
      base: WordSum.fold(base &+ WordSum.word(length)),
      next: (identification &+ step &* UInt16(truncatingIfNeeded: index)) & mask, step: step,
      mask: mask)
  }
}

extension RawSpan {
  /// The sum of some octets in memory order, with little ado: options are few.
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
