public import WireFormats

/// Which received frames a NIC takes, by their destination address: `NET_PACKET_FILTER_FLAGS`.
///
/// ```swift
/// nic.receiveFilter = ReceiveFilter([.directed, .broadcast])
/// ```
public struct ReceiveFilter: Hashable, Sendable {
  /// Kinds of destination addresses; raw values are Microsoft's.
  public struct Flags: OptionSet, Hashable, Sendable {
    /// One bit for each kind.
    public let rawValue: UInt32
    /// Takes all bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `NetPacketFilterFlagDirected`: the current address of the adapter.
    public static let directed = Flags(rawValue: 1)
    /// `NetPacketFilterFlagMulticast`: addresses of ``ReceiveFilter/multicastAddresses``.
    public static let multicast = Flags(rawValue: 2)
    /// `NetPacketFilterFlagAllMulticast`: all multicast addresses.
    public static let allMulticast = Flags(rawValue: 4)
    /// `NetPacketFilterFlagBroadcast`: the broadcast address.
    public static let broadcast = Flags(rawValue: 8)
    /// `NetPacketFilterFlagPromiscuous`: all addresses.
    public static let promiscuous = Flags(rawValue: 32)
  }

  /// Which kinds are taken.
  public var flags: Flags
  /// The multicast addresses that are taken with ``Flags/multicast``.
  public var multicastAddresses: Set<MACAddress>

  /// Takes frames of some kinds.
  ///
  /// - Parameters:
  ///   - flags: Which kinds are taken.
  ///   - multicastAddresses: The addresses for ``Flags/multicast``.
  public init(_ flags: Flags, multicastAddresses: Set<MACAddress> = []) {
    (self.flags, self.multicastAddresses) = (flags, multicastAddresses)
  }

  /// Whether frames to an address are taken by an adapter with the address `own`.
  ///
  /// The broadcast address is a multicast address (IEEE 802), so ``Flags/allMulticast`` takes it.
  ///
  /// - Complexity: O(1).
  public func accepts(_ destination: MACAddress, own: MACAddress) -> Bool {
    if flags.contains(.promiscuous) { return true }
    guard destination.isGroup else {
      return flags.contains(.directed) && destination == own
    }
    if flags.contains(.allMulticast) { return true }
    if destination.rawValue == 0xFFFF_FFFF_FFFF { return flags.contains(.broadcast) }
    return flags.contains(.multicast) && multicastAddresses.contains(destination)
  }
}
