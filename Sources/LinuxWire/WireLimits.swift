/// Limits of all ends.
public enum WireLimits {
  /// The longest frame that an end sends or delivers, in octets.
  ///
  /// An IPv6 packet with the longest payload length, 65,575 octets, after an Ethernet header with
  /// seven VLAN tags.
  public static let frameByteCount = 65_617

  /// The most queues of a TAP device, `MAX_TAP_QUEUES` of Linux.
  public static let queueCount = 256

  /// The longest name of an interface, in octets.
  public static let nameByteCount = 15
}

extension WireEndError {
  /// Refuses a name that no interface can have.
  internal static func checkInterfaceName(_ name: String) throws(WireEndError) {
    let isUsable =
      !name.isEmpty && name.utf8.count <= WireLimits.nameByteCount && name != "." && name != ".."
      && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x2F && $0 != 0x3A }
    guard isUsable else { throw .interfaceName(name, limit: WireLimits.nameByteCount) }
  }
}
