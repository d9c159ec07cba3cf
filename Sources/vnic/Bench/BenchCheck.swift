/// Checks an output octet by octet, without code of the library.
///
/// Every octet of every segment is accounted for: payload, fields that must be the frame's own,
/// fields that must have changed, and checksums, which are summed octet by octet.
struct BenchCheck {
  let frame: BenchFrame
  /// True if an output has the headers only.
  let headersOnly: Bool
  /// True if transport checksums are left as sums of the pseudo header.
  let isPartial: Bool

  init(_ frame: BenchFrame, _ job: BenchJob) {
    self.frame = frame
    headersOnly = job.writesPartialHeaders || job == .headersAndSums
    isPartial = job.writesPartialHeaders
  }

  /// What is wrong with the segments in `output`; nil if they are right.
  func fault(in output: RawSpan, of source: RawSpan) -> String? {
    var at = 0
    for index in 0..<frame.segmentCount {
      let payload = frame.payloadRange(of: index)
      let length = frame.headerLength + (headersOnly ? 0 : payload.count)
      let segment = output.extracting(at..<(at + length))
      let data = source.extracting(
        (frame.headerLength + payload.lowerBound)..<(frame.headerLength + payload.upperBound))
      if let fault = fault(inSegment: index, segment, data, source) {
        return "\(frame.name), segment \(index): \(fault)"
      }
      at += length
    }
    return nil
  }

  private func fault(
    inSegment index: Int, _ segment: RawSpan, _ payload: RawSpan, _ source: RawSpan
  ) -> String? {
    let expected = headers(index, payload.byteCount)
    for at in 0..<frame.headerLength where !isChecksum(at) {
      if octet(segment, at) != expected[at] {
        return "octet \(at) is \(octet(segment, at)), not \(expected[at])"
      }
    }
    if !headersOnly {
      for at in 0..<payload.byteCount
      where octet(segment, frame.headerLength + at) != octet(payload, at) {
        return "payload octet \(at) differs"
      }
    }
    return checksumFault(segment, payload)
  }

  /// The headers that this segment must have, but for their checksums.
  private func headers(_ index: Int, _ payloadLength: Int) -> [UInt8] {
    var octets = frame.headers
    func set(_ value: Int, _ at: Int) {
      octets[at] = UInt8(truncatingIfNeeded: value >> 8)
      octets[at + 1] = UInt8(truncatingIfNeeded: value)
    }
    func get(_ at: Int) -> Int { Int(octets[at]) << 8 | Int(octets[at + 1]) }
    let end = frame.headerLength + payloadLength
    if let outer = frame.outer {
      set(end - outer, outer + 2)
      set(get(outer + 4) + index, outer + 4)
      set(end - outer - 20, outer + 24)
    }
    if frame.isIPv6 {
      set(end - frame.network - 40, frame.network + 4)
    } else {
      set(end - frame.network, frame.network + 2)
      set(get(frame.network + 4) + index, frame.network + 4)
    }
    if frame.isTCP {
      let sequence = get(frame.transport + 4) << 16 + get(frame.transport + 6)
      let own = sequence + index * frame.segmentSize
      set(own >> 16, frame.transport + 4)
      set(own, frame.transport + 6)
      // PSH only in the last segment.
      if index != frame.segmentCount - 1 { octets[frame.transport + 13] &= ~0x08 }
    } else {
      set(end - frame.transport, frame.transport + 4)
    }
    return octets
  }

  private func isChecksum(_ at: Int) -> Bool {
    let transport = frame.transport + (frame.isTCP ? 16 : 6)
    if at == transport || at == transport + 1 { return true }
    if !frame.isIPv6, at == frame.network + 10 || at == frame.network + 11 { return true }
    guard let outer = frame.outer else { return false }
    return [outer + 10, outer + 11, outer + 26, outer + 27].contains(at)
  }

  // MARK: Checksums

  private func checksumFault(_ segment: RawSpan, _ payload: RawSpan) -> String? {
    let headerLength = frame.headerLength
    if !frame.isIPv6 {
      let sum = folded(sum(segment, frame.network, frame.transport))
      if sum != 0xFFFF { return "wrong IPv4 header checksum" }
    }
    let length = headerLength - frame.transport + payload.byteCount
    let pseudo = pseudoHeader(
      segment, network: frame.network, isIPv6: frame.isIPv6, number: frame.isTCP ? 6 : 17, length)
    let at = frame.transport + (frame.isTCP ? 16 : 6)
    let found = octet(segment, at) << 8 | octet(segment, at + 1)
    // What a receiver sums up after the pseudo header.
    var upper = sum(segment, frame.transport, headerLength) + sum(payload, 0, payload.byteCount)
    if isPartial {
      if found != folded(pseudo) { return "checksum is \(found), not \(folded(pseudo))" }
      // Completing the checksum makes everything after the pseudo header sum to this.
      upper = ~folded(pseudo) & 0xFFFF
    } else if folded(pseudo + upper) != 0xFFFF || (found == 0 && !frame.isTCP) {
      return "wrong transport checksum \(found)"
    }
    guard let outer = frame.outer else { return nil }
    if folded(sum(segment, outer, outer + 20)) != 0xFFFF { return "wrong outer IPv4 checksum" }
    let around = pseudoHeader(
      segment, network: outer, isIPv6: false, number: 17,
      headerLength - outer - 20 + payload.byteCount)
    let whole = around + sum(segment, outer + 20, frame.transport) + upper
    return folded(whole) == 0xFFFF ? nil : "wrong outer UDP checksum"
  }

  private func pseudoHeader(
    _ segment: RawSpan, network: Int, isIPv6: Bool, number: Int, _ length: Int
  ) -> Int {
    let addresses =
      isIPv6
      ? sum(segment, network + 8, network + 40) : sum(segment, network + 12, network + 20)
    return addresses + number + length
  }

  /// The sum of big-endian words, one octet at a time; an odd last octet is the first half of one.
  private func sum(_ octets: RawSpan, _ start: Int, _ end: Int) -> Int {
    var sum = 0
    var shift = 8
    for at in start..<end {
      sum += octet(octets, at) << shift
      shift = 8 - shift
    }
    return sum
  }

  private func folded(_ sum: Int) -> Int {
    var sum = sum
    while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
    return sum
  }

  private func octet(_ octets: RawSpan, _ at: Int) -> Int {
    // SAFETY: bounds are checked, and every bit pattern is a valid octet.
    Int(unsafe octets.unsafeLoad(fromByteOffset: at, as: UInt8.self))
  }
}
