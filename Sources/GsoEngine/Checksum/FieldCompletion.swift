internal import WireFormats

/// What completing the fields of a frame writes: found out from its octets, before any is written.
///
/// From the inside out: the outer checksum of a tunnel counts what is inside. Lengths of 0 are
/// written where the data says how long the packet is; no other length changes. A checksum that was
/// right, for the octets as they stood or as they will be, is right afterwards.
internal struct FieldCompletion {
  private let fields: ChecksumPlan.Fields
  /// How a UDP checksum that comes to 0 is stored, in memory order, and whether one that is 0 over
  /// IPv4 is computed if asked for.
  private let zeroUDP: UInt16
  private let zeroTCP: UInt16
  private let computesUnused: Bool
  private(set) var findings = ChecksumFindings()
  /// The headers before the payload; the inner ones in a tunnel.
  private(set) var inner: HeaderEdits?
  /// The outer headers of a tunnel.
  private(set) var outer: HeaderEdits?
  /// What was summed for the transport checksum.
  private var segment: RangeSum?

  /// Looks at a frame.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - headers: Its first octets, at least all headers.
  ///   - layout: Its layout.
  ///   - fields: What to complete or compute.
  ///   - rules: What a UDP checksum of 0 means, before and after.
  @inline(__always)
  init<Frame: SummableFrame & ~Escapable>(
    of frame: Frame, headers: RawSpan, layout: PacketLayout,
    fields: ChecksumPlan.Fields, rules: SegmentationRules
  ) {
    self.fields = fields
    (zeroTCP, zeroUDP) = (rules.storedZero(.tcp), rules.storedZero(.udp))
    computesUnused = rules.zeroUDPChecksum == .computeAnyway
    guard layout.network != nil else { return }
    lookInside(frame, headers, layout)
    if layout.tunnel != nil { lookOutside(frame, headers, layout) }
    findings.changesFrame = inner?.isEmpty == false || outer?.isEmpty == false
  }

  /// Writes what was found out.
  func write(to frame: inout MutableRawSpan) {
    guard findings.changesFrame else { return }
    inner?.write(to: &frame)
    outer?.write(to: &frame)
  }

  /// The IP header before the transport header, and that.
  private mutating func lookInside<Frame: SummableFrame & ~Escapable>(
    _ frame: Frame, _ headers: RawSpan, _ layout: PacketLayout
  ) {
    guard let network = layout.network else { return }
    let transport = layout.transport
    var edits = HeaderEdits(
      networkOffset: network.offset, isIPv4: network.version == .ipv4,
      upperOffset: network.upperOffset, checksumOffset: transport?.checksumOffset ?? 0)
    complete(network, headers, &edits)
    // Nobody asked for more, and nothing around it counts what changed.
    let isHeaderOnly = fields == .ipv4Header && layout.tunnel == nil
    if let transport, !isHeaderOnly, Self.hasTransportChecksum(network) {
      let isUDP = transport.kind == .udp
      let end =
        isUDP
        ? headers.datagramEnd(at: transport.offset, packetEnd: network.end) : network.end
      if isUDP { completeDatagramLength(at: transport.offset, network, headers, &edits) }
      let found: UInt16 = headers.hostOrder(at: transport.checksumOffset)
      let isUnused = isUDP && found == 0 && network.version == .ipv4
      if !isUnused || fields.contains(.transport) && computesUnused {
        let range = transport.offset..<end
        let octets = frame.foldedSum(range)
        segment = RangeSum(range: range, sum: octets)
        let around =
          network.pseudoHeaderSum(of: headers, protocol: transport.kind.ipProtocol)
        let length = WordSum.words(UInt32(truncatingIfNeeded: range.count))
        let sums = CoveredSums(
          found: found, pseudo: around, length: length, octets: octets,
          change: edits.difference(headers, in: range))
        // 0 sums up like 0xFFFF, but UDP must not store it (RFC 8200, section 8.1).
        let state: FieldState =
          isUDP && found == 0 ? .wrong : sums.state(partial: sums.isPseudoHeader)
        resolve(state, sums, .transport, zero: isUDP ? zeroUDP : zeroTCP, &edits.checksum)
      }
    }
    inner = edits
  }

