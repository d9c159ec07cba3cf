internal import WireFormats

/// A unit that may grow: the headers of its first frame, and what its frames have in common.
///
/// The octets are in a slot of the coalescer's memory, headers first.
internal struct HeldUnit {
  /// The headers of the first frame.
  var headers: ParsedFrame
  /// Number of frames that were noted.
  var count = 0
  var firstArrival: UInt64
  var lastArrival: UInt64
  /// Octets of payload of all frames.
  var payloadLength: Int
  /// Octets of payload of the longest frame; all but the last have as many if the rules ask for it.
  var segmentSize: Int
  /// The sum of the payload in memory order, as if it started at an even offset.
  var payloadSum: UInt64
  /// The sum of addresses and protocol in memory order.
  let pseudoSum: UInt64
  /// Octets after the packet of the first frame, which are delivered if no other is merged.
  var trailerLength: Int
  /// The flags that one of the segments has.
  var flags: TCPFlags
  /// The sequence number that the next segment has.
  var nextSequence: UInt32
  /// Where the octets of the TCP timestamp value lie in the frame; 0 without timestamps.
  var timestampOffset: Int
  var firstTimestamp: UInt32
  /// Whether all packets have the same identification, outer and inner.
  var hasFixedOuterIdentification = false
  var hasFixedIdentification = false
  var isPartial: Bool
  /// Where the unit is in the table: the next one with the same hash, and those before and after it
  /// by age; -1 for none.
  var next: Int32 = -1
  var older: Int32 = -1
  var newer: Int32 = -1

  /// What a slot has that was never in use.
  static let none = HeldUnit()

  private init() {
    headers = .none
    (firstArrival, lastArrival, payloadLength, segmentSize) = (0, 0, 0, 0)
    (payloadSum, pseudoSum, trailerLength, flags, nextSequence) = (0, 0, 0, [], 0)
    (timestampOffset, firstTimestamp, isPartial) = (0, 0, false)
  }

  /// A unit of one frame, which is not noted yet.
  @inline(__always)
  init(
    _ parsed: ParsedFrame, _ fields: SegmentFields, _ frame: RawSpan, sum: UInt64, at time: UInt64,
    isPartial: Bool
  ) {
    headers = parsed
    (firstArrival, lastArrival) = (time, time)
    payloadLength = parsed.payload.count
    segmentSize = payloadLength
    payloadSum = sum
    pseudoSum = parsed.network.pseudoHeaderSum(
      of: frame, protocol: parsed.transport.kind.ipProtocol)
    trailerLength = frame.byteCount - parsed.payload.upperBound
    flags = fields.flags
    nextSequence = fields.sequence &+ UInt32(truncatingIfNeeded: payloadLength)
    timestampOffset = fields.timestampOffset
    firstTimestamp = timestampOffset == 0 ? 0 : frame.networkOrder(at: timestampOffset)
    self.isPartial = isPartial
  }

  /// Takes the payload of one more frame, which was copied to the end of the unit.
  @inline(__always)
  mutating func append(
    _ length: Int, _ sum: UInt64, _ flags: TCPFlags, at time: UInt64
  ) {
    payloadSum &+= payloadLength & 1 != 0 ? WordSum.rotated(sum) : sum
    payloadLength &+= length
    nextSequence &+= UInt32(truncatingIfNeeded: length)
    self.flags.formUnion(flags)
    lastArrival = time
  }

  /// Octets of the frame: headers, payload, and the trailer of a single frame.
  var frameLength: Int {
    headers.transport.payloadOffset + payloadLength + (count == 1 ? trailerLength : 0)
  }

  /// Octets of the outermost IP packet.
  var packetLength: Int {
    headers.transport.payloadOffset + payloadLength - headers.outer.offset
  }
}

/// The TCP header of a frame, as far as it decides about merging.
internal struct SegmentFields {
  let flags: TCPFlags
  let sequence: UInt32
  /// Where the timestamp value lies in the frame; 0 without timestamps.
  var timestampOffset = 0

  /// The fields of a datagram, which has none.
  static let none = SegmentFields()

  private init() { (flags, sequence) = ([], 0) }

  @inline(__always)
  init(_ frame: RawSpan, at offset: Int) {
    flags = TCPFlags(rawValue: frame.networkOrder(at: offset &+ TCPHeader.Field.dataOffset))
    sequence = frame.networkOrder(at: offset &+ TCPHeader.Field.sequenceNumber)
  }

  /// What excludes a segment whatever its unit.
  ///
  /// Notes the place of the timestamps if the rules compare them.
  @inline(__always)
  mutating func refusal(
    _ frame: RawSpan, _ transport: SegmentPosition, payloadLength: Int, _ rules: CoalescingRules
  ) -> CoalescingRefusal? {
    if !flags.isDisjoint(with: rules.refusedTCPFlags) { return .flags(flags) }
    if payloadLength == 0 { return .noPayload }
    let optionLength = transport.headerLength - TCPHeader.minimumByteCount
    guard optionLength > 0, rules.tcpOptions != .identical else { return nil }
    guard rules.tcpOptions == .timestamps,
      let offset = Self.timestamps(in: frame, transport)
    else { return .tcpOptions(byteCount: optionLength) }
    timestampOffset = offset
    return nil
  }

  /// Where the timestamp value lies; 0 if there is padding only, nil if there is another option.
  private static func timestamps(in frame: RawSpan, _ transport: SegmentPosition) -> Int? {
    let start = transport.offset + TCPHeader.minimumByteCount
    var cursor = TCPOptionCursor(frame.extracting(start..<transport.payloadOffset))
    var found = 0
    while let option = cursor.next() {
      if option.kind == .noOperation { continue }
      guard option.kind == .timestamps, option.dataRange.count == 8, found == 0 else { return nil }
      found = start + option.dataRange.lowerBound
    }
    return cursor.isMalformed ? nil : found
  }
}
