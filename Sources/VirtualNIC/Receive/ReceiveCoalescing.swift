public import GsoEngine
internal import NetAdapterCore
internal import WireFormats

/// How a NIC coalesces received frames while receive segment coalescing is active.
///
/// Which frames it coalesces follows from the capabilities, keywords and requests of its adapter.
public struct ReceiveCoalescing: Hashable, Sendable {
  /// Nanoseconds that a unit may be held after its first frame; nil delivers all units at the end
  /// of each call of `receive(_:at:)`, as a driver does at the end of its deferred procedure call.
  ///
  /// With a window, `VirtualNIC.nextReceiveDeadline` says when `VirtualNIC.advance(to:)` is to be
  /// called. A ``NICLink`` calls it when its clock advances.
  public var window: UInt64?
  /// The number of flows that are held at a time, at least 1; each takes 64 KiB of memory.
  public var flowCapacity = 16
  /// What the checksum fields of a coalesced frame hold.
  ///
  /// Microsoft's page on URO has 0 in them. Defaults to complete ones, with which a frame can be
  /// sent on.
  public var checksum = CoalescingRequest.Checksum.complete

  /// Which frames are merged, and what happens to the fields in which they differ.
  ///
  /// `CoalescingRules.support` is limited to the active offloads. TCP options are merged only if
  /// the adapter declares `RscCapabilities.tcpTimestampOption`. Defaults to the rules of NDIS; a
  /// NIC whose frames go to a Linux kernel takes `CoalescingRules.linux`, because a merged frame
  /// can then be segmented into the same ones again.
  public var rules = CoalescingRules.ndis

  /// At the end of each call, 16 flows, complete checksums, the rules of NDIS.
  public init() {}
}

/// The coalescer of a NIC, for the offloads that are active.
internal final class ReceiveCoalescer {
  /// The active offloads that it was made for.
  let active: ActiveOffloads.Coalescing
  /// The settings that it was made for.
  let settings: ReceiveCoalescing
  var coalescer: Coalescer

  /// Makes a coalescer; nil if nothing is to be coalesced.
  init?(_ active: ActiveOffloads.Coalescing, _ settings: ReceiveCoalescing) {
    var rules = settings.rules
    rules.support.formIntersection(Self.support(active))
    if !active.tcpTimestampOption { rules.tcpOptions = .none }
    var request = CoalescingRequest(
      rules: rules, checksum: settings.checksum, window: settings.window)
    request.flowCapacity = min(max(1, settings.flowCapacity), 65_536)
    guard !rules.support.isEmpty, let coalescer = try? Coalescer(request) else { return nil }
    (self.active, self.settings) = (active, settings)
    self.coalescer = coalescer
  }

  private static func support(_ active: ActiveOffloads.Coalescing) -> CoalescingRules.Support {
    var support: CoalescingRules.Support = []
    let (ipv4, ipv6) = (
      active.layer3.contains(.ipv4NoOptions), active.layer3.contains(.ipv6NoExtensions)
    )
    if active.layer4.contains(.tcpNoOptions) {
      if ipv4 { support.insert(.tcpIPv4) }
      if ipv6 { support.insert(.tcpIPv6) }
    }
    if active.layer4.contains(.udp) {
      if ipv4 { support.insert(.udpIPv4) }
      if ipv6 { support.insert(.udpIPv6) }
    }
    return support
  }
}

/// Frames that arrive while a NIC delivers others: from inside of `onReceive`.
internal struct PendingFrames {
  private var frames: [(octets: [UInt8], time: VirtualTime)] = []

  var isEmpty: Bool { frames.isEmpty }

  mutating func append(_ batch: FrameBatch, at time: VirtualTime) {
    for index in 0..<batch.count { frames.append((batch[index].array(), time)) }
  }

  /// Takes all frames.
  mutating func takeAll() -> [(octets: [UInt8], time: VirtualTime)] {
    defer { frames = [] }
    return frames
  }
}
