package import WireFormats

extension StateWriter {
  /// Writes an error: its code, its operands, and the value that has no operand.
  package mutating func write(_ error: SegmentationError) {
    var rest = 0
    switch error {
    case .frame(let error): rest = error.rest
    case .bufferOutsideMemory(_, _, let memory): rest = memory
    default: break
    }
    write(error.numbers, besides: rest)
  }
}

extension StateReader {
  /// Reads an error.
  package mutating func readSegmentationError() throws(StateError) -> SegmentationError {
    let start = offset
    let stored = try readNumbers()
    guard let error = SegmentationError(stored) else {
      throw .outOfRange(
        "code of an error", offset: start, found: Int64(stored.code), lowest: 101, highest: 318)
    }
    return error
  }
}

extension SegmentationError {
  /// The error with some numbers; nil if there is none.
  internal init?(_ stored: StoredError) {
    let (first, second, third) = (stored.first, stored.second, stored.third)
    switch stored.code {
    case 100..<200:
      guard let error = WireError(stored) else { return nil }
      self = .frame(error)
    case 206...212:
      guard let reason = JumboPayload(stored) else { return nil }
      self = .jumboPayload(reason)
    case 300..<400:
      guard let error = MetadataError(stored) else { return nil }
      self = .metadata(error)
    case 201: self = .notIP(UInt16(exactly: first).map { EtherType(rawValue: $0) })
    case 202: self = .fragment
    case 203: self = .unsupportedExtensionHeader(IPProtocol(number: first))
    case 204: self = .unsupportedProtocol(IPProtocol(number: first))
    case 205: self = .tunnelTooDeep(limit: first)
    case 213:
      guard let layer = ProtocolLayer.all.first(where: { $0.number == first }) else { return nil }
      self = .lengthExceedsFrame(layer, declared: second, available: third)
    case 214: self = .segmentsLeftExceedAddresses(segmentsLeft: first, addresses: second)
    case 215: self = .udpLengthMismatch(declared: first, available: second)
    case 216:
      self = .offloadMismatch(requested: first == 6 ? .lso : .uso, found: second == 6 ? .tcp : .udp)
    case 217: self = .notSupported(first == 6 ? .lso : .uso, second == 4 ? .ipv4 : .ipv6)
    case 218: self = .segmentSizeOutOfRange(first)
    case 219: self = .segmentSizeExceedsMTU(segmentSize: first, fitting: second)
    case 220: self = .datagramSizeUnknown(payload: first, packetLength: second, mtu: third)
    case 221:
      guard let tunnel = OpaqueTunnel.allCases.first(where: { $0.number == first }) else {
        return nil
      }
      self = .opaqueTunnel(tunnel, packetLength: second, mtu: third)
    default:
      guard let error = Self.limit(stored) else { return nil }
      self = error
    }
  }

  /// The error about a number and its limit; nil if there is none.
  private static func limit(_ stored: StoredError) -> SegmentationError? {
    let (first, second, third) = (stored.first, stored.second, stored.third)
    switch stored.code {
    case 222: return .mtuTooSmall(mtu: first, headerLength: second)
    case 223: return .segmentTooLong(packetLength: first, limit: second)
    case 224: return .tooManySegments(needed: first, limit: second)
    case 225: return .shortLastDatagram(payload: first, segmentSize: second)
    case 226: return .refusedFlags(TCPFlags(rawValue: UInt16(truncatingIfNeeded: first)))
    case 227: return .dontFragment
    case 228: return .fragmentSizeNotMultipleOf8(first)
    case 229: return .frameLengthChanged(planned: first, given: second)
    case 230: return .arenaByteCountOutOfRange(first)
    case 231: return .arenaSlotCountOutOfRange(first)
    case 232: return .headerByteCountOutOfRange(first)
    case 233 where first <= second: return .segmentsOutOfRange(first..<second, count: third)
    case 234: return .outputTooSmall(needed: first, available: second)
    case 235: return .tooFewSlots(needed: first, available: second)
    case 236 where second <= third:
      return .bufferOutsideMemory(index: first, buffer: second..<third, memory: stored.rest)
    default: return nil
    }
  }
}

extension SegmentationError.JumboPayload {
  fileprivate init?(_ stored: StoredError) {
    switch stored.code {
    case 206: self = .inTunnel
    case 207: self = .inFragments
    case 208: self = .otherHeaders(byteCount: stored.first)
    case 209: self = .upperProtocol(IPProtocol(number: stored.first))
    case 210: self = .payloadLength(stored.first)
    case 211: self = .length(declared: stored.first, available: stored.second)
    case 212: self = .short(declared: stored.first)
    default: return nil
    }
  }
}

extension MetadataError {
  fileprivate init?(_ stored: StoredError) {
    let (first, second, third) = (stored.first, stored.second, stored.third)
    let type = UInt8(truncatingIfNeeded: first)
    switch stored.code {
    case 301: self = .unknownGsoType(type)
    case 302: self = .congestionNotificationWithoutTCP(gsoType: type)
    case 303: self = .accurateCongestionNotification(gsoType: type)
    case 304: self = .gsoSize(first)
    case 305: self = .headerLengthExceedsFrame(headerLength: first, frameLength: second)
    case 306: self = .checksumNotRequested(gsoType: type)
    case 307: self = .checksumOutsideFrame(start: first, offset: second, frameLength: third)
    case 308: self = .checksumStartTooEarly(start: first, minimum: second)
    case 309: self = .checksumStart(found: first, expected: second)
    case 310: self = .checksumOffset(found: first, expected: second)
    case 311:
      self = .gsoTypeMismatch(
        gsoType: type, version: second == 4 ? .ipv4 : .ipv6, transport: IPProtocol(number: third))
    case 312: self = .tunnelMismatch(gsoType: type)
    case 313: self = .innerNetworkOffset(first)
    case 314: self = .outerTransportOffset(found: first, expected: second)
    case 315: self = .transportHeaderOffset(found: first, expected: second)
    case 316:
      self = .recordMismatch(
        version: first == 4 ? .ipv4 : .ipv6, transport: IPProtocol(number: second))
    case 317: self = .tunnelWithoutRecord
    case 318: self = .nothingToSegment(optionLength: first, gsoSize: second)
    default: return nil
    }
  }
}

extension IPProtocol {
  fileprivate init(number: Int) { self.init(rawValue: UInt8(truncatingIfNeeded: number)) }
}
