/// Decodes the buffered octets, one step at a time.
extension CaptureReader {
  /// Goes on to the next frame, or block if these are wanted, whose octets then are the first in
  /// the buffer.
  ///
  /// - Returns: The frame; nil if there is none so far, or if ``pendingBlock`` comes before it.
  mutating func advance(toBlocks: Bool) throws(CaptureError) -> RecordFields? {
    if let failure { throw failure }
    releaseRecord()
    do throws(CaptureError) {
      while true {
        if skipping.byteCount > 0, try !skip() { return nil }
        switch try step(toBlocks) {
        case .needs(let byteCount):
          try endInput(needed: byteCount)
          return nil
        case .advance(let byteCount):
          consume(byteCount)
          itemOffset = offset
        case .block(let kind, let byteCount):
          if toBlocks {
            heldByteCount = byteCount
            pendingBlock = kind
            return nil
          }
          consume(byteCount)
          itemOffset = offset
        case .damaged(let defect, let byteCount):
          let error = located(defect.reason, at: offset + UInt64(defect.relativeOffset))
          if error.frameNumber != nil { frameCount += 1 }
          heldByteCount = byteCount
          pendingBlock = .damage(error)
          return nil
        case .skip(let byteCount, let remaining):
          skipping = (byteCount, remaining)
        case .record(let fields, let byteCount):
          heldByteCount = byteCount
          frameCount += 1
          return fields
        }
      }
    } catch {
      failure = error
      throw error
    }
  }

  mutating func releaseRecord() {
    guard heldByteCount > 0 else { return }
    consume(heldByteCount)
    heldByteCount = 0
    itemOffset = offset
  }

  private mutating func consume(_ byteCount: Int) {
    buffer.consume(byteCount)
    offset += UInt64(byteCount)
  }

  /// Skips what is there of a block that is not used.
  ///
  /// - Returns: Whether that was all of it.
  private mutating func skip() throws(CaptureError) -> Bool {
    let passed = min(skipping.byteCount, UInt64(buffer.count))
    consume(Int(passed))
    skipping.byteCount -= passed
    if skipping.byteCount == 0 { return true }
    if isFinished {
      let missing = skipping.byteCount + skipping.remaining
      throw truncated(.block, needed: offset - itemOffset + missing)
    }
    return false
  }

  /// Tells a clean end from a truncated item.
  private mutating func endInput(needed byteCount: Int) throws(CaptureError) {
    guard isFinished else { return }
    isAtEnd = kind != .unknown && offset == itemOffset && buffer.count == 0
    if isAtEnd { return }
    let part: CaptureError.Part =
      switch kind {
      case .unknown: .fileHeader
      case .pcap: .record
      case .pcapng: .block
      }
    throw truncated(part, needed: offset - itemOffset + UInt64(byteCount))
  }
}

// MARK: - Decoding

extension CaptureReader {
  private mutating func step(_ wantsBlocks: Bool) throws(CaptureError) -> DecodingStep {
    do throws(Defect) {
      switch kind {
      case .pcap:
        guard let pcap else { return .needs(0) }
        return try pcap.step(buffer.bytes)
      case .pcapng: return try pcapng.step(buffer, wantsBlocks)
      case .unknown: return try begin()
      }
    } catch {
      throw located(error.reason, at: offset + UInt64(error.relativeOffset))
    }
  }

  /// Reads what tells the format, and pcap's file header with it.
  private mutating func begin() throws(Defect) -> DecodingStep {
    guard buffer.count >= CaptureDetection.byteCount else {
      return .needs(CaptureDetection.byteCount)
    }
    switch CaptureDetection(buffer.bytes) {
    case .pcap(let resolution, let order):
      guard buffer.count >= PcapFileHeader.byteCount else {
        return .needs(PcapFileHeader.byteCount)
      }
      let header = try PcapFileHeader(buffer.bytes, resolution, order)
      pcap = PcapDecoder(header)
      kind = .pcap
      return .block(.interface(index: 0), byteCount: PcapFileHeader.byteCount)
    case .pcapng:
      kind = .pcapng
      return .advance(0)
    case .refused(let reason):
      throw Defect(reason, at: 0)
    }
  }

  private func truncated(_ part: CaptureError.Part, needed: UInt64) -> CaptureError {
    let available = offset - itemOffset + UInt64(buffer.count)
    return located(.truncated(part, needed: needed, available: available), at: itemOffset)
  }

  private func located(_ reason: CaptureError.Reason, at byteOffset: UInt64) -> CaptureError {
    let isInFrame = kind == .pcap || kind == .pcapng && pcapng.isInFrame
    return CaptureError(
      reason: reason, byteOffset: byteOffset, frameNumber: isInFrame ? frameCount + 1 : nil,
      blockNumber: kind == .pcapng ? pcapng.blockNumber : nil)
  }
}
