extension FrameRecipe {
  /// A VLAN tag (IEEE 802.1Q).
  ///
  /// An integer literal is the tag of that VLAN: `vlans: [5]`.
  public struct VLANTag: Equatable, Sendable {
    /// The EtherType that announces the tag: 0x8100 or 0x88A8.
    public var protocolIdentifier: UInt16
    /// Priority, drop eligibility and VLAN identifier.
    public var controlInformation: UInt16

    /// Makes a tag of its two fields on the wire.
    public init(_ protocolIdentifier: UInt16 = EtherType.vlan, _ controlInformation: UInt16 = 1) {
      self.protocolIdentifier = protocolIdentifier
      self.controlInformation = controlInformation
    }

    /// A customer tag (802.1Q, 0x8100): the low twelve bits of `id`, the low three of `priority`.
    public static func customer(
      _ id: UInt16, priority: UInt16 = 0, dropEligible: Bool = false
    ) -> VLANTag {
      VLANTag(EtherType.vlan, control(id, priority, dropEligible))
    }

    /// A service tag (802.1ad, 0x88A8): the low twelve bits of `id`, the low three of `priority`.
    public static func service(
      _ id: UInt16, priority: UInt16 = 0, dropEligible: Bool = false
    ) -> VLANTag {
      VLANTag(EtherType.serviceVLAN, control(id, priority, dropEligible))
    }

    private static func control(_ id: UInt16, _ priority: UInt16, _ drop: Bool) -> UInt16 {
      (priority & 7) << 13 | (drop ? 0x1000 : 0) | (id & 0xFFF)
    }
  }
}

extension FrameRecipe.VLANTag: ExpressibleByIntegerLiteral {
  /// The customer tag of a VLAN.
  public init(integerLiteral id: UInt16) { self = .customer(id) }
}
