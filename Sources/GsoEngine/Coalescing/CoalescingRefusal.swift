public import WireFormats

/// Why a frame was not merged with the unit of its flow, or cannot be in any unit.
public enum CoalescingRefusal: Hashable, Sendable {
  // The frame cannot be in any unit.

  /// The headers cannot be read.
  case frame(WireError)
  /// The frame carries no IP packet; nil in an empty frame.
  case notIP(EtherType?)
  /// There is more before the packet than a link header and VLAN tags, such as MPLS labels.
  case linkHeader(byteCount: Int)
  /// The packet is a fragment.
  case fragment
  /// The packet carries neither TCP nor UDP.
  case unsupportedProtocol(IPProtocol)
  /// The rules do not coalesce packets of this kind.
  case notSupported(TransportLayout.Kind, NetworkLayout.Version)
  /// There are IPv4 options.
  case ipv4Options(byteCount: Int)
  /// There are IPv6 extension headers, and the rules do not allow them.
  case extensionHeaders(byteCount: Int)
  /// An IPv6 routing header has more segments left than it lists addresses, or the packet has a
  /// jumbo payload.
  case unsoundExtensionHeader
  /// The reserved bit of the IPv4 flags is set.
  case reservedBit
  /// The packet is in a tunnel that the rules do not coalesce.
  case tunnel(TunnelLayout.Kind)
  /// The packet is in a tunnel in a tunnel.
  case tunnelTooDeep
  /// The GRE header has a sequence number.
  case greSequenceNumber
  /// The length field of the IP packet is not that of its octets.
  case packetLength(declared: Int, available: Int)
  /// The UDP length is not that of the IP payload.
  case datagramLength(declared: Int, available: Int)
  /// The IPv4 header checksum is wrong.
  case headerChecksum(found: UInt16)
  /// The TCP or UDP checksum is wrong.
  case transportChecksum(found: UInt16)
  /// The checksum of the outer UDP or GRE header of a tunnel is wrong.
  case outerChecksum(found: UInt16)
  /// The UDP checksum is 0: the sender computed none.
  case zeroUDPChecksum
  /// There is no payload: a pure acknowledgement, an empty datagram.
  case noPayload
  /// The segment has flags of ``CoalescingRules/refusedTCPFlags``, or it would start a unit with
  /// one of ``CoalescingRules/endingTCPFlags``.
  case flags(TCPFlags)
  /// The segment has TCP options that the rules do not allow.
  case tcpOptions(byteCount: Int)
  /// The packet is longer than a unit may be.
  case packetTooLong(length: Int, limit: Int)
  /// The frame is a merged one already, by the description of its sender.
  case superFrame(segmentSize: Int)

  // The frame cannot follow the frames of the unit.

  /// A field is not that of the unit.
  case different(CoalescingField, unit: UInt32, frame: UInt32)
  /// The link headers, extension headers or tunnel headers are not those of the unit.
  case differentHeaders
  /// The TCP options are not those of the unit.
  case differentOptions
  /// The sequence number is not the one after the last octet of the unit: a gap, a retransmission.
  case sequence(expected: UInt32, found: UInt32)
  /// The payload is longer than the segments of the unit.
  case longerThanSegments(payload: Int, segmentSize: Int)
  /// The merged packet would be too long.
  case unitTooLong(length: Int, limit: Int)
}

/// A header field that has to be equal in the frames of a unit, or to follow from the one before.
public enum CoalescingField: String, Hashable, Sendable {
  /// IPv4 type of service, IPv6 traffic class: DSCP and ECN.
  case trafficClass = "traffic class"
  /// IPv6 flow label.
  case flowLabel = "flow label"
  /// IPv4 time to live, IPv6 hop limit.
  case hopLimit = "hop limit"
  /// The bit that forbids to fragment a packet.
  case dontFragment = "DF bit"
  /// IPv4 identification.
  case identification
  /// TCP flags, with the reserved bits.
  case flags = "TCP flags"
  /// TCP acknowledgement number.
  case acknowledgment = "acknowledgement number"
  /// TCP window.
  case window
  /// TCP timestamp value.
  case timestamp = "timestamp value"
  /// Whether there is a UDP checksum: 0 or 1.
  case hasChecksum = "presence of a UDP checksum"
}