  /// The outer IP header of a tunnel, and the UDP or GRE header after it.
  private mutating func lookOutside<Frame: SummableFrame & ~Escapable>(
    _ frame: Frame, _ headers: RawSpan, _ layout: PacketLayout
  ) {
    guard let tunnel = layout.tunnel, let inner else { return }
    let (network, start) = (tunnel.network, tunnel.headerOffset)
    let isUDP = tunnel.kind.isOverUDP
    let field = start + (isUDP ? 6 : 4)
    var edits = HeaderEdits(
      networkOffset: network.offset, isIPv4: network.version == .ipv4, upperOffset: start,
      checksumOffset: field)
    complete(network, headers, &edits)
    if isUDP, Self.hasTransportChecksum(network) {
      completeDatagramLength(at: start, network, headers, &edits)
    }
    if let range = Self.carrierRange(tunnel, headers) {
      let found: UInt16 = headers.hostOrder(at: field)
      let octets = segment?.extended(to: range, of: frame) ?? frame.foldedSum(range)
      // The outer IP header does not count, so edits of it fall outside of the range.
      let change =
        inner.difference(headers, in: range) &+ edits.difference(headers, in: range)
      if isUDP {
        let sums = CoveredSums(
          found: found, pseudo: network.pseudoHeaderSum(of: headers, protocol: .udp),
          length: WordSum.words(UInt32(truncatingIfNeeded: range.count)), octets: octets,
          change: change)
        let state = sums.state(partial: sums.isPseudoHeader)
        resolve(state, sums, .transport, zero: zeroUDP, &edits.checksum)
      } else {
        let sums = CoveredSums(found: found, pseudo: 0, length: 0, octets: octets, change: change)
        resolve(sums.state(partial: found == 0), sums, .transport, zero: 0, &edits.checksum)
      }
    }
    outer = edits
  }

  /// What the checksum of an outer UDP or GRE header covers; nil if it has none.
  ///
  /// 0 in UDP means that there is none, over IPv6 too (RFC 6935).
  private static func carrierRange(
    _ tunnel: TunnelLayout, _ headers: RawSpan
  ) -> Range<Int>? {
    let (start, end) = (tunnel.headerOffset, tunnel.network.end)
    guard hasTransportChecksum(tunnel.network) else { return nil }
    if tunnel.kind.isOverUDP {
      guard headers.hostOrder(at: start + UDPHeader.Field.checksum, as: UInt16.self) != 0 else {
        return nil
      }
      return start..<headers.datagramEnd(at: start, packetEnd: end)
    }
    // The length is asked for because the frame may have changed since it was planned.
    let hasChecksum =
      tunnel.kind == .gre && headers.octet(at: start) & 0x80 != 0
      && tunnel.innerOffset - start >= 8
    return hasChecksum ? start..<end : nil
  }

  /// Whether checksums after an IP header can be told: not if octets are missing, nor if the route
  /// leads past its own end.
  private static func hasTransportChecksum(_ network: NetworkLayout) -> Bool {
    if case .missing = network.length { return false }
    return network.excessSegmentsLeft == nil
  }
}

// Single fields.
extension FieldCompletion {
  /// Completes the length of an IP packet, and the checksum of an IPv4 header.
  private mutating func complete(
    _ network: NetworkLayout, _ headers: RawSpan, _ edits: inout HeaderEdits
  ) {
    if network.length == .zero, let length = network.lengthToWrite, !fields.isEmpty {
      edits.packetLength = UInt16(length).bigEndian
      findings.completesLength = true
    }
    guard network.version == .ipv4 else { return }
    let range = network.offset..<network.upperOffset
    let found: UInt16 = headers.hostOrder(at: network.offset + IPv4Header.Field.headerChecksum)
    let sums = CoveredSums(
      found: found, pseudo: 0, length: 0, octets: headers.wordSum(of: range),
      change: edits.packetLength.map { UInt64($0) } ?? 0)
    resolve(
      sums.state(partial: found == 0), sums, .ipv4Header, zero: 0, &edits.headerChecksum)
  }

