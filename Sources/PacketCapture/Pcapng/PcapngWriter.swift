/// Writes a pcapng file of one section into memory that the caller drains.
///
/// ```swift
/// var writer = PcapngWriter()
/// let eth0 = try writer.addInterface(CaptureInterface(linkType: .ethernet, name: "eth0"))
/// try writer.write(frame, interface: eth0, at: timestamp, comment: "first of 45 segments")
/// try writer.drain { try file.write($0) }
/// ```
///
/// Drain when ``pendingByteCount`` has grown to what you like to write at once. Once the buffer
/// has reached its working size, writing a frame without a comment does not allocate.
///
/// - SeeAlso: draft-ietf-opsawg-pcapng.
public struct PcapngWriter: ~Copyable {
  /// The interfaces that were added, in the order of their indices.
  public private(set) var interfaces: [CaptureInterface] = []
  let order: ByteOrder
  var output: OctetBuffer

  /// Starts a file with a section header.
  ///
  /// - Parameter byteOrder: The order of the file's own integers.
  public init(byteOrder: ByteOrder = .littleEndian) {
    order = byteOrder
    output = OctetBuffer(capacity: 131_072)
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
}

// MARK: - Interfaces

extension PcapngWriter {
  /// Describes a further interface, which frames may then belong to.
  ///
  /// - Returns: Its index, counted from 0.
  /// - Throws: ``CaptureWriteError/tooManyInterfaces(limit:)``, ``CaptureWriteError/textTooLong``
  ///   for a name beyond 65,535 octets, ``CaptureWriteError/frameCheckSequence(byteCount:)``
  ///   outside 0...255.
  public mutating func addInterface(
    _ interface: CaptureInterface
  ) throws(CaptureWriteError) -> Int {
    guard interfaces.count < CaptureLimits.interfaceCount else {
      throw .tooManyInterfaces(limit: CaptureLimits.interfaceCount)
    }
    var options = OctetBuffer(capacity: 64)
    if let name = interface.name {
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
    output.append(PcapngBlockType.interfaceDescription.rawValue, order)
    output.append(length, order)
    output.append(interface.linkType.rawValue, order)
    output.append(0 as UInt16, order)
    output.append(interface.snapLength, order)
    output.append(options.bytes)
    output.append(length, order)
    interfaces.append(interface)
    return interfaces.count - 1
  }

  /// The index of an interface equal to the given one, which is added if there is none.
  ///
  /// - Throws: What ``addInterface(_:)`` throws.
  /// - Complexity: O(n) in the number of interfaces.
  public mutating func index(
    of interface: CaptureInterface
  ) throws(CaptureWriteError) -> Int {
    if let index = interfaces.firstIndex(of: interface) { return index }
    return try addInterface(interface)
  }
}

// MARK: - Octets out

extension PcapngWriter {
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
