/// Finds the blocks of a pcapng file, and in them interfaces and frames.
///
/// Every block has the same frame, and its length is checked at both ends:
/// ```
/// type (4)   total length (4)   body, padded to four octets …   total length (4)
/// ```
///
/// - SeeAlso: draft-ietf-opsawg-pcapng, section 3.1.
struct PcapngDecoder {
  /// The order of the current section.
  private(set) var order = ByteOrder.littleEndian
  /// The interfaces of the current section, in the order of their blocks.
  var interfaces: [InterfaceReference] = []
  /// The current section, counted from 0; -1 before the first.
  private(set) var sectionIndex = -1
  /// Blocks begun so far.
  private(set) var blockNumber: UInt64 = 0
  /// Whether the current block is a frame.
  private(set) var isInFrame = false
  /// A block whose body is being skipped.
  private var skipped: (type: UInt32, length: UInt32)?
  /// Whether the block at the current position has been counted.
  private var hasBegun = false

  /// Takes the buffer itself: a span of one field, and a change to another one, would count as
  /// overlapping accesses to the reader.
  mutating func step(
    _ buffer: borrowing OctetBuffer, _ wantsBlocks: Bool
  ) throws(Defect) -> DecodingStep {
    try step(buffer.bytes, wantsBlocks)
  }

  private mutating func step(
    _ bytes: RawSpan, _ wantsBlocks: Bool
  ) throws(Defect) -> DecodingStep {
    if let skipped { return try endSkipping(bytes, skipped) }
    // The shortest block has twelve octets, and the last four of those are a section's magic.
    let minimum = Int(PcapngBlockType.emptyByteCount)
    guard bytes.byteCount > 0 else {
      isInFrame = false
      return .needs(minimum)
    }
    if !hasBegun { (blockNumber, hasBegun, isInFrame) = (blockNumber + 1, true, false) }
    guard bytes.byteCount >= minimum else { return .needs(minimum) }

    let rawType: UInt32 = bytes.load(0, order)
    var type = PcapngBlockType(rawValue: rawType)
    // Statistics have nothing that a reader of frames needs.
    if type == .interfaceStatistics, !wantsBlocks { type = nil }
    isInFrame = type?.isFrame ?? false
    if type == .sectionHeader { try beginSection(bytes) }
    let length: UInt32 = bytes.load(4, order)
    // A block that is too short for its type can be passed over if its two ends agree.
    var shortness: Defect?
    do throws(Defect) {
      try checkMinimum(length, type, rawType)
    } catch {
      guard wantsBlocks, length >= PcapngBlockType.emptyByteCount, type != .sectionHeader else {
        throw error
      }
      shortness = error
    }
    try check(length, type, rawType)
    if type == nil || type == .interfaceStatistics,
      !wantsBlocks || length > UInt32(CaptureLimits.blockByteCount)
    {
      skipped = (rawType, length)
      let trailer = UInt64(PcapngBlockType.trailerByteCount)
      return .skip(UInt64(length) - trailer, remaining: trailer)
    }
    let byteCount = Int(length)
    guard bytes.byteCount >= byteCount else { return .needs(byteCount) }
    try checkTrailer(bytes, at: byteCount - PcapngBlockType.trailerByteCount, length)

    // The content stands between the leading and the trailing length.
    let content = bytes.extracting(0..<byteCount - PcapngBlockType.trailerByteCount)
    let result: DecodingStep
    do throws(Defect) {
      if let shortness {
        if type == .interfaceDescription { addUnreadableInterface() }
        throw shortness
      }
      result = try read(content, type, rawType)
    } catch {
      guard wantsBlocks, sectionIndex >= 0 else { throw error }
      result = .damaged(error, byteCount: byteCount)
    }
    hasBegun = false
    return result
  }

