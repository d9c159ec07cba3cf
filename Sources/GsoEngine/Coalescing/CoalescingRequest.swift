public import WireFormats

/// How a ``Coalescer`` works: its rules, its memory, its time, and what merged frames look like.
///
/// ```swift
/// var request = CoalescingRequest(rules: .ndisRsc)
/// request.window = 20_000                          // nanoseconds
/// ```
public struct CoalescingRequest: Hashable, Sendable {
  /// The number of flows that may be held at a time.
  public static let flowCapacityRange = 1...65_536

  /// What the transport checksum of a merged frame is, and the outer UDP checksum of its tunnel.
  ///
  /// The IPv4 header checksum of a merged frame is always computed. Frames that were merged with
  /// none are delivered unmodified.
  public enum Checksum: Hashable, Sendable {
    /// Computed over pseudo header, header and payload.
    case complete
    /// Partial: the sum of the pseudo header with the length of the merged packet, as the
    /// virtio-net header of the unit says.
    case pseudoHeader
    /// 0, with the IPv4 header checksum 0, too: the receiver goes by the result of the check
    /// (Microsoft's page on URO).
    case zero
  }

  /// Which frames are merged, and what happens to the fields in which they differ.
  public var rules: CoalescingRules
  /// What the transport checksum of a merged frame is.
  public var checksum: Checksum
  /// The number of flows that are held at a time, in ``flowCapacityRange``.
  ///
  /// Each takes 64 KiB of memory. One more flow ends the unit that has been held longest. Defaults
  /// to 64, as many as one receive queue of Linux holds.
  public var flowCapacity = 64
  /// Nanoseconds that a unit may be held after its first frame; nil for no limit of time.
  public var window: UInt64?
  /// What frames start with.
  public var link = LinkLayer.ethernet
  /// Which tunnels to look into; defaults to all well-known ones.
  public var recognition = TunnelRecognition.wellKnown

  /// Asks for coalescing by some rules.
  ///
  /// - Parameters:
  ///   - rules: Which frames are merged.
  ///   - checksum: What the transport checksum of a merged frame is.
  ///   - window: Nanoseconds that a unit may be held; nil for no limit of time.
  public init(
    rules: CoalescingRules = .linux, checksum: Checksum = .complete, window: UInt64? = nil
  ) {
    (self.rules, self.checksum, self.window) = (rules, checksum, window)
  }
}

/// Why a coalescer cannot be made as asked.
public enum CoalescingError: Error, Hashable, Sendable {
  /// The number of flows is not in ``CoalescingRequest/flowCapacityRange``.
  case flowCapacityOutOfRange(Int)
}

extension CoalescingError: CustomStringConvertible {
  /// One sentence with the number.
  public var description: String {
    switch self {
    case .flowCapacityOutOfRange(let count):
      "a coalescer for \(count) flows is not in \(CoalescingRequest.flowCapacityRange)"
    }
  }
}
