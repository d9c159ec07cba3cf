internal import WireFormats

/// What the outer headers of all segments in a tunnel have in common.
///
/// The outer checksum does not need the payload: the sum of an inner packet with a complete
/// checksum follows from its headers. Linux calls this local checksum offload.
internal struct TunnelTemplate {
  /// How the checksum field of the outer header is made.
  private enum Field { case complete, pseudoHeader, zero, copied }

  private let network: NetworkTemplate
  private let isOverUDP: Bool
  /// Where the outer UDP or GRE header starts.
  private let offset: Int
  private let field: Field
  /// Where the checksum lies.
  private let checksumOffset: Int
  /// Where the length field of the tunnel header lies; 0 without one.
  private let lengthOffset: Int
  /// Octets that the length of the UDP header counts and that of the tunnel header does not.
  private static let uncounted = UDPHeader.byteCount + GTPUHeader.minimumByteCount
  /// Sum of the pseudo header without a length, folded; 0 for GRE.
  private let pseudo: UInt64
  /// Folded sum of all octets between the outer and the inner IP header, without lengths and
  /// checksum.
  private let base: UInt64
  /// True if the inner IP header starts an odd number of octets after the outer header.
  private let innerIsOdd: Bool
  /// Length of all headers after the outer IP header, in octets.
  private let upperHeaderLength: Int

  init(_ headers: RawSpan, _ tunnel: TunnelLayout, _ plan: SegmentationPlan) {
    network = NetworkTemplate(
      headers, tunnel.network, plan, identification: plan.outerIdentification)
    isOverUDP = tunnel.kind.isOverUDP
    offset = tunnel.headerOffset
    upperHeaderLength = plan.headerLength - tunnel.network.upperOffset
    let inner = plan.network.offset
    innerIsOdd = (inner - offset) & 1 == 1
    var sum: UInt64 = 0
    if tunnel.kind.isOverUDP {
      checksumOffset = offset + UDPHeader.Field.checksum
      field = Self.field(
        plan, isZero: headers.networkOrder(at: checksumOffset, as: UInt16.self) == 0)
      let pseudo = tunnel.network.pseudoHeaderSum(of: headers, protocol: .udp)
      self.pseudo = UInt64(WordSum.fold(pseudo))
      sum = UInt64(headers.hostOrder(at: offset, as: UInt32.self))
      sum &+= headers.wordSum(of: (offset + UDPHeader.byteCount)..<inner)
      lengthOffset = tunnel.lengthOffset ?? 0
      if lengthOffset != 0 {
        sum &+= UInt64(~headers.hostOrder(at: lengthOffset, as: UInt16.self))
      }
    } else if tunnel.kind == .gre, headers.octet(at: offset) & 0x80 != 0, inner - offset >= 8 {
      // The length is compared, because the frame may have changed since it was planned.
      (checksumOffset, field, pseudo) = (offset + GREHeader.Field.checksum, .complete, 0)
      lengthOffset = 0
      sum = UInt64(headers.hostOrder(at: offset, as: UInt32.self))
      sum &+= headers.wordSum(of: (offset + GREHeader.Field.reserved)..<inner)
    } else {
      (checksumOffset, field, pseudo, lengthOffset) = (0, .copied, 0, 0)
    }
    base = UInt64(WordSum.fold(sum))
  }

  /// A field of 0 means that the sender wants no checksum, which UDP tunnels may have over IPv6,
  /// too (RFC 6935).
  private static func field(_ plan: SegmentationPlan, isZero: Bool) -> Field {
    switch plan.outerChecksum {
    case .automatic: isZero || plan.checksum == .copied ? .copied : .complete
    case .complete: .complete
    case .pseudoHeader: .pseudoHeader
    case .zero: .zero
    }
  }

  /// Where the last octet that is written ends.
  var end: Int {
    let own = isOverUDP ? offset + UDPHeader.byteCount : checksumOffset + 2
    return max(network.end, own, lengthOffset + 2)
  }

  /// Completes the outer headers of segment `index`.
  ///
  /// - Parameters:
  ///   - index: The segment.
  ///   - payloadLength: Octets after all headers.
  ///   - innerSum: Sum of the complete inner packet, from its IP header on.
  ///   - header: The headers of the segment.
  @inline(__always)
  func write(_ index: Int, payloadLength: Int, innerSum: UInt64, to header: UncheckedHeader) {
    let upperLength = upperHeaderLength &+ payloadLength
    _ = network.write(index, upperLength: upperLength, to: header)
    let length = UInt16(truncatingIfNeeded: upperLength).bigEndian
    if isOverUDP { header.set(length, at: offset &+ UDPHeader.Field.length) }
    var base = base
    if lengthOffset != 0 {
      let own = UInt16(truncatingIfNeeded: upperLength &- Self.uncounted).bigEndian
      header.set(own, at: lengthOffset)
      base &+= UInt64(own)
    }
    // The length counts twice in UDP: in the pseudo header and in the header.
    switch field {
    case .complete:
      let around = isOverUDP ? pseudo &+ UInt64(length) &+ UInt64(length) : 0
      let inner = innerIsOdd ? WordSum.rotated(innerSum) : UInt64(WordSum.fold(innerSum))
      let checksum = ~WordSum.fold(base &+ around &+ inner)
      let isZero = checksum == 0 && isOverUDP
      header.set(isZero ? 0xFFFF : checksum, at: checksumOffset)
    case .pseudoHeader:
      header.set(WordSum.fold(pseudo &+ UInt64(length)), at: checksumOffset)
    case .zero:
      header.set(UInt16(0), at: checksumOffset)
    case .copied:
      break
    }
  }

  /// The fields that change in segments from `index` on with `payloadLength` octets of payload
  /// each.
  ///
  /// Their outer transport checksum is the same if the sum of the inner packet is.
  @inline(__always)
  func run(from index: Int, payloadLength: Int) -> NetworkRun {
    network.run(from: index, upperLength: upperHeaderLength &+ payloadLength)
  }
}
