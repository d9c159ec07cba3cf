public import NetAdapterCore

/// Why software segments a frame or computes its checksums, and not the hardware.
///
/// The first reason that applies is given. For segmentation the order is: ``noHardware``,
/// ``tunnel``, ``layer3(_:)``, ``layer4(_:)``, ``layer4HeaderOffset(offset:limit:)``,
/// ``notActive(_:)``, ``payload(octets:limit:)``, ``segmentCount(_:minimum:)``. For checksums it
/// is: ``noHardware``, ``tunnel``, ``layer4(_:)``, ``layer3(_:)``,
/// ``layer4HeaderOffset(offset:limit:)``, ``layer3HeaderOffset(offset:limit:)``,
/// ``notActive(_:)``. ``ringCapacity(octets:limit:)`` and ``ipv6PayloadLength`` replace a decision
/// for hardware.
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
    case .notActive: .notActive
    case .payload: .payload
    case .segmentCount: .segmentCount
    case .ringCapacity: .ringCapacity
    case .ipv6PayloadLength: .ipv6PayloadLength
    }
  }
}
