/// The 24 octets at the start of a pcap file.
///
/// ```
/// magic number (4)   major version (2)   minor version (2)
/// two reserved words (8)   snapshot length (4)
/// FCS length (4 bits) R (1) P (1) reserved (10)   link type (16)
/// ```
///
/// - SeeAlso: draft-ietf-opsawg-pcap, section 4.
struct PcapFileHeader: Equatable {
  static let byteCount = 24
  /// Bits of the last word: whether an FCS length is there, and where it starts.
  static let frameCheckSequencePresent: UInt32 = 1 << 26
  static let frameCheckSequenceShift: UInt32 = 28

  let resolution: PcapResolution
  let order: ByteOrder
  let interface: CaptureInterface

  /// Decodes the header of a file whose magic number has told resolution and order.
  init(_ bytes: RawSpan, _ resolution: PcapResolution, _ order: ByteOrder) throws(Defect) {
    let major: UInt16 = bytes.load(4, order)
    let minor: UInt16 = bytes.load(6, order)
    // Before 2.4 the two lengths of a record were swapped, in some versions of some programs.
    guard (major, minor) == (2, 4) else {
      throw Defect(.unsupportedVersion(major: major, minor: minor), at: 4)
    }
    let snapLength: UInt32 = bytes.load(16, order)
    let word: UInt32 = bytes.load(20, order)
    // The four bits count 16-bit words of FCS, and only mean something if P is set.
    let hasSequence = word & Self.frameCheckSequencePresent != 0
    interface = CaptureInterface(
      linkType: LinkType(inFile: UInt16(truncatingIfNeeded: word)),
      snapLength: snapLength,
      resolution: resolution.timestampResolution,
      frameCheckSequenceByteCount: hasSequence ? Int(word >> Self.frameCheckSequenceShift) * 2 : nil
    )
    self.resolution = resolution
    self.order = order
  }
}
