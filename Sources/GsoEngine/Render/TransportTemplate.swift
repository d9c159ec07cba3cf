internal import WireFormats

/// What the TCP or UDP headers of all segments have in common.
internal struct TransportTemplate {
  /// How the checksum field is made.
  enum Field {
    /// The checksum over pseudo header, header and payload.
    case complete
    /// The sum of the pseudo header.
    case pseudoHeader
    /// The field of the frame.
    case copied
  }

  /// Length of the header, in octets.
  let headerLength: Int
  let field: Field
  private let isTCP: Bool
  private let offset: Int
  private let checksumOffset: Int
  /// Sum of addresses and protocol, folded; in memory order like all sums.
  private let pseudo: UInt64
  /// Sum of the header without the fields that change, folded; with the pseudo header if the
  /// checksum is computed, with the frame's own checksum if that is copied.
  private let base: UInt64
  /// Sequence number of the first segment, and the difference between two segments.
  private let sequence: UInt32
  private let segmentSize: UInt32
  /// Data offset and flags of the first segment, of those after it, and of the last one; in memory
  /// order.
  private let firstFlags: UInt16
  private let middleFlags: UInt16
  private let lastFlags: UInt16
  let lastIndex: Int
  /// What a computed checksum of 0 is stored as, in memory order.
  private let zero: UInt16

  @inline(__always)
  init(_ headers: RawSpan, _ plan: SegmentationPlan) {
    let transport = plan.transport
    let offset = transport.offset
    let isTCP = transport.kind == .tcp
    (self.isTCP, self.offset, checksumOffset) = (isTCP, offset, transport.checksumOffset)
    headerLength = transport.headerLength
    let found: UInt16 = headers.hostOrder(at: transport.checksumOffset)
    field = Self.field(plan)
    sequence = plan.sequenceNumber ?? 0
    segmentSize = UInt32(truncatingIfNeeded: plan.segmentSize)
    lastIndex = plan.count - 1
    let dataOffset = UInt16(truncatingIfNeeded: transport.headerLength / 4) << 12
    firstFlags = (dataOffset | plan.flags(of: 0).rawValue).bigEndian
    middleFlags = (dataOffset | (lastIndex > 1 ? plan.flags(of: 1).rawValue : 0)).bigEndian
    lastFlags = (dataOffset | plan.flags(of: lastIndex).rawValue).bigEndian
    let pseudo = plan.network.pseudoHeaderSum(of: headers, protocol: transport.kind.ipProtocol)
    var sum = UInt64(headers.hostOrder(at: offset, as: UInt32.self))
    if isTCP {  // all but sequence number, data offset with flags, and checksum
      sum &+= UInt64(
        headers.hostOrder(at: offset + TCPHeader.Field.acknowledgmentNumber, as: UInt32.self))
      sum &+= UInt64(headers.hostOrder(at: offset + TCPHeader.Field.window, as: UInt16.self))
      sum &+= UInt64(headers.hostOrder(at: offset + TCPHeader.Field.urgentPointer, as: UInt16.self))
      let options = (offset + TCPHeader.minimumByteCount)..<transport.payloadOffset
      sum &+= headers.wordSum(of: options)
    }  // all but length and checksum of UDP
    zero = plan.rules.storedZero(
      transport.kind, isCompletedByKernel: plan.isDescribed && plan.count == 1)
    sum &+= field == .complete ? pseudo : field == .copied ? UInt64(found) : 0
    base = UInt64(WordSum.fold(sum))
    self.pseudo = UInt64(WordSum.fold(pseudo))
  }

  private static func field(_ plan: SegmentationPlan) -> Field {
    switch plan.checksum {
    case .copied: .copied
    case .complete: plan.hasUnusedChecksum ? .copied : .complete
    case .pseudoHeader: plan.hasUnusedChecksum ? .copied : .pseudoHeader
    }
  }

  /// True if the checksum needs the sum of the payload.
  var needsPayloadSum: Bool { field == .complete }

  /// Where the last octet that is written ends.
  var end: Int {
    offset + (isTCP ? TCPHeader.Field.urgentPointer : UDPHeader.byteCount)
  }

  /// Completes the header of segment `index`, which has `payloadLength` octets of payload with the
  /// sum `payloadSum`.
  ///
  /// - Returns: The sum of header and payload once the checksum is complete, in memory order, for
  ///   an outer checksum. If the checksum is copied it is exact only if `payloadSum` is.
  @inline(__always)
  func write(
    _ index: Int, payloadLength: Int, payloadSum: UInt64, to header: UncheckedHeader
  ) -> UInt64 {
    let length = UInt32(truncatingIfNeeded: headerLength &+ payloadLength)
    let pseudo = pseudo &+ UInt64(length.bigEndian)
    var sum = base &+ payloadSum
    if isTCP {
      let sequence =
        (sequence &+ UInt32(truncatingIfNeeded: index) &* segmentSize).bigEndian
      let offsetAndFlags =
        index == lastIndex ? lastFlags : index == 0 ? firstFlags : middleFlags
      header.set(sequence, at: offset &+ TCPHeader.Field.sequenceNumber)
      header.set(offsetAndFlags, at: offset &+ TCPHeader.Field.dataOffset)
      sum &+= UInt64(sequence) &+ UInt64(offsetAndFlags)
    } else {
      let length = UInt16(truncatingIfNeeded: length).bigEndian
      header.set(length, at: offset &+ UDPHeader.Field.length)
      sum &+= UInt64(length)
    }
    switch field {
    case .complete:
      let checksum = ~WordSum.fold(sum &+ UInt64(length.bigEndian))
      header.set(checksum == 0 ? zero : checksum, at: checksumOffset)
      // With a valid checksum, header and payload sum to the inverse of the pseudo header.
      return UInt64(~WordSum.fold(pseudo))
    case .pseudoHeader:
      let partial = WordSum.fold(pseudo)
      header.set(partial, at: checksumOffset)
      // The same holds once hardware completes it.
      return UInt64(~partial)
    case .copied:
      return sum
    }
  }

  /// Index of the first segment with the flags of all segments after it but the last.
  var firstUniformIndex: Int { firstFlags == middleFlags ? 0 : 1 }

  /// The fields that change in segments from `index` on with `payloadLength` octets of payload
  /// each; the last segment is not one of them.
  @inline(__always)
  func run(from index: Int, payloadLength: Int) -> TransportRun {
    let length = UInt32(truncatingIfNeeded: headerLength &+ payloadLength).bigEndian
    let own =
      isTCP
      ? UInt64(middleFlags)
      : UInt64(UInt16(truncatingIfNeeded: headerLength &+ payloadLength).bigEndian)
    return TransportRun(
      sequenceOffset: isTCP ? offset + TCPHeader.Field.sequenceNumber : 0,
      checksumOffset: field == .complete ? checksumOffset : 0,
      base: UInt64(WordSum.fold(base &+ UInt64(length) &+ own)), zero: zero,
      sequence: sequence &+ UInt32(truncatingIfNeeded: index) &* segmentSize, step: segmentSize)
  }
}
