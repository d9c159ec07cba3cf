/// Which parts of an 802.1Q tag the hardware inserts and strips:
/// `NET_ADAPTER_OFFLOAD_IEEE8021Q_TAG_CAPABILITIES`.
///
/// It has no callback and no keyword: what is declared is active.
public struct Ieee8021QTagCapabilities: Hashable, Sendable {
  /// `NET_ADAPTER_OFFLOAD_IEEE8021Q_TAG_FLAGS`.
  public struct Flags: OptionSet, Hashable, Sendable {
    /// One bit for each part of the tag.
    public let rawValue: UInt32
    /// Takes all bits as they are.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The priority: `NetAdapterOffloadIeee8021PriorityTaggingFlag`.
    public static let priorityTagging = Flags(rawValue: 0x1)
    /// The VLAN identifier: `NetAdapterOffloadIeee8021VlanTaggingFlag`.
    public static let vlanTagging = Flags(rawValue: 0x2)
  }

  /// Octets of Microsoft's structure.
  public static let structureSize = 8

  /// Octets that this structure says it has; see ``GsoCapabilities/size``.
  public var size = Ieee8021QTagCapabilities.structureSize
  /// `Flags`: the parts of the tag.
  public var flags: Flags

  /// `NET_ADAPTER_OFFLOAD_IEEE8021Q_TAG_CAPABILITIES_INIT`.
  public init(flags: Flags) { self.flags = flags }

  /// Holds the structure against the only rule there is, its size.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidStructTypeSize`` (8).
  /// - Complexity: O(1).
  public func validate() throws(AdapterViolation) {
    try AdapterViolation.checkSize(size, Self.structureSize)
  }
}
