/// The rules by which ``referenceSegments(of:segmentSize:options:)`` cuts.
public struct ReferenceOptions: Equatable, Sendable {
  /// How the IPv4 identification runs on, in inner and outer headers alike.
  public enum Identification: Equatable, Sendable {
    /// Base plus index, modulo 2^16.
    case incrementing16
    /// Base plus index, modulo 2^15.
    case incrementing15
    /// The same in every segment.
    case fixed
  }

  /// Which segments keep the CWR flag.
  public enum CongestionWindowReduced: Equatable, Sendable {
    /// The first one.
    case firstSegment
    /// Every one.
    case everySegment
  }

  /// What becomes of a checksum field that is 0 in the input, which for UDP may mean "not used".
  public enum ZeroChecksum: Equatable, Sendable {
    /// It is computed like any other.
    case computeAnyway
    /// It stays 0.
    case copied
  }

  /// What goes into the transport checksum field.
  public enum Output: Equatable, Sendable {
    /// The complete checksum.
    case complete
    /// The sum of the segment's own pseudo header, folded and not inverted.
    case pseudoHeaderWithLength
    /// The octets of the input.
    case copied
  }

  /// How the IPv4 identification runs on.
  public var identification = Identification.incrementing16
  /// Which segments keep CWR.
  public var congestionWindowReduced = CongestionWindowReduced.firstSegment
  /// What becomes of an (inner) UDP checksum field of 0.
  public var zeroUDPChecksum = ZeroChecksum.computeAnyway
  /// What becomes of an outer UDP checksum field of 0.
  public var zeroOuterUDPChecksum = ZeroChecksum.copied
  /// What goes into the transport checksum field.
  public var transportChecksum = Output.complete
  /// Whether a frame that needs no segmentation has a TCP checksum of 0 stored as 0xFFFF, as Linux does
  /// where a virtio-net header asks for it.
  public var allOnesWhenSingle = false

  /// The rules of the Linux kernel.
  public init() {}

  /// The rules of the Linux kernel, changed by `change`.
  public init(_ change: (inout ReferenceOptions) -> Void) { change(&self) }
}

/// Cuts a frame the slow and obvious way: one recipe for each segment, built from its fields.
///
/// Nothing here knows an octet offset, so no mistake in one can be shared with the code under
/// test. The payload is segmented every `segmentSize` octets; an empty payload gives one segment. The
/// trailer is dropped, lengths and IPv4 header checksums are exact whatever they were in the input.
public func referenceSegments(
  of recipe: FrameRecipe, segmentSize: Int, options: ReferenceOptions = ReferenceOptions()
) -> [[UInt8]] {
  referenceSegmentRecipes(of: recipe, segmentSize: segmentSize, options: options).map {
    $0.build()
  }
}

/// The recipes that ``referenceSegments(of:segmentSize:options:)`` builds.
public func referenceSegmentRecipes(
  of recipe: FrameRecipe, segmentSize: Int, options: ReferenceOptions = ReferenceOptions()
) -> [FrameRecipe] {
  let total = recipe.payload.count
  let count = max(1, (total + segmentSize - 1) / segmentSize)
  let plan = SegmentRules(recipe, count: count, options)
  return (0..<count).map { index in
    let start = index * segmentSize
    var segment = recipe
    segment.payload = recipe.payload.slice(start..<min(total, start + segmentSize))
    segment.trailerCount = 0
    segment.network = plan.network(recipe.network, index)
    segment.transport = plan.transport(recipe.transport, index, payloadOffset: start)
    segment.checksum = plan.checksum
    segment.zeroBecomesOnes = count == 1 && options.allOnesWhenSingle
    if let outer = recipe.encapsulation {
      segment.encapsulation?.network = plan.network(outer.network, index)
      segment.encapsulation?.udpLength = .exact
      segment.encapsulation?.innerTrailerCount = 0
      segment.encapsulation?.checksum = plan.outerChecksum
    }
    return segment
  }
}

/// What each field of a segment is, by the segment's index.
private struct SegmentRules {
  let count: Int
  let options: ReferenceOptions
  let checksum: TransportChecksum
  let outerChecksum: TransportChecksum

  init(_ recipe: FrameRecipe, count: Int, _ options: ReferenceOptions) {
    self.count = count
    self.options = options
    let copied = options.zeroUDPChecksum == .copied && !recipe.transport.isTCP
    // Only these two rules look at the input's field, which may take a sum over the frame to know.
    let untouched = options.transportChecksum == .copied
    let field = copied || untouched ? recipe.checksumField : 0
    if untouched {
      checksum = .value(field)
    } else if copied && field == 0 {
      checksum = .zero
    } else if options.transportChecksum == .pseudoHeaderWithLength {
      checksum = .pseudoHeader
    } else {
      checksum = .complete
    }
    outerChecksum =
      options.zeroOuterUDPChecksum == .copied && recipe.outerChecksumField == 0
      ? .zero : .complete
  }

  func network(_ base: Network, _ index: Int) -> Network {
    switch base {
    case .ipv4(var header):
      header.length = .exact
      header.headerChecksum = .complete
      let next = Int(header.identification) + index
      switch options.identification {
      case .fixed: break
      case .incrementing16: header.identification = UInt16(next % 65_536)
      case .incrementing15: header.identification = UInt16(next % 32_768)
      }
      return .ipv4(header)
    case .ipv6(var header):
      header.length = .exact
      return .ipv6(header)
    }
  }

  func transport(_ base: Transport, _ index: Int, payloadOffset: Int) -> Transport {
    switch base {
    case .tcp(var header):
      let next = Int(header.sequenceNumber) + payloadOffset
      header.sequenceNumber = UInt32(next % 4_294_967_296)
      if index < count - 1 { header.flags.subtract([.fin, .psh]) }
      if index > 0 && options.congestionWindowReduced == .firstSegment {
        header.flags.remove(.cwr)
      }
      return .tcp(header)
    case .udp(var header):
      header.length = .exact
      return .udp(header)
    }
  }
}

extension FrameRecipe {
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
