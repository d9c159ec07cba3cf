/// What the first four octets of a file say about the rest.
enum CaptureDetection {
  case pcap(PcapResolution, ByteOrder)
  case pcapng
  case refused(CaptureError.Reason)

  static let byteCount = 4

  /// Looks at the first four octets, which must be there.
  ///
  /// - SeeAlso: draft-ietf-opsawg-pcap, section 4; draft-ietf-opsawg-pcapng, section 4.1.
  init(_ bytes: RawSpan) {
    let magic: UInt32 = bytes.load(0, .bigEndian)
    switch magic {
    case 0xA1B2_C3D4: self = .pcap(.microseconds, .bigEndian)
    case 0xD4C3_B2A1: self = .pcap(.microseconds, .littleEndian)
    case 0xA1B2_3C4D: self = .pcap(.nanoseconds, .bigEndian)
    case 0x4D3C_B2A1: self = .pcap(.nanoseconds, .littleEndian)
    case 0x0A0D_0D0A: self = .pcapng
    case 0xA1B2_CD34, 0x34CD_B2A1: self = .refused(.unsupportedFormat("modified pcap"))
    case 0x736E_6F6F: self = .refused(.unsupportedFormat("snoop"))
    case 0x28B5_2FFD: self = .refused(.compressed(.zstd))
    case 0xFD37_7A58: self = .refused(.compressed(.xz))
    case 0x0422_4D18: self = .refused(.compressed(.lz4))
    default:
      switch (magic >> 16, magic >> 8) {
      case (0x1F8B, _): self = .refused(.compressed(.gzip))
      case (_, 0x42_5A68): self = .refused(.compressed(.bzip2))
      default:
        self = .refused(.notACapture(firstOctets: bytes.extracting(first: 4).copied()))
      }
    }
  }
}
