/// Copying of another file's blocks, known to this module or not.
///
/// ```swift
/// var writer = PcapngWriter(startsSection: false)
/// while let item = try reader.nextItem(filling: { try file.read(into: &$0) }) {
///   try writer.copy(item)
/// }
/// ```
extension PcapngWriter {
  /// Writes a pcapng item octet for octet, except for what is not true of the new file.
  ///
  /// - The length of a section becomes -1, unknown: frames may be longer or shorter.
  /// - An interface states at least the `minimumSnapLength` of the writer.
  /// - Frames are written as ``copy(_:edit:)`` does it.
  /// - A damaged block becomes one of a local type, its own with the top bit set, which readers
  ///   pass over; where it was a section or an interface a sound one comes first, so that those
  ///   after it keep their index.
  /// - Of a block that was passed over nothing is written, nor of an item of pcap.
  ///
  /// - Throws: ``CaptureWriteError``; nothing is written then.
  /// - Complexity: O(n), one copy.
  public mutating func copy(_ item: CaptureItem) throws(CaptureWriteError) {
    if item.kind != .section, item.blockType != 0, item.blockType != sectionHeader {
      try check(item.byteOrder)
    }
    switch item.kind {
    case .section where item.blockType != 0:
      endSection()
      order = item.byteOrder
      let start = output.count
      output.append(item.octets)
      output.replace(at: start + 16, with: -1 as Int64, order)
    case .interface where item.blockType != 0:
      guard let interface = item.interface else { return }
      let start = output.count
      let snapLength = statedSnapLength(interface.snapLength)
      noteInterface(interface, snapLength)
      output.append(item.octets)
      output.replace(at: start + 12, with: snapLength, order)
    case .record:
      if let record = item.record { try copy(record) }
    case .block:
      output.append(item.octets)
    case .damage:
      try copyDamaged(item)
    case .section, .interface, .skippedBlock:
      break
    }
  }

  private var sectionHeader: UInt32 { PcapngBlockType.sectionHeader.rawValue }

  /// Numbers in blocks are in the order of their section.
  func check(_ order: ByteOrder) throws(CaptureWriteError) {
    guard order == self.order else { throw .byteOrder(order, section: self.order) }
  }

  private mutating func copyDamaged(_ item: CaptureItem) throws(CaptureWriteError) {
    guard item.blockType != 0 else { return }
    switch PcapngBlockType(rawValue: item.blockType) {
    case .sectionHeader?:
      order = item.byteOrder
      beginSection()
    case .interfaceDescription?:
      if let interface = item.interface { _ = try addInterface(interface) }
    default:
      break
    }
    let start = output.count
    output.append(item.octets)
    output.replace(at: start, with: item.blockType | Self.localBlock, order)
  }

  /// The bit of block types for local use.
  ///
  /// - SeeAlso: draft-ietf-opsawg-pcapng, section 10.1.
  private static var localBlock: UInt32 { 0x8000_0000 }

  /// Writes a frame of a pcapng file whose sections and interfaces were copied, with all that is
  /// known about it.
  ///
  /// The bits of `epb_flags` about offloading are cleared. If the frame is changed, its hashes and
  /// verdicts are left out (``removedOptions`` counts them), and what is in `epb_flags` about
  /// errors of the frame check sequence.
  ///
  /// - Parameters:
  ///   - record: The frame.
  ///   - edit: Changes octets of the copy that is written, the frame check sequence included, and
  ///     returns whether it did.
  /// - Throws: ``CaptureWriteError/undeclaredInterface(index:declared:)``,
  ///   ``CaptureWriteError/byteOrder(_:section:)``.
  /// - Complexity: O(n), one copy.
  public mutating func copy(
    _ record: CaptureRecord, edit: (inout MutableRawSpan) -> Bool = { _ in false }
  ) throws(CaptureWriteError) {
    let fields = record.fields
    guard interfaces.indices.contains(fields.interfaceIndex), fields.form != .pcap else {
      throw .undeclaredInterface(index: fields.interfaceIndex, declared: interfaces.count)
    }
    try check(fields.optionOrder)
    // The captured length of a simple packet follows from the snap length, which may change.
    if fields.form == .simplePacket, record.isTruncatedBySnapLength {
      return try writeUntimed(record, comment: nil) { span in _ = edit(&span) }
    }
    note(record.capturedLength, fields.interfaceIndex)
    let start = output.count
    output.append(record.item)
    let octets = (start + fields.octets.lowerBound)..<(start + fields.octets.upperBound)
    let isChanged = output.edit(octets, edit)
    guard let flags = record.flags else {
      if isChanged, !fields.options.isEmpty { removeStaleOptions(of: record, start) }
      return
    }
    var remaining = flags.subtracting(.offload)
    if isChanged { remaining.subtract(.frameCheckSequenceError) }
    if remaining != flags {
      output.replace(at: start + fields.flagsOffset, with: remaining.rawValue, order)
    }
    if isChanged { removeStaleOptions(of: record, start) }
  }

  /// Writes a frame without a time stamp as one with that of the interface's start.
  mutating func writeUntimed(
    _ record: CaptureRecord, comment: String?, edit: (inout MutableRawSpan) -> Void
  ) throws(CaptureWriteError) {
    let index = record.interfaceIndex
    let start = CaptureTimestamp(
      seconds: interfaces[index].timestampOffset, fraction: 0, resolution: .nanoseconds)
    try write(
      record.octets, interface: index, at: start,
      originalLength: Int(exactly: record.originalLength), comment: comment, edit: edit)
  }

  mutating func note(_ byteCount: Int, _ interface: Int) {
    snapLengths[interface].longest = max(snapLengths[interface].longest, byteCount)
  }

  /// Removes the options from the last block that are not true of a changed frame.
  private mutating func removeStaleOptions(of record: CaptureRecord, _ start: Int) {
    var isStale = false
    let form = record.fields.form
    forEachOption(of: record) { _, code, _ in isStale = isStale || Self.isStale(code, form) }
    guard isStale else { return }
    // Those that stay are copied from the input, but for the flags, which were changed in place.
    let flags = record.fields.flagsOffset
    let value: UInt32? = flags > 0 ? output.bytes.load(start + flags, order) : nil
    output.removeLast(record.item.byteCount - record.fields.options.lowerBound)
    let order = order
    let options = output.count
    forEachOption(of: record) { writer, code, option in
      if Self.isStale(code, form) { return writer.noteRemoved(code) }
      if code == PcapngOptionCode.flags, let value {
        return writer.output.append(code, integer: value, order)
      }
      writer.output.append(option)
    }
    if output.count > options { output.appendEndOfOptions(order) }
    endBlock(start)
  }
}
