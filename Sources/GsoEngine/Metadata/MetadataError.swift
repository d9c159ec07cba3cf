public import WireFormats

/// Why a virtio-net header or an NDIS record is refused: it contradicts itself, or the frame.
///
/// Offsets and lengths are octets from the start of the frame.
public enum MetadataError: Error, Hashable, Sendable {
  /// The type is none that VIRTIO knows, or a combination that means nothing.
  case unknownGsoType(UInt8)
  /// The ECN bit goes with TCP only.
  case congestionNotificationWithoutTCP(gsoType: UInt8)
  /// A size of 0 never ends, and 65,535 is a mark of the kernel's own.
  case gsoSize(Int)
  /// The headers claim to be longer than the frame.
  case headerLengthExceedsFrame(headerLength: Int, frameLength: Int)
  /// USO and tunnels need an partial checksum to start from.
  case checksumNotRequested(gsoType: UInt8)
  /// The checksum field does not lie inside the frame.
  case checksumOutsideFrame(start: Int, offset: Int, frameLength: Int)
  /// The checksum starts where no IP header fits before it.
  case checksumStartTooEarly(start: Int, minimum: Int)
  /// The checksum does not start at the transport header.
  case checksumStart(found: Int, expected: Int)
  /// The checksum is not stored where the protocol has it.
  case checksumOffset(found: Int, expected: Int)
  /// The type names another IP version or transport protocol than the frame carries.
  case gsoTypeMismatch(gsoType: UInt8, version: NetworkLayout.Version, transport: IPProtocol)
  /// The tunnel bits say something that the outer headers do not.
  case tunnelMismatch(gsoType: UInt8)
  /// No IP header starts at this octet after the outer UDP header.
  case innerNetworkOffset(Int)
  /// The outer UDP header does not start where the header says.
  case outerTransportOffset(found: Int, expected: Int)
  /// The transport header does not start where an NDIS record says.
  case transportHeaderOffset(found: Int, expected: Int)
  /// An NDIS record names another IP version or transport protocol than the frame carries.
  case recordMismatch(version: NetworkLayout.Version, transport: IPProtocol)
  /// A frame without payload cannot be asked to be segmented; its options alone exceed the size.
  case nothingToSegment(optionLength: Int, gsoSize: Int)
}

extension MetadataError: CustomStringConvertible {
  /// One sentence with all the numbers.
  public var description: String {
    switch self {
    case .unknownGsoType(let type): "gso_type 0x\(hexadecimal(type)) is not known"
    case .congestionNotificationWithoutTCP(let type):
      "gso_type 0x\(hexadecimal(type)) has the ECN bit, which goes with TCP only"
    case .gsoSize(let size): "gso_size \(size) is not in 1...65534"
    case .headerLengthExceedsFrame(let headerLength, let frameLength):
      "hdr_len is \(headerLength), the frame has \(frameLength) octets"
    case .checksumNotRequested(let type):
      "gso_type 0x\(hexadecimal(type)) needs the NEEDS_CSUM flag"
    case .checksumOutsideFrame(let start, let offset, let frameLength):
      "csum_start \(start) and csum_offset \(offset) point outside a frame of \(frameLength) octets"
    case .checksumStartTooEarly(let start, let minimum):
      "csum_start is \(start); no IP header fits before octet \(minimum)"
    case .checksumStart(let found, let expected):
      "csum_start is \(found), the transport header starts at octet \(expected)"
    case .checksumOffset(let found, let expected):
      "csum_offset is \(found), the protocol has its checksum at \(expected)"
    case .gsoTypeMismatch(let type, let version, let transport):
      "gso_type 0x\(hexadecimal(type)) does not fit \(transport) over IPv\(version.rawValue)"
    case .tunnelMismatch(let type):
      "gso_type 0x\(hexadecimal(type)) does not fit the outer headers"
    case .innerNetworkOffset(let offset):
      "inner_nh_offset is \(offset), where no IP header starts behind the outer UDP header"
    case .outerTransportOffset(let found, let expected):
      "outer_th_offset is \(found), the outer UDP header starts at octet \(expected)"
    case .transportHeaderOffset(let found, let expected):
      "the header offset is \(found), the transport header starts at octet \(expected)"
    case .recordMismatch(let version, let transport):
      "the record does not fit \(transport) over IPv\(version.rawValue)"
    case .nothingToSegment(let optionLength, let gsoSize):
      "no payload to cut into \(gsoSize) octets behind \(optionLength) octets of TCP options"
    }
  }
}
