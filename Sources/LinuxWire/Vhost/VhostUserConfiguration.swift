/// What a ``VhostUserBackend`` offers to a front end.
///
/// ```swift
/// let configuration = try VhostUserConfiguration {
///   $0.guestOffloads = []                        // segments and complete checksums only
///   $0.queuePairCount = 2
/// }
/// ```
@dynamicMemberLookup
public struct VhostUserConfiguration: Hashable, Sendable {
  /// The values of a configuration; the defaults offer all offloads and one queue pair.
  public struct Values: Hashable, Sendable {
    /// What the guest may leave to this side: `VIRTIO_NET_F_CSUM`, `HOST_TSO4` and further.
    ///
    /// Members without those that they need are not offered: TCP and UDP need
    /// ``WireOffloads/checksum``, and ``WireOffloads/ecn`` needs TCP. Tunnels are never offered.
    public var hostOffloads: WireOffloads = [.checksum, .tcpv4, .tcpv6, .ecn, .udp]
    /// What this side may leave to the guest: `VIRTIO_NET_F_GUEST_CSUM`, `GUEST_TSO4` and further.
    public var guestOffloads: WireOffloads = [.checksum, .tcpv4, .tcpv6, .ecn, .udp]
    /// The number of pairs of a receive and a transmit queue, in
    /// ``VhostUserConfiguration/queuePairRange``.
    public var queuePairCount = 1
    /// Whether one frame may fill several receive buffers (`VIRTIO_NET_F_MRG_RXBUF`).
    ///
    /// Without them a guest that takes super-frames posts buffers of 64 KB.
    public var offersMergeableBuffers = true
    /// Whether notifications may be messages of the dialogue (`INBAND_NOTIFICATIONS`).
    ///
    /// They are if the front end takes them, as user-mode Linux does. Virtual time needs them.
    public var offersInBandNotifications = false

    /// Creates the default values.
    public init() {}
  }

  /// The numbers of queue pairs that a back end can have.
  public static let queuePairRange = 1...128

  internal let values: Values

  /// Creates the default configuration.
  public init() { values = Values() }

  /// Creates a configuration.
  ///
  /// - Parameter change: Sets the values that differ from the defaults.
  /// - Throws: ``VhostUserConfigurationError/queuePairCountOutOfRange(_:)``.
  public init(_ change: (inout Values) -> Void) throws(VhostUserConfigurationError) {
    var values = Values()
    change(&values)
    guard Self.queuePairRange.contains(values.queuePairCount) else {
      throw .queuePairCountOutOfRange(values.queuePairCount)
    }
    self.values = values
  }

  /// One of the values.
  public subscript<Value>(dynamicMember value: KeyPath<Values, Value>) -> Value {
    values[keyPath: value]
  }
}

/// Why there cannot be such a configuration.
public enum VhostUserConfigurationError: Error, Hashable, Sendable {
  /// The number of queue pairs is not in ``VhostUserConfiguration/queuePairRange``.
  case queuePairCountOutOfRange(Int)
}

extension VhostUserConfigurationError: CustomStringConvertible {
  /// One sentence with the numbers.
  public var description: String {
    switch self {
    case .queuePairCountOutOfRange(let count):
      "\(count) queue pairs cannot be; a back end has 1 to "
        + "\(VhostUserConfiguration.queuePairRange.upperBound)"
    }
  }
}
