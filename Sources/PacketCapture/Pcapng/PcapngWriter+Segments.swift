/// Frames that were made of another one, and the options that they have of it.
extension PcapngWriter {
  /// Which of the frames that were made of one it is.
  public enum Derivation: Hashable, Sendable {
    /// The first, to which comments, drop count and packet identifier go.
    case first
    /// A further one: it has its frame's direction and queue.
    case further
  }

  /// Writes a frame made of one of a pcapng file whose sections and interfaces were copied.
  ///
  /// It has the interface, the time stamp, the flags about direction and frame check sequence and
  /// the queue of its origin, and other options as `derivation` says. Hashes and verdicts are left
  /// out. A segment of a simple packet is one, too.
  ///
  /// - Parameters:
  ///   - octets: The captured octets, from the link header on.
  ///   - origin: The frame it was made of.
  ///   - derivation: Whether it is the first of those.
  ///   - originalLength: How many octets the frame had on the wire; `nil` means that `octets` and
  ///     the trailer are all of it.
  ///   - comment: One more comment, up to 65,535 octets of UTF-8.
  ///   - trailerByteCount: Octets to add after the frame, for its frame check sequence; 0 to
  ///     ``CaptureLimits/recordByteCount``.
  ///   - edit: Changes octets of the copy that is written; it sees the trailer as zeros.
  /// - Throws: ``CaptureWriteError``; nothing is written then.
  /// - Complexity: O(n), one copy. Does not allocate without a comment.
  public mutating func write(
    _ octets: RawSpan, madeOf origin: CaptureRecord, _ derivation: Derivation,
    originalLength: Int? = nil, comment: String? = nil, trailerByteCount: Int = 0,
    edit: (inout MutableRawSpan) -> Void = { _ in }
  ) throws(CaptureWriteError) {
    let index = origin.interfaceIndex
    let form = origin.fields.form
    guard interfaces.indices.contains(index), form != .pcap else {
      throw .undeclaredInterface(index: index, declared: interfaces.count)
    }
    try check(origin.fields.optionOrder)
    let byteCount = try CaptureWriteError.checkedLength(
      octets.byteCount, trailer: trailerByteCount)
    if let comment, comment.utf8.count > Int(UInt16.max) {
      throw .textTooLong(byteCount: comment.utf8.count, limit: Int(UInt16.max))
    }
    guard let original = UInt32(exactly: originalLength ?? byteCount) else {
      throw .originalLengthOutOfRange(originalLength ?? byteCount)
    }
    // The options are at most those of the origin, one comment and three more of 12 octets.
    try CaptureWriteError.checkBlock(
      32 + byteCount + 3 + origin.fields.options.count + (comment?.utf8.count ?? 0) + 48)
    note(byteCount, index)
    let start = output.count
    // A simple packet cannot say that there is less of it than there was.
    let isSimple = form == .simplePacket && comment == nil && original == UInt32(byteCount)
    appendHeader(of: origin, isSimple: isSimple, byteCount, original)
    let end = output.count + byteCount
    output.append(octets)
    output.appendZeros(trailerByteCount)
    output.edit((end - byteCount)..<end, edit)
    output.appendZeros(-byteCount & 3)
    if !isSimple {
      let options = output.count
      appendOptions(of: origin, derivation)
      if let comment {
        try output.append(PcapngOptionCode.comment, text: comment, order)
      }
      if output.count > options { output.appendEndOfOptions(order) }
    }
    endBlock(start)
  }

  private mutating func appendHeader(
    of origin: CaptureRecord, isSimple: Bool, _ byteCount: Int, _ original: UInt32
  ) {
    let type: PcapngBlockType = isSimple ? .simplePacket : .enhancedPacket
    output.append(type.rawValue, order)
    // The length is known at the end of the block.
    output.append(0 as UInt32, order)
    if !isSimple {
      output.append(UInt32(origin.interfaceIndex), order)
      if origin.fields.form == .simplePacket {
        output.append(0 as UInt64, order)
      } else {
        output.append(origin.item.extracting(12..<20))
      }
      output.append(UInt32(byteCount), order)
    }
    output.append(original, order)
  }

  private mutating func appendOptions(of origin: CaptureRecord, _ derivation: Derivation) {
    if origin.fields.form == .packet, derivation == .first {
      // The obsolete form counts in a field of 16 bits; all ones are "unknown".
      let drops: UInt16 = origin.item.load(10, order)
      if drops != 0, drops != .max {
        output.append(PcapngOptionCode.dropCount, integer: UInt64(drops), order)
      }
    }
    guard !origin.fields.options.isEmpty else { return }
    let flags = origin.flags
    let form = origin.fields.form
    let order = order
    forEachOption(of: origin) { writer, code, option in
      if code == PcapngOptionCode.flags {
        guard let flags else { return }
        writer.output.append(code, integer: flags.rawValue & Self.derivedFlags, order)
      } else if code == PcapngOptionCode.queue, form == .enhancedPacket {
        writer.output.append(option)
      } else if derivation == .first {
        if Self.isStale(code, form) {
          writer.noteRemoved(code)
        } else {
          writer.output.append(option)
        }
      }
    }
  }

  /// Direction, reception type and length of the frame check sequence.
  private static var derivedFlags: UInt32 { 0x1FF }

  /// Whether an option is not true of a frame that was changed.
  static func isStale(_ code: UInt16, _ form: RecordForm) -> Bool {
    switch code {
    case PcapngOptionCode.hash: true
    case PcapngOptionCode.verdict: form == .enhancedPacket
    case PcapngOptionCode.customTextNotToCopy, PcapngOptionCode.customOctetsNotToCopy: true
    default: false
    }
  }

  /// Calls `body` with the code and all octets of each option, its padding included.
  mutating func forEachOption(
    of record: CaptureRecord, _ body: (inout PcapngWriter, UInt16, RawSpan) -> Void
  ) {
    var list = PcapngOptions(record.options, record.fields.optionOrder)
    // The decoder has checked the whole list, so this does not throw.
    while let option = try? list.next() {
      let end = (option.value.upperBound + 3) & ~3
      body(&self, option.code, record.options.extracting((option.value.lowerBound - 4)..<end))
    }
  }

  mutating func noteRemoved(_ code: UInt16) { removedOptions[code, default: 0] += 1 }

  /// Writes the trailing length of the block that starts at `start`, and the leading one.
  mutating func endBlock(_ start: Int) {
    let length = UInt32(output.count - start + PcapngBlockType.trailerByteCount)
    output.append(length, order)
    output.replace(at: start + 4, with: length, order)
  }
}
