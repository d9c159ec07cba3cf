public import NetAdapterCore
internal import WireFormats

/// Why software segments a frame or computes its checksums, and not the hardware.
///
/// The first reason that applies is given. For segmentation the order is: ``noHardware``,
/// ``tunnel``, ``vlanTags(_:)``, ``linkHeaders(octets:)``,
/// ``layer3HeaderLength(octets:limit:)``, ``layer3(_:)``, ``layer4(_:)``,
/// ``layer4HeaderOffset(offset:limit:)``, ``notActive(_:)``, ``payload(octets:limit:)``,
/// ``segmentCount(_:minimum:)``. For checksums it is: ``noHardware``, ``tunnel``,
/// ``vlanTags(_:)``, ``linkHeaders(octets:)``, ``layer3HeaderLength(octets:limit:)``,
/// ``layer4(_:)``, ``layer3(_:)``, ``layer4HeaderOffset(offset:limit:)``,
/// ``layer3HeaderOffset(offset:limit:)``, ``notActive(_:)``. ``ringCapacity(octets:limit:)`` and
/// ``ipv6PayloadLength`` replace a decision for hardware.
///
/// ``vlanTags(_:)``, ``linkHeaders(octets:)`` and ``layer3HeaderLength(octets:limit:)`` are about
/// frames whose layout `NET_PACKET_LAYOUT` cannot describe. A driver that goes by the layout could
/// not offload them. `Quirks.release21H2` passes them to the driver nevertheless, as that framework
/// does.
///
/// The rules about layers and offsets are those of the framework (`IsSoftwareGsoRequired`,
/// `IsSoftwareChecksumRequired`). The framework has no rule for the other reasons, because its
/// stack does not pass such frames to it.
public enum SoftwareReason: Hashable, Sendable {
  /// The adapter declares no such offload.
  case noHardware
  /// The adapter does not declare IP headers of this kind.
  case layer3(Layer3Flags)
  /// The adapter does not declare transport headers of this kind.
  case layer4(Layer4Flags)
  /// The IP header starts beyond the offset limit of the hardware, in octets; checksums only.
  case layer3HeaderOffset(offset: Int, limit: Int)
  /// The transport header starts beyond the offset limit of the hardware, in octets.
  case layer4HeaderOffset(offset: Int, limit: Int)
  /// The packet is in a tunnel, for which there is no flag to declare.
  case tunnel
  /// The frame has VLAN tags in its octets, behind which the framework does not look; their
  /// number.
  case vlanTags(Int)
  /// The frame has other headers than Ethernet before its IP header, such as MPLS labels or PPPoE,
  /// behind which the framework does not look; the length of all of them in octets.
  case linkHeaders(octets: Int)
  /// The IP header with its options or extension headers is longer than the layout of a packet can
  /// say, in octets.
  case layer3HeaderLength(octets: Int, limit: Int)
  /// The offload is not active, and why.
  case notActive(InactiveCause)
  /// The payload exceeds `maximumOffloadSize`, in octets.
  case payload(octets: Int, limit: Int)
  /// The frame would give fewer segments than `minimumSegmentCount`.
  case segmentCount(Int, minimum: Int)
  /// The frame exceeds what the rings of the queue hold for one packet, in octets; segmentation
  /// only.
  case ringCapacity(octets: Int, limit: Int)
  /// The rules write an IPv6 payload length without the extension headers, by which hardware would
  /// read the packet; checksums of segments only.
  case ipv6PayloadLength
}

