/// Writes a pcapng file into memory that the caller drains: one section of its own, or those of
/// another file unmodified (``copy(_:)``).
///
/// ```swift
/// var writer = PcapngWriter()
/// let eth0 = try writer.addInterface(CaptureInterface(linkType: .ethernet, name: "eth0"))
/// try writer.write(frame, interface: eth0, at: timestamp, comment: "first of 45 segments")
/// try writer.drain { try file.write($0) }
/// ```
///
/// Drain when ``pendingByteCount`` has grown to the size of one write. Once the buffer
/// has reached its working size, writing a frame without a comment does not allocate.
///
/// - SeeAlso: draft-ietf-opsawg-pcapng.
public struct PcapngWriter: ~Copyable {
  /// The interfaces of the current section, in the order of their indices.
  public internal(set) var interfaces: [CaptureInterface] = []
  /// The index of each interface that was looked for or found; the first, if there are several.
  private var indices: [CaptureInterface: Int] = [:]
  /// How many of the interfaces are in ``indices``.
  private var indexedCount = 0
  /// How many options of each code were left out because their frames were changed: hashes and
  /// verdicts.
  public internal(set) var removedOptions: [UInt16: Int] = [:]
  /// The order of the current section.
  var order: ByteOrder
  var output: OctetBuffer
  /// Octets that were handed out.
  private var drainedByteCount: UInt64 = 0
  /// Snap lengths of the current section, by interface.
  var snapLengths: [StatedSnapLength] = []
  /// Those of earlier sections that do not hold.
  var earlierUpdates: [SnapLengthUpdate] = []
  let minimumSnapLength: UInt32

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - byteOrder: The order of the file's own integers.
  ///   - startsSection: Whether to write a section header; without, the first item has to be one
  ///     for ``copy(_:)``.
  ///   - minimumSnapLength: The least that is stated as most octets of a frame, for outputs in
  ///     which ``snapLengthUpdates`` cannot be made, such as pipes.
  public init(
    byteOrder: ByteOrder = .littleEndian, startsSection: Bool = true, minimumSnapLength: UInt32 = 0
  ) {
    order = byteOrder
    self.minimumSnapLength = minimumSnapLength
    output = OctetBuffer(capacity: 131_072)
    if startsSection { beginSection() }
  }

  /// Writes a section header without options.
  mutating func beginSection() {
    endSection()
    let length: UInt32 = 28
    output.append(PcapngBlockType.sectionHeader.rawValue, order)
    output.append(length, order)
    output.append(0x1A2B_3C4D as UInt32, order)
    output.append(1 as UInt16, order)
    output.append(0 as UInt16, order)
    // A section length of -1: not known in advance.
    output.append(-1 as Int64, order)
    output.append(length, order)
  }

  /// Forgets the interfaces of the section that ends.
  mutating func endSection() {
    earlierUpdates += snapLengths.compactMap(\.update)
    snapLengths.removeAll()
    interfaces.removeAll()
    indices.removeAll()
    indexedCount = 0
  }
}

// MARK: - Interfaces

extension PcapngWriter {
  /// Describes a further interface, which frames may then belong to.
  ///
  /// - Returns: Its index, counted from 0.
  /// - Throws: ``CaptureWriteError/tooManyInterfaces(limit:)``,
  ///   ``CaptureWriteError/textTooLong(byteCount:limit:)``
  ///   for a name beyond ``CaptureLimits/nameByteCount`` octets,
  ///   ``CaptureWriteError/frameCheckSequence(byteCount:)``
  ///   outside 0...255.
  public mutating func addInterface(
    _ interface: CaptureInterface
  ) throws(CaptureWriteError) -> Int {
    guard interfaces.count < CaptureLimits.interfaceCount else {
      throw .tooManyInterfaces(limit: CaptureLimits.interfaceCount)
    }
    var options = OctetBuffer(capacity: 64)
    if let name = interface.name {
      guard name.utf8.count <= CaptureLimits.nameByteCount else {
        throw .textTooLong(byteCount: name.utf8.count, limit: CaptureLimits.nameByteCount)
      }
      try options.append(PcapngOptionCode.interfaceName, text: name, order)
    }
    if interface.resolution != .microseconds {
      options.append(
        PcapngOptionCode.timestampResolution, integer: interface.resolution.rawValue, order)
    }
    if let byteCount = interface.frameCheckSequenceByteCount {
      guard let octet = UInt8(exactly: byteCount) else {
        throw .frameCheckSequence(byteCount: byteCount)
      }
      options.append(PcapngOptionCode.frameCheckSequenceLength, integer: octet, order)
    }
    if interface.timestampOffset != 0 {
      options.append(PcapngOptionCode.timestampOffset, integer: interface.timestampOffset, order)
    }
    options.endOptions(order)

    let length = UInt32(20 + options.count)
    let snapLength = statedSnapLength(interface.snapLength)
    noteInterface(interface, snapLength)
    output.append(PcapngBlockType.interfaceDescription.rawValue, order)
    output.append(length, order)
    output.append(interface.linkType.rawValue, order)
    output.append(0 as UInt16, order)
    output.append(snapLength, order)
    output.append(options.bytes)
    output.append(length, order)
    return interfaces.count - 1
  }

  func statedSnapLength(_ snapLength: UInt32) -> UInt32 {
    snapLength == 0 ? 0 : max(snapLength, minimumSnapLength)
  }

  /// Remembers an interface whose block starts at the end of the output.
  mutating func noteInterface(_ interface: CaptureInterface, _ snapLength: UInt32) {
    let place = drainedByteCount + UInt64(output.count) + 12
    snapLengths.append(StatedSnapLength(byteOffset: place, stated: snapLength, order: order))
    interfaces.append(interface)
  }

  /// The index of an interface equal to the given one, which is added if there is none.
  ///
  /// - Throws: What ``addInterface(_:)`` throws.
  /// - Complexity: O(1) on average, and O(n) once in the interfaces that were added since the last
  ///   call.
  public mutating func index(
    of interface: CaptureInterface
  ) throws(CaptureWriteError) -> Int {
    // Writers that never ask need no table.
    while indexedCount < interfaces.count {
      let place = indexedCount
      if indices[interfaces[place]] == nil { indices[interfaces[place]] = place }
      indexedCount += 1
    }
    if let index = indices[interface] { return index }
    return try addInterface(interface)
  }
}

// MARK: - Octets out

extension PcapngWriter {
  /// What to change in descriptions of interfaces because a frame was longer than the stated snap
  /// length.
  ///
  /// - Complexity: O(n) in the number of interfaces.
  public var snapLengthUpdates: [SnapLengthUpdate] {
    earlierUpdates + snapLengths.compactMap(\.update)
  }

  /// Octets written and not yet drained.
  public var pendingByteCount: Int { output.count }

  /// Hands all pending octets to `sink`, and forgets them if it returns.
  ///
  /// - Throws: What `sink` throws; the octets then stay pending.
  public mutating func drain<Failure>(
    _ sink: (RawSpan) throws(Failure) -> Void
  ) throws(Failure) {
    let byteCount = output.count
    try output.drain(sink)
    drainedByteCount += UInt64(byteCount)
  }

  /// Takes all pending octets as an array.
  public mutating func takeOctets() -> [UInt8] {
    drainedByteCount += UInt64(output.count)
    return output.take()
  }
}