  /// Reads a whole block up to its trailing length.
  private mutating func read(
    _ content: RawSpan, _ type: PcapngBlockType?, _ rawType: UInt32
  ) throws(Defect) -> DecodingStep {
    let byteCount = content.byteCount + PcapngBlockType.trailerByteCount
    switch type {
    case nil: return .block(.block(type: rawType), byteCount: byteCount)
    case .sectionHeader?:
      try readSectionHeader(content)
      return .block(.section, byteCount: byteCount)
    case .interfaceDescription?:
      try readInterface(content, order)
      return .block(.interface(index: interfaces.count - 1), byteCount: byteCount)
    case .interfaceStatistics?:
      try checkOptions(in: content, .interfaceStatistics)
      return .block(.block(type: rawType), byteCount: byteCount)
    case .enhancedPacket?:
      return .record(try readFrame(content, .enhancedPacket, order), byteCount: byteCount)
    case .packet?:
      return .record(try readFrame(content, .packet, order), byteCount: byteCount)
    case .simplePacket?:
      return .record(try readFrame(content, .simplePacket, order), byteCount: byteCount)
    }
  }

  private mutating func endSkipping(
    _ bytes: RawSpan, _ block: (type: UInt32, length: UInt32)
  ) throws(Defect) -> DecodingStep {
    let byteCount = PcapngBlockType.trailerByteCount
    guard bytes.byteCount >= byteCount else { return .needs(byteCount) }
    try checkTrailer(bytes, at: 0, block.length)
    skipped = nil
    hasBegun = false
    return .block(
      .skippedBlock(type: block.type, byteCount: Int(block.length)), byteCount: byteCount)
  }

  private func checkTrailer(_ bytes: RawSpan, at offset: Int, _ leading: UInt32) throws(Defect) {
    let trailing: UInt32 = bytes.load(offset, order)
    guard trailing == leading else {
      throw Defect(.blockLengthsDiffer(leading: leading, trailing: trailing), at: offset)
    }
  }

  private func checkMinimum(
    _ length: UInt32, _ type: PcapngBlockType?, _ rawType: UInt32
  ) throws(Defect) {
    let empty = PcapngBlockType.emptyByteCount
    let minimum = type.map { empty + UInt32($0.fixedByteCount) } ?? empty
    guard length >= minimum else {
      throw Defect(.blockTooShort(type: rawType, claimed: length, minimum: minimum), at: 4)
    }
  }

  private func check(_ length: UInt32, _ type: PcapngBlockType?, _ rawType: UInt32) throws(Defect) {
    guard length % 4 == 0 else {
      throw Defect(.blockLengthNotMultipleOfFour(claimed: length), at: 4)
    }
    let limit = CaptureLimits.blockByteCount
    guard type == nil || type == .interfaceStatistics || length <= UInt32(limit) else {
      throw Defect(.blockTooLong(type: rawType, claimed: length, limit: limit), at: 4)
    }
  }
}

// MARK: - Sections

extension PcapngDecoder {
  /// Takes the byte order of a section; its length cannot be read without.
  private mutating func beginSection(_ bytes: RawSpan) throws(Defect) {
    let magic: UInt32 = bytes.load(8, .bigEndian)
    switch magic {
    case 0x1A2B_3C4D: order = .bigEndian
    case 0x4D3C_2B1A: order = .littleEndian
    default: throw Defect(.unknownByteOrder(magic), at: 8)
    }
  }

  /// Reads a whole section header.
  ///
  /// Its section length is of no use here: each block tells its own.
  private mutating func readSectionHeader(_ content: RawSpan) throws(Defect) {
    let major: UInt16 = content.load(12, order)
    let minor: UInt16 = content.load(14, order)
    // Some programs wrote 1.2; the draft says to read that as 1.0.
    let isKnown = major == 1 && (minor == 0 || minor == 2)
    if isKnown || sectionIndex >= 0 {
      interfaces.removeAll()
      sectionIndex += 1
    }
    guard isKnown else { throw Defect(.unsupportedVersion(major: major, minor: minor), at: 12) }
    try checkOptions(in: content, .sectionHeader)
  }

  /// Checks that every option of a block whose options are not used lies within the block.
  private func checkOptions(
    in content: RawSpan, _ type: PcapngBlockType
  ) throws(Defect) {
    let start = PcapngBlockType.headerByteCount + type.fixedByteCount
    var options = PcapngOptions(content.extracting(start..<content.byteCount), order)
    do throws(Defect) {
      while try options.next() != nil {}
    } catch {
      throw Defect(error.reason, at: start + error.relativeOffset)
    }
  }
}
