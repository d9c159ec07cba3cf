internal import WireFormats

/// What rewriting a TCP or UDP header needs, gathered once per frame.
internal struct TransportTemplate {
  /// What goes into the checksum field.
  enum Field {
    /// A checksum over everything.
    case complete
    /// The sum of the pseudo header.
    case pseudoHeader
    /// What the frame has.
    case copied
  }

  let kind: TransportLayout.Kind
  let offset: Int
  let headerLength: Int
  let field: Field
  /// Sum of addresses and protocol.
  private let pseudo: UInt64
  /// Sum of the header without the fields that change and without the checksum.
  private let base: UInt64
  /// The frame's own checksum field, in memory order.
  private let copied: UInt64
  /// Sequence number of the first segment, and how far apart the others are.
  private let sequence: UInt32
  private let segmentSize: Int
  /// Data offset and flags of the first segment, of those behind it, and of the last one.
  private let firstFlags: UInt16
  private let middleFlags: UInt16
  private let lastFlags: UInt16
  private let lastIndex: Int
  /// What a result of 0 is stored as, in memory order.
  private let zero: UInt16

  init(_ frame: RawSpan, _ plan: SegmentationPlan) {
    let transport = plan.transport
    kind = transport.kind
    offset = transport.offset
    headerLength = transport.headerLength
    pseudo = plan.network.pseudoHeaderSum(of: frame, protocol: kind.ipProtocol)
    let found: UInt16 = frame.networkOrder(at: transport.checksumOffset)
    copied = WordSum.word(found)
    sequence = plan.sequenceNumber ?? 0
    segmentSize = plan.segmentSize
    lastIndex = plan.count - 1
    let dataOffset = UInt16(truncatingIfNeeded: transport.headerLength / 4) << 12
    firstFlags = dataOffset | plan.flags(of: 0).rawValue
    middleFlags = dataOffset | (lastIndex > 1 ? plan.flags(of: 1).rawValue : 0)
    lastFlags = dataOffset | plan.flags(of: lastIndex).rawValue
    switch plan.checksum {
    case .complete, .pseudoHeader:
      let isUnused =
        found == 0 && kind == .udp && plan.network.version == .ipv4
        && plan.rules.zeroUDPChecksum == .leaveZero
      field = isUnused ? .copied : plan.checksum == .complete ? .complete : .pseudoHeader
    case .untouched:
      field = .copied
    }
    switch kind {
    case .tcp:  // all but sequence number, data offset with flags, and checksum
      base =
        WordSum.sum(frame.extracting(offset..<(offset + 4)))
        &+ WordSum.sum(frame.extracting((offset + 8)..<(offset + 12)))
        &+ WordSum.sum(frame.extracting((offset + 14)..<(offset + 16)))
        &+ WordSum.sum(frame.extracting((offset + 18)..<transport.payloadOffset))
      // Both zeros of ones' complement verify. Linux sends 0 in TCP segments that it cut and 0xFFFF
      // in frames that only passed, where its checksum completion knows no protocols.
      zero = plan.count == 1 ? 0xFFFF : 0
    case .udp:  // all but length and checksum
      base = WordSum.sum(frame.extracting(offset..<(offset + 4)))
      // 0 would mean that there is no checksum (RFC 768).
      zero = plan.rules.computedZeroUDPChecksum == .allOnes ? 0xFFFF : 0
    }
  }

  /// True if the checksum needs the sum of the payload.
  var needsPayloadSum: Bool { field == .complete }

  /// Finishes the header of segment `index` with `payloadLength` octets that sum to `payloadSum`.
  ///
  /// - Returns: The sum of header and payload as a receiver will see them, in memory order, for a
  ///   checksum around them. It is exact only if `payloadSum` is.
  @inline(__always)
  @_lifetime(header: copy header)
  func write(
    _ index: Int, payloadLength: Int, payloadSum: UInt64, to header: inout MutableRawSpan
  ) -> UInt64 {
    let length = headerLength &+ payloadLength
    let pseudo = pseudo &+ WordSum.words(UInt32(truncatingIfNeeded: length))
    var sum = base &+ payloadSum
    switch kind {
    case .tcp:
      let sequence = sequence &+ UInt32(truncatingIfNeeded: index &* segmentSize)
      let offsetAndFlags =
        index == lastIndex ? lastFlags : index == 0 ? firstFlags : middleFlags
      header.setNetworkOrder(sequence, at: offset &+ 4)
      header.setNetworkOrder(offsetAndFlags, at: offset &+ 12)
      sum &+= WordSum.words(sequence) &+ WordSum.word(offsetAndFlags)
    case .udp:
      header.setNetworkOrder(UInt16(truncatingIfNeeded: length), at: offset &+ 4)
      sum &+= WordSum.word(UInt16(truncatingIfNeeded: length))
    }
    switch field {
    case .complete:
      let checksum = ~WordSum.fold(sum &+ pseudo)
      header.setMemoryOrder(checksum == 0 ? zero : checksum, at: offset &+ kind.checksumOffset)
      return sum &+ UInt64(checksum)
    case .pseudoHeader:
      let seed = WordSum.fold(pseudo)
      header.setMemoryOrder(seed, at: offset &+ kind.checksumOffset)
      // Whoever finishes the checksum makes everything behind the pseudo header sum to its inverse.
      return UInt64(~seed)
    case .copied:
      return sum &+ copied
    }
  }
}