  /// Writes the length of a datagram whose sender left it at 0.
  private mutating func completeDatagramLength(
    at start: Int, _ network: NetworkLayout, _ headers: RawSpan,
    _ edits: inout HeaderEdits
  ) {
    let length = network.end - start
    guard headers.hostOrder(at: start + UDPHeader.Field.length, as: UInt16.self) == 0,
      length <= 65_535,
      !network.hasJumboPayloadOption, !fields.isDisjoint(with: [.partial, .transport])
    else { return }
    edits.datagramLength = UInt16(length).bigEndian
    findings.completesLength = true
  }

  /// Notes what a field held, and decides what is written.
  @inline(__always)
  private mutating func resolve(
    _ state: FieldState, _ sums: CoveredSums, _ field: ChecksumPlan.Fields,
    zero: UInt16, _ edit: inout UInt16?
  ) {
    switch state {
    case .right: break
    case .rightBefore: edit = sums.computed(zero: zero)
    case .partial:
      findings.partial.insert(field)
      if fields.contains(.partial) { edit = sums.computed(zero: zero) }
    case .wrong: findings.wrong.insert(field)
    }
    guard fields.contains(field) else { return }
    let value = sums.computed(zero: zero)
    edit = value == sums.found ? nil : value
  }
}

/// What a checksum field holds.
private enum FieldState {
  /// The checksum of the octets as they will be.
  case right
  /// The checksum of the octets as they were.
  case rightBefore
  /// What its sender left for somebody else to complete.
  case partial
  case wrong
}

/// The sums that a checksum is compared with, in memory order.
private struct CoveredSums {
  /// What the field holds.
  let found: UInt16
  /// Sum of the pseudo header without its length; 0 if there is none.
  let pseudo: UInt64
  /// Sum of that length.
  let length: UInt64
  /// Sum of the octets that count, the field among them.
  let octets: UInt64
  /// What the edits of those octets add.
  let change: UInt64

  private var before: UInt64 { pseudo &+ length &+ octets }

  /// Whether the field holds the sum of the pseudo header, with or without length.
  var isPseudoHeader: Bool {
    WordSum.fold(pseudo &+ length) == found || WordSum.fold(pseudo) == found
  }

  @inline(__always)
  func state(partial isPartial: @autoclosure () -> Bool) -> FieldState {
    let isRightBefore = WordSum.fold(before) == 0xFFFF
    if change == 0, isRightBefore { return .right }
    if WordSum.fold(before &+ change) == 0xFFFF { return .right }
    if isRightBefore { return .rightBefore }
    return isPartial() ? .partial : .wrong
  }

  /// The checksum of the octets as they will be.
  func computed(zero: UInt16) -> UInt16 {
    // The field itself does not count: adding the inverse takes it out.
    let checksum = ~WordSum.fold(before &+ change &+ UInt64(~found))
    return checksum == 0 ? zero : checksum
  }
}

extension NetworkLayout {
  /// What belongs into a length field that is 0; nil if that may be right, or too much for the
  /// field.
  ///
  /// A fragment of such a length cannot be told from its trailer; a jumbogram has its length
  /// elsewhere (RFC 2675); a packet of headers alone has no payload (RFC 8200, section 4.7).
  fileprivate var lengthToWrite: Int? {
    let length: Int
    switch version {
    case .ipv4:
      guard !isIPv4Fragment else { return nil }
      length = end - offset
    case .ipv6:
      guard !hasJumboPayloadOption, upperProtocol != .noNextHeader,
        upperProtocol != .fragmentHeader
      else { return nil }
      length = end - offset - IPv6Header.byteCount
    }
    return length > 0 && length <= 65_535 ? length : nil
  }
}
