/// Writes a pcap file into memory that the caller drains.
///
/// ```swift
/// var writer = PcapWriter(linkType: .ethernet, resolution: .nanoseconds)
/// for frame in frames {
///   try writer.write(frame, at: CaptureTimestamp(nanoseconds: now))
///   if writer.pendingByteCount > 65_536 { try writer.drain { try file.write($0) } }
/// }
/// try writer.drain { try file.write($0) }
/// ```
///
/// Once the buffer has reached its working size, writing a frame does not allocate.
///
/// - SeeAlso: draft-ietf-opsawg-pcap.
public struct PcapWriter: ~Copyable {
  /// The link type of every frame of the file.
  public let linkType: LinkType
  /// What the fraction of a second is counted in.
  public let resolution: PcapResolution
  private let order: ByteOrder
  private var output: OctetBuffer
  private var snapLength: StatedSnapLength

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - linkType: What each frame starts with.
  ///   - resolution: What the fraction of a second is counted in.
  ///   - snapLength: Most octets of a frame, as the file header states it; 0 states no limit.
  ///     Longer frames are written all the same, see ``snapLengthUpdate``.
  ///   - byteOrder: The order of the file's own integers.
  public init(
    linkType: LinkType, resolution: PcapResolution = .microseconds,
    snapLength: UInt32 = UInt32(CaptureLimits.recordByteCount),
    byteOrder: ByteOrder = .littleEndian
  ) {
    let interface = CaptureInterface(linkType: linkType, snapLength: snapLength)
    self.init(interface, resolution, byteOrder, linkTypeFlags: 0)
  }

  /// Starts a file for the frames of an interface, for example one that was read.
  ///
  /// The file counts microseconds if the interface does or counts longer ticks of 10^-n seconds,
  /// and nanoseconds otherwise. Time zone and accuracy are written as they were read. The
  /// interface's name and offset have no place in the format.
  ///
  /// - Throws: ``CaptureWriteError/frameCheckSequence(byteCount:)`` unless the interface's is an
  ///   even number of octets up to 30.
  public init(
    _ interface: CaptureInterface, byteOrder: ByteOrder = .littleEndian
  ) throws(CaptureWriteError) {
    var flags: UInt32 = 0
    if let byteCount = interface.frameCheckSequenceByteCount {
      guard byteCount % 2 == 0, 0...30 ~= byteCount else {
        throw .frameCheckSequence(byteCount: byteCount)
      }
      flags = PcapFileHeader.frameCheckSequencePresent
      flags |= UInt32(byteCount / 2) << PcapFileHeader.frameCheckSequenceShift
    }
    let isCoarse = interface.resolution.rawValue <= TimestampResolution.microseconds.rawValue
    self.init(
      interface, isCoarse ? .microseconds : .nanoseconds, byteOrder, linkTypeFlags: flags)
  }

  private init(
    _ interface: CaptureInterface, _ resolution: PcapResolution, _ order: ByteOrder,
    linkTypeFlags: UInt32
  ) {
    linkType = interface.linkType
    self.resolution = resolution
    self.order = order
    snapLength = StatedSnapLength(byteOffset: 16, stated: interface.snapLength, order: order)
    output = OctetBuffer(capacity: 131_072)
    let magic: UInt32 = resolution == .microseconds ? 0xA1B2_C3D4 : 0xA1B2_3C4D
    output.append(magic, order)
    output.append(2 as UInt16, order)
    output.append(4 as UInt16, order)
    output.append(interface.timeZoneCorrection, order)
    output.append(interface.timestampAccuracy, order)
    output.append(interface.snapLength, order)
    output.append(linkTypeFlags | UInt32(linkType.rawValue), order)
  }
}

// MARK: - Frames in

