/// The three kinds of blocks that hold a frame.
///
/// ```
/// enhanced  interface (4)   timestamp, upper and lower half (8)
///           captured length (4)   original length (4)   octets …   options …
/// packet    interface (2)   drops (2)   and on like an enhanced packet
/// simple    original length (4)   octets …
/// ```
///
/// - SeeAlso: draft-ietf-opsawg-pcapng, sections 4.3, 4.4 and A.
extension PcapngDecoder {
  /// Reads a whole block up to its trailing length.
  func readFrame(_ content: RawSpan, _ type: PcapngBlockType, _ order: ByteOrder) throws(Defect)
    -> RecordFields
  {
    if type == .simplePacket { return try readSimplePacket(content, order) }
    let interfaceIndex: UInt32 =
      type == .packet ? UInt32(content.load(8, order, as: UInt16.self)) : content.load(8, order)
    let source = try source(interfaceIndex)
    let captured: UInt32 = content.load(20, order)
    let start = PcapngBlockType.headerByteCount + type.fixedByteCount
    try check(captured, room: content.byteCount - start, at: 20)

    // Start and end of the content are multiples of four, so the padding fits as well.
    let end = start + Int(captured)
    let options = (start + (Int(captured) + 3) & ~3)..<content.byteCount
    let flagsOffset = try checkOptions(
      content.extracting(options), order, start: options.lowerBound)
    let upper: UInt32 = content.load(12, order)
    let lower: UInt32 = content.load(16, order)
    return RecordFields(
      octets: start..<end, options: options, optionOrder: order,
      timestamp: try timestamp(UInt64(upper) << 32 | UInt64(lower), source.interface),
      originalLength: content.load(24, order), interfaceIndex: Int(interfaceIndex),
      sectionIndex: sectionIndex, source: source,
      form: type == .packet ? .packet : .enhancedPacket, flagsOffset: flagsOffset,
      byteCount: content.byteCount + PcapngBlockType.trailerByteCount)
  }

  /// A simple packet says only how long the frame was; how much of it is here follows from the
  /// interface's snapshot length.
  private func readSimplePacket(_ content: RawSpan, _ order: ByteOrder) throws(Defect)
    -> RecordFields
  {
    let source = try source(0)
    let original: UInt32 = content.load(8, order)
    let snapLength = source.interface.snapLength
    let captured = snapLength == 0 ? original : min(original, snapLength)
    let start = 12
    try check(captured, room: content.byteCount - start, at: 8)
    let end = start + Int(captured)
    return RecordFields(
      octets: start..<end, options: end..<end, optionOrder: order, timestamp: nil,
      originalLength: original, interfaceIndex: 0, sectionIndex: sectionIndex,
      source: source, form: .simplePacket, flagsOffset: 0,
      byteCount: content.byteCount + PcapngBlockType.trailerByteCount)
  }

  private func source(_ index: UInt32) throws(Defect) -> InterfaceReference {
    guard index < UInt32(interfaces.count) else {
      throw Defect(.undeclaredInterface(index: index, declared: interfaces.count), at: 8)
    }
    return interfaces[Int(index)]
  }

  private func check(_ captured: UInt32, room: Int, at offset: Int) throws(Defect) {
    let limit = CaptureLimits.recordByteCount
    guard captured <= UInt32(limit) else {
      throw Defect(.recordTooLong(claimed: captured, limit: limit), at: offset)
    }
    guard Int(captured) <= room else {
      throw Defect(.capturedLengthExceedsBlock(claimed: captured, available: room), at: offset)
    }
  }

  /// Walks the options once, so that a record's options can be read without an error later.
  ///
  /// - Returns: Where the flags are, counted from the start of the item; 0 if there are none.
  private func checkOptions(
    _ list: RawSpan, _ order: ByteOrder, start: Int
  ) throws(Defect) -> Int {
    if list.byteCount == 0 { return 0 }
    var options = PcapngOptions(list, order)
    var flagsOffset = 0
    do throws(Defect) {
      while let option = try options.next() {
        guard option.code == PcapngOptionCode.flags, option.value.count == 4, flagsOffset == 0
        else { continue }
        flagsOffset = start + option.value.lowerBound
      }
      return flagsOffset
    } catch {
      throw Defect(error.reason, at: start + error.relativeOffset)
    }
  }

  private func timestamp(_ ticks: UInt64, _ interface: CaptureInterface) throws(Defect)
    -> CaptureTimestamp
  {
    let (resolution, offset) = (interface.resolution, interface.timestampOffset)
    guard
      let timestamp = CaptureTimestamp(ticks: ticks, resolution: resolution, offset: offset)
    else {
      throw Defect(
        .timestampOutOfRange(ticks: ticks, resolution: resolution, offset: offset), at: 12)
    }
    return timestamp
  }
}
