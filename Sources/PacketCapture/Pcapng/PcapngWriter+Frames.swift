extension PcapngWriter {
  /// Writes a frame.
  ///
  /// - Parameters:
  ///   - octets: The captured octets, from the header of the interface's link type on.
  ///   - interface: The index that ``addInterface(_:)`` returned.
  ///   - timestamp: When the frame was captured; what is finer than the interface's resolution is
  ///     rounded down.
  ///   - originalLength: How many octets the frame had on the wire; `nil` means that `octets` is
  ///     all of it.
  ///   - comment: A text to go with the frame, up to 65,535 octets of UTF-8.
  ///   - trailerByteCount: Octets to add after the frame, for example for a frame check sequence; 0
  ///     to ``CaptureLimits/recordByteCount``.
  ///   - edit: Changes octets of the copy that is written, for example a checksum field; it sees
  ///     the trailer as zeros.
  /// - Throws: ``CaptureWriteError``: a frame longer than ``CaptureLimits/recordByteCount``, an
  ///   interface that was not added, a timestamp before the interface's offset or beyond 64 bits,
  ///   an original length outside 32 bits, a long comment.
  /// - Complexity: O(n), one copy.
  public mutating func write(
    _ octets: RawSpan, interface: Int, at timestamp: CaptureTimestamp,
    originalLength: Int? = nil, comment: String? = nil, trailerByteCount: Int = 0,
    edit: (inout MutableRawSpan) -> Void = { _ in }
  ) throws(CaptureWriteError) {
    var options = OctetBuffer(capacity: 0)
    if let comment { try options.append(PcapngOptionCode.comment, text: comment, order) }
    try write(
      octets, interface, timestamp, originalLength, &options, trailerByteCount, edit)
  }

  /// Writes a frame; see ``write(_:interface:at:originalLength:comment:trailerByteCount:edit:)``.
  public mutating func write(
    _ octets: Span<UInt8>, interface: Int, at timestamp: CaptureTimestamp,
    originalLength: Int? = nil, comment: String? = nil
  ) throws(CaptureWriteError) {
    try write(
      octets.rawOctets, interface: interface, at: timestamp, originalLength: originalLength,
      comment: comment)
  }

  /// Writes a frame; see ``write(_:interface:at:originalLength:comment:trailerByteCount:edit:)``.
  public mutating func write(
    _ octets: [UInt8], interface: Int, at timestamp: CaptureTimestamp,
    originalLength: Int? = nil, comment: String? = nil
  ) throws(CaptureWriteError) {
    try write(
      octets.span, interface: interface, at: timestamp, originalLength: originalLength,
      comment: comment)
  }

  /// Writes a frame that was read, with its comments, octet for octet; one without a timestamp gets
  /// that of the interface's offset.
  ///
  /// - Parameters:
  ///   - record: The frame.
  ///   - interface: The index in this file, for example from ``index(of:)`` for the record's
  ///     interface.
  /// - Throws: ``CaptureWriteError``, as for single frames.
  public mutating func write(
    _ record: CaptureRecord, interface: Int
  ) throws(CaptureWriteError) {
    let offset = interfaces.indices.contains(interface) ? interfaces[interface].timestampOffset : 0
    let start = CaptureTimestamp(seconds: offset, fraction: 0, resolution: .nanoseconds)
    var options = OctetBuffer(capacity: 0)
    let order = order
    record.forEachComment { options.append(PcapngOptionCode.comment, octets: $0, order) }
    try write(
      record.octets, interface, record.timestamp ?? start,
      Int(exactly: record.originalLength) ?? .max, &options)
  }

  private mutating func write(
    _ octets: RawSpan, _ index: Int, _ timestamp: CaptureTimestamp, _ originalLength: Int?,
    _ options: inout OctetBuffer, _ trailerByteCount: Int = 0,
    _ edit: (inout MutableRawSpan) -> Void = { _ in }
  ) throws(CaptureWriteError) {
    guard interfaces.indices.contains(index) else {
      throw .undeclaredInterface(index: index, declared: interfaces.count)
    }
    let byteCount = try CaptureWriteError.checkedLength(
      octets.byteCount, trailer: trailerByteCount)
    guard let original = UInt32(exactly: originalLength ?? byteCount) else {
      throw .originalLengthOutOfRange(originalLength ?? byteCount)
    }
    let (resolution, offset) = (interfaces[index].resolution, interfaces[index].timestampOffset)
    guard let ticks = timestamp.ticks(in: resolution, offset: offset) else {
      throw .timestampOutOfRange(timestamp)
    }
    options.endOptions(order)
    try CaptureWriteError.checkBlock(32 + byteCount + 3 + options.count)

    snapLengths[index].longest = max(snapLengths[index].longest, byteCount)
    let padding = -byteCount & 3
    let length = UInt32(32 + byteCount + padding + options.count)
    output.append(PcapngBlockType.enhancedPacket.rawValue, order)
    output.append(length, order)
    output.append(UInt32(index), order)
    output.append(UInt32(ticks >> 32), order)
    output.append(UInt32(truncatingIfNeeded: ticks), order)
    output.append(UInt32(byteCount), order)
    output.append(original, order)
    output.append(octets)
    output.appendZeros(trailerByteCount)
    output.edit(byteCount, edit)
    output.appendZeros(padding)
    output.append(options.bytes)
    output.append(length, order)
  }
}
