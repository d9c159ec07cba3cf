public import FrameRecipes

/// Segments a frame the slow and obvious way: one recipe for each segment, built from its fields.
///
/// Nothing here knows an octet offset, so no mistake in one can be shared with the code under test.
/// A segment has `segmentSize` octets of payload, at least 1; an empty payload gives one segment.
/// The trailer is dropped, lengths and IPv4 header checksums are exact whatever they were in the
/// input.
public func referenceSegments(
  of recipe: FrameRecipe, segmentSize: Int, rules: ReferenceRules = ReferenceRules()
) -> [[UInt8]] {
  referenceSegmentRecipes(of: recipe, segmentSize: segmentSize, rules: rules).map { $0.build() }
}

/// The recipes that ``referenceSegments(of:segmentSize:rules:)`` builds.
public func referenceSegmentRecipes(
  of frame: FrameRecipe, segmentSize: Int, rules: ReferenceRules = ReferenceRules()
) -> [FrameRecipe] {
  let recipe = frame.withoutJumboOption
  let total = recipe.payload.count
  let size = max(1, segmentSize)
  let count = max(1, total / size + (total % size == 0 ? 0 : 1))
  let fields = SegmentFields(recipe, count: count, rules)
  return (0..<count).map { index in
    let start = index * size
    var segment = recipe
    segment.payload = recipe.payload.slice(start..<min(total, start + size))
    segment.trailerCount = 0
    segment.network = fields.network(
      recipe.network, index, segment.transport.byteCount + segment.payload.count,
      fields.headerChecksum)
    segment.transport = fields.transport(recipe.transport, index, payloadOffset: start)
    segment.checksum = fields.checksum
    segment.zeroBecomesOnes = count == 1 && rules.allOnesWhenSingle
    if let outer = recipe.encapsulation {
      segment.encapsulation?.innerTrailerCount = 0
      let inside = segment.layout.payloadEnd - (segment.layout.outerTransportOffset ?? 0)
      segment.encapsulation?.network = fields.network(
        outer.network, index, inside, fields.outerHeaderChecksum)
      segment.encapsulation?.udpLength = .exact
      segment.encapsulation?.tunnelLength = .exact
      segment.encapsulation?.checksum = fields.outerChecksum
      segment.encapsulation?.greChecksum = .complete
    }
    // Stored as 0xFFFF, a UDP checksum has computed to 0: no other sum gives it.
    if !rules.allOnesForUDP && recipe.transport.isUDP && segment.checksumField == 0xFFFF
      && fields.checksum == .complete
    {
      segment.checksum = .zero
    }
    return segment
  }
}

/// What each field of a segment is, by the segment's index.
private struct SegmentFields {
  let count: Int
  let rules: ReferenceRules
  let checksum: FrameRecipe.TransportChecksum
  let outerChecksum: FrameRecipe.TransportChecksum
  let headerChecksum: FrameRecipe.HeaderChecksum
  let outerHeaderChecksum: FrameRecipe.HeaderChecksum

  init(_ recipe: FrameRecipe, count: Int, _ rules: ReferenceRules) {
    self.count = count
    self.rules = rules
    let keepsZero = rules.zeroUDPChecksum == .copied && recipe.transport.isUDP
    // Only these two rules look at the input's field, which may take a sum over the frame to know.
    let isCopied = rules.transportChecksum == .copied
    let field = keepsZero || isCopied ? recipe.checksumField : 0
    if isCopied {
      checksum = .value(field)
    } else if keepsZero && field == 0 {
      checksum = .zero
    } else if rules.transportChecksum == .pseudoHeader {
      checksum = .pseudoHeader
    } else {
      checksum = .complete
    }
    let isOverIPv4 = recipe.encapsulation.map { !$0.network.isIPv6 } ?? false
    let outerField = recipe.outerChecksumField
    if rules.clearsOuterUDPChecksumOverIPv4 && isOverIPv4 {
      outerChecksum = .zero
    } else if rules.zeroOuterUDPChecksum == .copied && outerField == 0 {
      outerChecksum = .zero
    } else if isCopied, let outerField {
      // Around a checksum that is copied nothing can be computed.
      outerChecksum = .value(outerField)
    } else {
      outerChecksum = .complete
    }
    if rules.computesHeaderChecksum {
      (headerChecksum, outerHeaderChecksum) = (.complete, .complete)
    } else {
      let (frame, layout) = (recipe.build(), recipe.layout)
      headerChecksum = .value(UInt16(word(frame, layout.networkOffset + 10)))
      outerHeaderChecksum = .value(UInt16(word(frame, layout.outermostNetworkOffset + 10)))
    }
  }

  /// The IP header of segment `index`, with `byteCount` octets after it.
  func network(
    _ base: FrameRecipe.Network, _ index: Int, _ byteCount: Int,
    _ headerChecksum: FrameRecipe.HeaderChecksum
  ) -> FrameRecipe.Network {
    switch base {
    case .ipv4(var header):
      header.length = .exact
      header.headerChecksum = headerChecksum
      let next = Int(header.identification) + index
      switch rules.identification {
      case .fixed: break
      case .incrementing16: header.identification = UInt16(next % 65_536)
      case .incrementing15: header.identification = UInt16(next % 32_768)
      }
      return .ipv4(header)
    case .ipv6(var header):
      header.length =
        rules.countsExtensionHeaders ? .exact : .value(UInt16(truncatingIfNeeded: byteCount))
      return .ipv6(header)
    case .arp: return base
    }
  }

  func transport(
    _ base: FrameRecipe.Transport, _ index: Int, payloadOffset: Int
  ) -> FrameRecipe.Transport {
    switch base {
    case .tcp(var header):
      let next = Int(header.sequenceNumber) + payloadOffset
      header.sequenceNumber = UInt32(next % 4_294_967_296)
      if index < count - 1 { header.flags.subtract([.fin, .psh]) }
      if index > 0 && rules.congestionWindowReduced == .firstSegment {
        header.flags.remove(.cwr)
      }
      return .tcp(header)
    case .udp(var header):
      header.length = .exact
      return .udp(header)
    case .icmp, .icmpv6: return base
    }
  }
}

extension FrameRecipe {
  /// The frame without the header that Linux puts before TCP in packets beyond 64 KiB, which has a
  /// jumbo payload option and nothing else (RFC 2675).
  var withoutJumboOption: FrameRecipe {
    guard encapsulation == nil, transport.isTCP, let header = network.ipv6,
      header.extensions.count == 1, header.extensions[0].number == IPNumber.hopByHop,
      header.extensions[0].byteCount == 8, header.extensions[0].contents.starts(with: [0xC2, 4]),
      header.length.resolve(packetByteCount - 40) == 0
    else { return self }
    var recipe = self
    recipe.network.ipv6?.extensions = []
    return recipe
  }

  /// The value of the outer UDP checksum field; nil without such a header.
  public var outerChecksumField: UInt16? {
    guard let encapsulation, encapsulation.isOverUDP else { return nil }
    switch encapsulation.checksum {
    case .zero: return 0
    case .value(let value): return value
    case .complete, .pseudoHeader, .pseudoHeaderWithoutLength, .wrong:
      return UInt16(word(build(), (layout.outerTransportOffset ?? 0) + 6))
    }
  }
}