extension SoftwareReason: CustomStringConvertible {
  /// One sentence with the numbers: `layer-4 header offset 74 exceeds the limit 64`.
  public var description: String {
    switch self {
    case .noHardware: "the adapter declares no such offload"
    case .layer3(let kind): "the adapter does not declare \(kind)"
    case .layer4(let kind): "the adapter does not declare \(kind)"
    case .layer3HeaderOffset(let offset, let limit):
      "layer-3 header offset \(offset) exceeds the limit \(limit)"
    case .layer4HeaderOffset(let offset, let limit):
      "layer-4 header offset \(offset) exceeds the limit \(limit)"
    case .tunnel: "the packet travels in a tunnel"
    case .vlanTags(let count):
      "the frame has \(count == 1 ? "a VLAN tag" : "\(count) VLAN tags") in its octets"
    case .linkHeaders(let octets):
      "the IP header comes after \(octets) octets, and not after an Ethernet header"
    case .layer3HeaderLength(let octets, let limit):
      "IP headers of \(octets) octets exceed the \(limit) that a packet layout can say"
    case .notActive(let cause): cause.description
    case .payload(let octets, let limit):
      "payload of \(octets) octets exceeds the maximum offload size \(limit)"
    case .segmentCount(let count, let minimum):
      "segment count \(count) is below the minimum \(minimum)"
    case .ringCapacity(let octets, let limit):
      "frame of \(octets) octets exceeds the \(limit) that the rings hold"
    case .ipv6PayloadLength:
      "the rules write an IPv6 payload length that leaves out extension headers"
    }
  }
}

extension SoftwareReason {
  /// A reason without its numbers, by which ``ReasonCounts`` counts.
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    /// ``SoftwareReason/noHardware``
    case noHardware
    /// ``SoftwareReason/layer3(_:)``
    case layer3
    /// ``SoftwareReason/layer4(_:)``
    case layer4
    /// ``SoftwareReason/layer3HeaderOffset(offset:limit:)``
    case layer3HeaderOffset
    /// ``SoftwareReason/layer4HeaderOffset(offset:limit:)``
    case layer4HeaderOffset
    /// ``SoftwareReason/tunnel``
    case tunnel
    /// ``SoftwareReason/notActive(_:)``
    case notActive
    /// ``SoftwareReason/payload(octets:limit:)``
    case payload
    /// ``SoftwareReason/segmentCount(_:minimum:)``
    case segmentCount
    /// ``SoftwareReason/ringCapacity(octets:limit:)``
    case ringCapacity
    /// ``SoftwareReason/ipv6PayloadLength``
    case ipv6PayloadLength
    /// ``SoftwareReason/vlanTags(_:)``
    case vlanTags
    /// ``SoftwareReason/layer3HeaderLength(octets:limit:)``
    case layer3HeaderLength
    /// ``SoftwareReason/linkHeaders(octets:)``
    case linkHeaders
  }

  /// The reason without its numbers.
  public var kind: Kind {
    switch self {
    case .noHardware: .noHardware
    case .layer3: .layer3
    case .layer4: .layer4
    case .layer3HeaderOffset: .layer3HeaderOffset
    case .layer4HeaderOffset: .layer4HeaderOffset
    case .tunnel: .tunnel
    case .vlanTags: .vlanTags
    case .layer3HeaderLength: .layer3HeaderLength
    case .linkHeaders: .linkHeaders
    case .notActive: .notActive
    case .payload: .payload
    case .segmentCount: .segmentCount
    case .ringCapacity: .ringCapacity
    case .ipv6PayloadLength: .ipv6PayloadLength
    }
  }
}

extension SoftwareReason {
  /// That the layout of a packet cannot describe a frame; nil if it can.
  ///
  /// The framework does not look behind VLAN tags and other headers, and has 9 bits for the length
  /// of IP headers.
  @inline(__always)
  internal init?(layoutOf network: NetworkLayout, vlanTagCount: Int, plainLinkHeaderLength: Int) {
    if vlanTagCount > 0 {
      self = .vlanTags(vlanTagCount)
    } else if network.offset != plainLinkHeaderLength {
      self = .linkHeaders(octets: network.offset)
    } else if network.headerLength > NetPacketLayout.maximumLayer3HeaderLength {
      self = .layer3HeaderLength(
        octets: network.headerLength, limit: NetPacketLayout.maximumLayer3HeaderLength)
    } else {
      return nil
    }
  }
}
