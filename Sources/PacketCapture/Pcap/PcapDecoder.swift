/// Finds the records of a pcap file after its header.
///
/// ```
/// seconds (4)   micro- or nanoseconds (4)   captured length (4)   original length (4)   octets …
/// ```
///
/// - SeeAlso: draft-ietf-opsawg-pcap, section 5.
struct PcapDecoder {
  static let recordHeaderByteCount = 16

  let resolution: PcapResolution
  let order: ByteOrder
  let source: InterfaceReference
  private let lengthOrder: PcapFileHeader.LengthOrder

  init(_ header: PcapFileHeader) {
    resolution = header.resolution
    order = header.order
    source = InterfaceReference(header.interface)
    lengthOrder = header.lengthOrder
  }

  func step(_ bytes: RawSpan) throws(Defect) -> DecodingStep {
    let headerByteCount = Self.recordHeaderByteCount
    guard bytes.byteCount >= headerByteCount else { return .needs(headerByteCount) }
    let (captured, original) = lengths(bytes)
    guard captured <= UInt32(CaptureLimits.recordByteCount) else {
      throw Defect(.recordTooLong(claimed: captured, limit: CaptureLimits.recordByteCount), at: 8)
    }
    let end = headerByteCount + Int(captured)
    guard bytes.byteCount >= end else { return .needs(end) }
    let fields = RecordFields(
      octets: headerByteCount..<end, options: end..<end, optionOrder: order,
      timestamp: timestamp(seconds: bytes.load(0, order), fraction: bytes.load(4, order)),
      originalLength: original, interfaceIndex: 0, sectionIndex: 0,
      source: source, form: .pcap, flagsOffset: 0, byteCount: end)
    return .record(fields, byteCount: end)
  }

  private func lengths(_ bytes: RawSpan) -> (captured: UInt32, original: UInt32) {
    let first: UInt32 = bytes.load(8, order)
    let second: UInt32 = bytes.load(12, order)
    switch lengthOrder {
    case .capturedFirst: return (first, second)
    case .originalFirst: return (second, first)
    case .smallerIsCaptured: return (min(first, second), max(first, second))
    }
  }

  /// A fraction of a second or more, which no program should write, is carried into the seconds.
  private func timestamp(seconds: UInt32, fraction: UInt32) -> CaptureTimestamp {
    let resolution = self.resolution.timestampResolution
    let perSecond = resolution.ticksPerSecond
    let ticks = UInt64(fraction)
    let carry = ticks < perSecond ? 0 : ticks / perSecond
    return CaptureTimestamp(
      seconds: Int64(seconds) + Int64(carry), fraction: ticks - carry * perSecond,
      resolution: resolution)
  }
}
