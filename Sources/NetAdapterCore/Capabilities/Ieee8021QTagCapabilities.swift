/// Which parts of an 802.1Q tag the hardware inserts when sending and removes when receiving:
/// `NET_ADAPTER_OFFLOAD_IEEE8021Q_TAG_CAPABILITIES`.
///
/// There is no callback and no keyword: a declared offload is active.
public struct Ieee8021QTagCapabilities: Hashable, Sendable {
  /// `NET_ADAPTER_OFFLOAD_IEEE8021Q_TAG_FLAGS`.
  public struct Flags: OptionSet, Hashable, Sendable {
    /// One bit for each part of the tag.
    public let rawValue: UInt32
    /// Creates flags from their bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The priority: `NetAdapterOffloadIeee8021PriorityTaggingFlag`.
    public static let priorityTagging = Flags(rawValue: 0x1)
    /// The VLAN identifier: `NetAdapterOffloadIeee8021VlanTaggingFlag`.
    public static let vlanTagging = Flags(rawValue: 0x2)
  }

  /// Octets of Microsoft's structure.
  public static let structureSize = 8

  /// The size in octets that the structure declares for itself; see ``GsoCapabilities/size``.
  public var size = Ieee8021QTagCapabilities.structureSize
  /// `Flags`: the parts of the tag.
  public var flags: Flags

  /// `NET_ADAPTER_OFFLOAD_IEEE8021Q_TAG_CAPABILITIES_INIT`.
  public init(flags: Flags) { self.flags = flags }

  /// Checks the size of the structure, the only rule.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidStructTypeSize`` (8).
  /// - Complexity: O(1).
  public func validate() throws(AdapterViolation) {
    try AdapterViolation.checkSize(size, expected: Self.structureSize)
  }
}
