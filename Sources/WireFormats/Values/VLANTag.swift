/// One VLAN tag: its type and its control information (IEEE 802.1Q).
public struct VLANTag: Hashable, Sendable {
  /// Size of a tag, in octets: the control information and the type after it.
  @inlinable public static var byteCount: Int { 4 }

  /// The largest number of tags in a frame, which is that of the Linux kernel.
  @inlinable public static var maximumCount: Int { 7 }

  /// The type before the tag: ``EtherType/vlan`` or ``EtherType/serviceVLAN``.
  public let type: EtherType
  /// Priority (3 bits), drop eligible indicator (1 bit) and identifier (12 bits).
  public let controlInformation: UInt16

  /// Joins a type and a control information.
  @inlinable
  public init(type: EtherType, controlInformation: UInt16) {
    (self.type, self.controlInformation) = (type, controlInformation)
  }

  /// Priority code point, 0 to 7.
  @inlinable
  public var priority: UInt8 { UInt8(controlInformation >> 13) }

  /// True if the frame may be dropped first under congestion.
  @inlinable
  public var isDropEligible: Bool { controlInformation >> 12 & 1 == 1 }

  /// VLAN identifier, 0 to 4095.
  @inlinable
  public var identifier: UInt16 { controlInformation & 0x0FFF }
}
