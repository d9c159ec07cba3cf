/// The 24 octets at the start of a pcap file.
///
/// ```
/// magic number (4)   major version (2)   minor version (2)
/// time zone (4)   accuracy of time stamps (4)   snapshot length (4)
/// FCS length (4 bits) R (1) P (1) reserved (10)   link type (16)
/// ```
///
/// Versions 2.0 to 2.4 are read; 2.4 is the one that is written.
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
  let lengthOrder: LengthOrder

  /// Which of a record's two lengths comes first.
  ///
  /// - SeeAlso: `lengths_swapped` in libpcap's `sf-pcap.c`.
  enum LengthOrder {
    /// The captured length, as versions 2.4 and later have it.
    case capturedFirst
    /// The original length, as versions before 2.3 have it.
    case originalFirst
    /// Version 2.3 has both kinds: the smaller one is the captured length.
    case smallerIsCaptured
  }

  /// Decodes the header of a file whose magic number gave resolution and order.
  init(_ bytes: RawSpan, _ resolution: PcapResolution, _ order: ByteOrder) throws(Defect) {
    let major: UInt16 = bytes.load(4, order)
    let minor: UInt16 = bytes.load(6, order)
    guard major == 2, minor <= 4 else {
      throw Defect(.unsupportedVersion(major: major, minor: minor), at: 4)
    }
    lengthOrder =
      switch minor {
      case 4: .capturedFirst
      case 3: .smallerIsCaptured
      default: .originalFirst
      }
    let snapLength: UInt32 = bytes.load(16, order)
    let word: UInt32 = bytes.load(20, order)
    // The four bits count 16-bit words of FCS, and only mean something if P is set.
    let hasSequence = word & Self.frameCheckSequencePresent != 0
    var interface = CaptureInterface(
      linkType: LinkType(inFile: UInt16(truncatingIfNeeded: word)),
      snapLength: snapLength,
      resolution: resolution.timestampResolution,
      frameCheckSequenceByteCount: hasSequence ? Int(word >> Self.frameCheckSequenceShift) * 2 : nil
    )
    interface.timeZoneCorrection = bytes.load(8, order)
    interface.timestampAccuracy = bytes.load(12, order)
    self.interface = interface
    self.resolution = resolution
    self.order = order
  }
}