extension PcapWriter {
  /// Writes a frame.
  ///
  /// - Parameters:
  ///   - octets: The captured octets, from the link type's header on.
  ///   - timestamp: When the frame was captured; what is finer than the file's resolution is
  ///     rounded down.
  ///   - originalLength: How many octets the frame had on the wire; `nil` means that `octets` is
  ///     all of it.
  ///   - linkType: The frame's link type, if it shall be compared with the file's.
  ///   - trailerByteCount: Octets to add after the frame, for example for a frame check sequence; 0
  ///     to ``CaptureLimits/recordByteCount``.
  ///   - edit: Changes octets of the copy that is written, for example a checksum field; it sees
  ///     the trailer as zeros.
  /// - Throws: ``CaptureWriteError``: a frame longer than ``CaptureLimits/recordByteCount`` with
  ///   its trailer, of another link type, before 1970 or after 2106, or with an original length
  ///   outside 32 bits.
  /// - Complexity: O(n), one copy.
  public mutating func write(
    _ octets: RawSpan, at timestamp: CaptureTimestamp, originalLength: Int? = nil,
    linkType: LinkType? = nil, trailerByteCount: Int = 0,
    edit: (inout MutableRawSpan) -> Void = { _ in }
  ) throws(CaptureWriteError) {
    if let linkType, linkType != self.linkType { throw .linkType(linkType, file: self.linkType) }
    let byteCount = try CaptureWriteError.checkedLength(
      octets.byteCount, trailer: trailerByteCount)
    guard let original = UInt32(exactly: originalLength ?? byteCount) else {
      throw .originalLengthOutOfRange(originalLength ?? byteCount)
    }
    guard let seconds = UInt32(exactly: timestamp.seconds) else {
      throw .timestampOutOfRange(timestamp)
    }
    let fraction = timestamp.fraction(in: resolution.timestampResolution)
    output.append(
      seconds, UInt32(truncatingIfNeeded: fraction), UInt32(byteCount), original, order)
    output.append(octets)
    output.appendZeros(trailerByteCount)
    snapLength.longest = max(snapLength.longest, byteCount)
    output.edit(byteCount, edit)
  }

  /// Writes a frame; see ``write(_:at:originalLength:linkType:trailerByteCount:edit:)``.
  public mutating func write(
    _ octets: Span<UInt8>, at timestamp: CaptureTimestamp, originalLength: Int? = nil,
    linkType: LinkType? = nil
  ) throws(CaptureWriteError) {
    try write(
      octets.rawOctets, at: timestamp, originalLength: originalLength, linkType: linkType)
  }

  /// Writes a frame; see ``write(_:at:originalLength:linkType:trailerByteCount:edit:)``.
  public mutating func write(
    _ octets: [UInt8], at timestamp: CaptureTimestamp, originalLength: Int? = nil,
    linkType: LinkType? = nil
  ) throws(CaptureWriteError) {
    try write(octets.span, at: timestamp, originalLength: originalLength, linkType: linkType)
  }

  /// Writes a frame that was read; one without a timestamp gets that of the epoch.
  ///
  /// Comments have no place in the format and are left out.
  ///
  /// - Throws: ``CaptureWriteError``, as for single frames.
  public mutating func write(_ record: CaptureRecord) throws(CaptureWriteError) {
    try write(
      record.octets, at: record.timestamp ?? CaptureTimestamp(nanoseconds: 0),
      originalLength: Int(exactly: record.originalLength) ?? .max, linkType: record.linkType)
  }
}

// MARK: - Octets out

extension PcapWriter {
  /// What to change in the file header because a frame was longer than the stated snap length;
  /// `nil` if none was.
  public var snapLengthUpdate: SnapLengthUpdate? { snapLength.update }

  /// Octets written and not yet drained.
  public var pendingByteCount: Int { output.count }

  /// Hands all pending octets to `sink`, and forgets them if it returns.
  ///
  /// - Throws: What `sink` throws; the octets then stay pending.
  public mutating func drain<Failure>(
    _ sink: (RawSpan) throws(Failure) -> Void
  ) throws(Failure) {
    try output.drain(sink)
  }

  /// Takes all pending octets as an array.
  public mutating func takeOctets() -> [UInt8] { output.take() }
}
