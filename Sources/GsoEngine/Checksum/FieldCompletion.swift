internal import WireFormats

/// The values that complete the fields of a frame, computed before any octet is written.
///
/// Inner fields come first, because the outer checksum of a tunnel covers them. Lengths of 0 are
/// completed where the end of the packet is known; no other length changes. A checksum that was
/// valid before or after a length was completed is valid afterwards.
internal struct FieldCompletion {
  private let fields: ChecksumPlan.Fields
  /// How computed checksums of 0 are stored, in memory order, and whether a UDP checksum of 0 over
  /// IPv4 is computed on request.
  private let zeroUDP: UInt16
  private let zeroTCP: UInt16
  private let computesUnused: Bool
  private(set) var findings = ChecksumFindings()
  /// The headers before the payload; the inner ones in a tunnel.
  private(set) var inner: HeaderEdits?
  /// The outer headers of a tunnel.
  private(set) var outer: HeaderEdits?
  /// The octets that were summed for the transport checksum.
  private var segment: RangeSum?

  /// Computes the fields of a frame.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - headers: Its first octets, with at least all headers.
  ///   - layout: Its layout.
  ///   - fields: What to complete or compute.
  ///   - rules: What a UDP checksum of 0 means in the input, and how a computed 0 is stored.
  @inline(__always)
  init<Frame: SummableFrame & ~Escapable>(
    of frame: Frame, headers: RawSpan, layout: PacketLayout,
    fields: ChecksumPlan.Fields, rules: SegmentationRules
  ) {
    self.fields = fields
    (zeroTCP, zeroUDP) = (rules.storedZero(.tcp), rules.storedZero(.udp))
    computesUnused = rules.zeroUDPChecksum == .computeAnyway
    guard layout.network != nil else { return }
    completeInner(frame, headers, layout)
    if layout.tunnel != nil { completeOuter(frame, headers, layout) }
    findings.changesFrame = inner?.isEmpty == false || outer?.isEmpty == false
  }

  /// Writes all fields that change.
  func write(to frame: inout MutableRawSpan) {
    guard findings.changesFrame else { return }
    inner?.write(to: &frame)
    outer?.write(to: &frame)
  }

  /// The IP header before the transport header, and the transport header.
  private mutating func completeInner<Frame: SummableFrame & ~Escapable>(
    _ frame: Frame, _ headers: RawSpan, _ layout: PacketLayout
  ) {
    guard let network = layout.network else { return }
    let transport = layout.transport
    var edits = HeaderEdits(
      networkOffset: network.offset, isIPv4: network.version == .ipv4,
      upperOffset: network.upperOffset, checksumOffset: transport?.checksumOffset ?? 0)
    complete(network, headers, &edits)
    // Only the IPv4 header was asked for, and no outer checksum covers it.
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
        // 0 verifies like 0xFFFF, but UDP must not store it (RFC 8200, section 8.1).
        let state: FieldState =
          isUDP && found == 0 ? .wrong : sums.state(partial: sums.isPseudoHeader)
        resolve(state, sums, .transport, zero: isUDP ? zeroUDP : zeroTCP, &edits.checksum)
      }
    }
    inner = edits
  }

  /// The outer IP header of a tunnel, and the UDP or GRE header after it.
  private mutating func completeOuter<Frame: SummableFrame & ~Escapable>(
    _ frame: Frame, _ headers: RawSpan, _ layout: PacketLayout
  ) {
    guard let tunnel = layout.tunnel, let inner else { return }
    let (network, start) = (tunnel.network, tunnel.headerOffset)
    let isUDP = tunnel.kind.isOverUDP
    let field = start + (isUDP ? UDPHeader.Field.checksum : GREHeader.Field.checksum)
    var edits = HeaderEdits(
      networkOffset: network.offset, isIPv4: network.version == .ipv4, upperOffset: start,
      checksumOffset: field, tunnelLengthOffset: tunnel.lengthOffset ?? 0)
    complete(network, headers, &edits)
    if isUDP, Self.hasTransportChecksum(network) {
      completeDatagramLength(at: start, network, headers, &edits)
      completeTunnelLength(tunnel, headers, &edits)
    }
    if let range = Self.carrierRange(tunnel, headers) {
      let found: UInt16 = headers.hostOrder(at: field)
      let octets = segment?.extended(to: range, of: frame) ?? frame.foldedSum(range)
      // The checksum does not cover the outer IP header, whose edits lie outside of the range.
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

  /// The octets that the checksum of an outer UDP or GRE header covers; nil if there is none.
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
    // The length is compared, because the frame may have changed since it was planned.
    let hasChecksum =
      tunnel.kind == .gre && headers.octet(at: start) & 0x80 != 0
      && tunnel.innerOffset - start >= 8
    return hasChecksum ? start..<end : nil
  }

  /// Whether checksums after an IP header can be computed: not if octets are missing, and not if a
  /// routing header has more segments left than addresses.
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

  /// Completes the length of a datagram if it is 0.
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

  /// Completes the length in the header of a tunnel if it is 0.
  private mutating func completeTunnelLength(
    _ tunnel: TunnelLayout, _ headers: RawSpan, _ edits: inout HeaderEdits
  ) {
    guard let offset = tunnel.lengthOffset, headers.hostOrder(at: offset, as: UInt16.self) == 0
    else { return }
    let start = tunnel.headerOffset + UDPHeader.byteCount + GTPUHeader.minimumByteCount
    let length = tunnel.network.end - start
    guard length <= 65_535, !tunnel.network.hasJumboPayloadOption,
      !fields.isDisjoint(with: [.partial, .transport])
    else { return }
    edits.tunnelLength = UInt16(length).bigEndian
    findings.completesLength = true
  }

  /// Notes what a field holds, and decides whether it changes.
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

extension NetworkLayout {
  /// The value that completes a length field of 0; nil if there is none or if it exceeds the field.
  ///
  /// The end of a fragment is not known, a jumbogram has its length in an option (RFC 2675), and a
  /// packet with no next header has no payload (RFC 8200, section 4.7).
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
