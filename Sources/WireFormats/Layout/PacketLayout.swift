/// Where the headers, the payload and the trailer of a frame lie.
///
/// Octets that are no valid header are an error. A frame without IP, a fragment and an unknown
/// protocol have a layout, which says so. No checksum is computed.
///
/// ```swift
/// let layout = try PacketLayout(parsing: frame)
/// layout.transport?.kind    // .tcp
/// layout.payloadRange       // 66..<1_514
/// ```
///
/// A frame without a tunnel, and one in which VXLAN carries TCP over IPv4:
///
/// ```
/// | link | tags |                                         IP | TCP | payload | trailer |
/// | link | tags | outer IP | UDP | VXLAN | Ethernet | tags | IP | TCP | payload | trailer |
/// 0             a          b             c                 d    e     f         g         h
///
/// a  linkHeaderLength         = outerNetwork.offset
/// b  tunnel.headerOffset      = tunnel.network.upperOffset
/// c  tunnel.innerOffset
/// d  network.offset             the inner IP header in a tunnel
/// e  transport.offset         = network.upperOffset
/// f  transport.payloadOffset  = headerLength
/// g  network.end                payloadRange is f..<g
/// h  frameLength
/// ```
///
/// IPv4 options and IPv6 extension headers belong to `IP`, TCP options to `TCP`. The outer packet
/// ends at `tunnel.network.end`; an outer trailer may follow it.
///
/// All offsets and lengths are octets; offsets count from the first octet of the frame.
public struct PacketLayout: Hashable, Sendable {
  @usableFromInline internal let frameLength32: UInt32
  @usableFromInline internal let vlanTagCount8: UInt8
  /// The kind of header that precedes the first IP header.
  public let link: LinkLayer
  /// The type in the link header or in its last tag; nil in an empty raw frame.
  public let etherType: EtherType?
  /// The tunnel; nil if the frame carries no packet in a packet.
  public let tunnel: TunnelLayout?
  /// The IP header, the inner one in a tunnel; nil if the frame carries no IP.
  public let network: NetworkLayout?
  /// The TCP or UDP header; nil if the packet carries neither or is a fragment.
  public let transport: TransportLayout?

  /// The length of the longest frame that has a layout, in octets: 4 GiB − 1.
  public static let maximumFrameLength = Int(UInt32.max)

  /// Length of the frame.
  @inlinable public var frameLength: Int { Int(frameLength32) }

  /// VLAN tags after the link header.
  @inlinable public var vlanTagCount: Int { Int(vlanTagCount8) }

  /// Length of the link header with its VLAN tags.
  public var linkHeaderLength: Int { link.headerLength + vlanTagCount * VLANTag.byteCount }

  /// Length of all headers before the transport payload; nil without a transport header.
  public var headerLength: Int? { transport?.payloadOffset }

  /// Where the transport payload lies; nil without a transport header.
  public var payloadRange: Range<Int>? {
    guard let network, let transport else { return nil }
    return transport.payloadOffset..<network.end
  }

  /// The IP header of the outermost packet.
  public var outerNetwork: NetworkLayout? { tunnel?.network ?? network }

  /// Joins the parts of a layout, which plans keep one by one.
  @inlinable
  package init(
    frameLength: Int, link: LinkLayer, vlanTagCount: Int, etherType: EtherType?,
    tunnel: TunnelLayout?, network: NetworkLayout, transport: TransportLayout
  ) {
    frameLength32 = UInt32(truncatingIfNeeded: frameLength)
    vlanTagCount8 = UInt8(truncatingIfNeeded: vlanTagCount)
    (self.link, self.etherType, self.tunnel) = (link, etherType, tunnel)
    (self.network, self.transport) = (network, transport)
  }
}
