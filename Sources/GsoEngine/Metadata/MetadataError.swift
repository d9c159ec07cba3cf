public import WireFormats

/// Why a virtio-net header or an NDIS record is refused: it contradicts itself or the frame.
///
/// Offsets and lengths are octets from the start of the frame.
public enum MetadataError: Error, Hashable, Sendable {
  /// The type is not one of VIRTIO, or a combination without meaning.
  case unknownGsoType(UInt8)
  /// The type has the ECN bit without TCP.
  case congestionNotificationWithoutTCP(gsoType: UInt8)
  /// The type has the bit of accurate ECN, and the rules keep CWR to the first segment, as Linux
  /// did before it knew the bit.
  case accurateCongestionNotification(gsoType: UInt8)
  /// The size is 0, or 65,535, which the kernel reserves.
  case gsoSize(Int)
  /// The header length exceeds the frame.
  case headerLengthExceedsFrame(headerLength: Int, frameLength: Int)
  /// USO and tunnels need a partial checksum.
  case checksumNotRequested(gsoType: UInt8)
  /// The checksum field does not lie inside the frame.
  case checksumOutsideFrame(start: Int, offset: Int, frameLength: Int)
  /// No IP header fits before the octet at which the checksum starts.
  case checksumStartTooEarly(start: Int, minimum: Int)
  /// The checksum does not start at the transport header.
  case checksumStart(found: Int, expected: Int)
  /// The checksum does not lie where the protocol has it.
  case checksumOffset(found: Int, expected: Int)
  /// The type names another IP version or transport protocol than the frame carries.
  case gsoTypeMismatch(gsoType: UInt8, version: NetworkLayout.Version, transport: IPProtocol)
  /// The tunnel bits contradict the outer headers.
  case tunnelMismatch(gsoType: UInt8)
  /// No IP header starts at this octet, or it does not follow the outer UDP header.
  case innerNetworkOffset(Int)
  /// The outer UDP header starts at another octet.
  case outerTransportOffset(found: Int, expected: Int)
  /// The transport header starts at another octet than that of an NDIS record.
  case transportHeaderOffset(found: Int, expected: Int)
  /// An NDIS record names another IP version or transport protocol than the frame carries.
  case recordMismatch(version: NetworkLayout.Version, transport: IPProtocol)
  /// An NDIS record cannot describe a packet in a tunnel.
  case tunnelWithoutRecord
  /// The frame has no payload, and its TCP options exceed the size.
  case nothingToSegment(optionLength: Int, gsoSize: Int)
}

extension MetadataError: CustomStringConvertible {
  /// One sentence with all the numbers.
  public var description: String {
    switch self {
    case .unknownGsoType(let type): "gso_type 0x\(hexadecimal(type)) is not known"
    case .congestionNotificationWithoutTCP(let type):
      "gso_type 0x\(hexadecimal(type)) has the ECN bit, which goes with TCP only"
    case .accurateCongestionNotification(let type):
      "gso_type 0x\(hexadecimal(type)) has the bit of accurate ECN (AccECN), which needs rules "
        + "that repeat CWR on every segment (linuxAccurateECN)"
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
      "inner_nh_offset is \(offset), where no IP header starts after the outer UDP header"
    case .outerTransportOffset(let found, let expected):
      "outer_th_offset is \(found), the outer UDP header starts at octet \(expected)"
    case .transportHeaderOffset(let found, let expected):
      "the header offset is \(found), the transport header starts at octet \(expected)"
    case .recordMismatch(let version, let transport):
      "the record does not fit \(transport) over IPv\(version.rawValue)"
    case .tunnelWithoutRecord: "an NDIS record cannot describe a packet in a tunnel"
    case .nothingToSegment(let optionLength, let gsoSize):
      "no payload to segment by \(gsoSize) octets after \(optionLength) octets of TCP options"
    }
  }
}
