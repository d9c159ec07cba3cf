internal import WireFormats

/// What rewriting the outer headers of a tunnel needs, gathered once per frame.
///
/// The checksum of the outer header costs nothing per payload octet: what lies inside a finished
/// inner packet sums to a value that its headers alone tell (Linux calls this local checksum
/// offload).
internal struct TunnelTemplate {
  /// What goes into the checksum field of the outer header.
  private enum Field { case complete, pseudoHeader, zero, copied }

  let network: NetworkTemplate
  private let kind: TunnelLayout.Kind
  /// Where the outer UDP or GRE header starts.
  private let offset: Int
  /// What goes into the checksum field.
  private let field: Field
  /// Where the checksum goes.
  private let checksumOffset: Int
  /// Sum of the pseudo header without a length; 0 for GRE.
  private let pseudo: UInt64
  /// Sum of everything between the outer IP header and the inner one, without length and checksum.
  private let base: UInt64
  /// True if the inner IP header starts an odd number of octets behind the outer header.
  private let innerIsOdd: Bool

  init(_ frame: RawSpan, _ tunnel: TunnelLayout, _ plan: SegmentationPlan) {
    network = NetworkTemplate(
      frame, tunnel.network, plan, identification: plan.outerIdentification)
    kind = tunnel.kind
    offset = tunnel.headerOffset
    let inner = plan.network.offset
    innerIsOdd = (inner - offset) & 1 == 1
    if tunnel.kind.isOverUDP {
      checksumOffset = offset + 6
      field = Self.field(plan, isZero: frame.networkOrder(at: offset + 6, as: UInt16.self) == 0)
      pseudo = tunnel.network.pseudoHeaderSum(of: frame, protocol: .udp)
      base =
        WordSum.sum(frame.extracting(offset..<(offset + 4)))
        &+ WordSum.sum(frame.extracting((offset + 8)..<inner))
    } else if tunnel.kind == .gre, frame.octet(at: offset) & 0x80 != 0, inner - offset >= 8 {
      // The length is asked for because the frame may have changed since it was planned.
      (checksumOffset, field, pseudo) = (offset + 4, .complete, 0)
      base =
        WordSum.sum(frame.extracting(offset..<(offset + 4)))
        &+ WordSum.sum(frame.extracting((offset + 6)..<inner))
    } else {
      (checksumOffset, field, pseudo, base) = (0, .copied, 0, 0)
    }
  }

  /// 0 is the sender's wish for no checksum, which UDP tunnels may have over IPv6, too (RFC 6935).
  private static func field(_ plan: SegmentationPlan, isZero: Bool) -> Field {
    switch plan.outerChecksum {
    case .automatic: isZero || plan.checksum == .untouched ? .copied : .complete
    case .complete: .complete
    case .pseudoHeader: .pseudoHeader
    case .zero: .zero
    }
  }

  /// Finishes the outer headers of segment `index`.
  ///
  /// - Parameters:
  ///   - index: The segment.
  ///   - upperLength: Octets behind the outer IP header.
  ///   - innerSum: Sum of the finished inner packet, from its IP header on.
  ///   - header: The headers of the segment.
  @inline(__always)
  @_lifetime(header: copy header)
  func write(_ index: Int, upperLength: Int, innerSum: UInt64, to header: inout MutableRawSpan) {
    _ = network.write(index, upperLength: upperLength, to: &header)
    let length = UInt16(truncatingIfNeeded: upperLength)
    if kind.isOverUDP { header.setNetworkOrder(length, at: offset &+ 4) }
    // The length counts twice in UDP: in the pseudo header and in the header.
    switch field {
    case .complete:
      let around = kind.isOverUDP ? pseudo &+ WordSum.word(length) &+ WordSum.word(length) : 0
      let inner = innerIsOdd ? WordSum.rotated(innerSum) : UInt64(WordSum.fold(innerSum))
      let checksum = ~WordSum.fold(base &+ around &+ inner)
      let isZero = checksum == 0 && kind.isOverUDP
      header.setMemoryOrder(isZero ? 0xFFFF : checksum, at: checksumOffset)
    case .pseudoHeader:
      header.setMemoryOrder(WordSum.fold(pseudo &+ WordSum.word(length)), at: checksumOffset)
    case .zero:
      header.setMemoryOrder(UInt16(0), at: checksumOffset)
    case .copied:
      break
    }
  }
}
