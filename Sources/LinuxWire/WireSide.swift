internal import GsoEngine
internal import NetAdapterCore
public import VirtualNIC
internal import WireFormats

/// One side of a ``WireBridge``: the end at which a kernel is attached, and the NIC that this
/// kernel has.
///
/// The capabilities, keywords and requests of the adapter decide what the kernel may leave to its
/// NIC. ``update()`` tells the kernel.
public final class WireSide {
  /// Where the kernel is attached.
  public let end: any WireEnd
  /// The ``end``, if it takes batches.
  internal let batchEnd: (any BatchSendingWireEnd)?
  /// The NIC of the kernel; the bridge sets its link and its receiver.
  public let nic: VirtualNIC
  /// Whether the NIC coalesces what it receives, if it declares that and the kernel takes large
  /// frames.
  ///
  /// Defaults to true. ``update()`` applies a change.
  public var coalesces = true
  /// What happened to the frames of this side.
  public var counters: WireCounters { tally.value }
  internal let tally = WireTally()
  /// What the kernel may leave to its NIC.
  public private(set) var leftToNIC: WireOffloads = []
  /// The ``WireEnd/offloads`` that the NIC was last told of.
  private var seenOffloads: WireOffloads?

  /// The MTU of the NIC, in octets.
  internal private(set) var mtu = 0
  /// Longer than a batch takes, in nanoseconds.
  private static let window: UInt64 = 1_000_000_000

  /// The bridge that has set the link and the receiver of the NIC.
  internal var owner: ObjectIdentifier?

  /// Joins an end and a NIC that is started.
  public init(_ end: any WireEnd, _ nic: VirtualNIC) {
    (self.end, self.nic) = (end, nic)
    batchEnd = end as? any BatchSendingWireEnd
    // The bridge delivers at the end of each batch; a partial checksum says the least and costs
    // nothing.
    nic.receiveCoalescing.window = Self.window
    nic.receiveCoalescing.checksum = .pseudoHeader
    // A kernel takes no merged datagrams without a checksum, and may have to segment again.
    nic.receiveCoalescing.rules = .linux
  }

  /// Brings the end and the NIC together after a change of the active offloads.
  ///
  /// An end whose offloads can be set gets what the adapter has active now. A vhost-user guest has
  /// negotiated its offloads: nothing changes for it, and frames that its NIC does not segment any
  /// more are segmented in software. Coalescing is requested from the adapter, or disabled, as the
  /// other side of the end takes large frames or not.
  ///
  /// - Throws: ``WireEndError`` if the end is of no use any more.
  public func update() throws(WireEndError) {
    mtu = nic.adapter.linkLayerMtuSize ?? 0
    leftToNIC = WireOffloads(leftTo: nic.adapter.activeOffloads)
    if let end = end as? any OffloadSettingWireEnd { try end.setOffloads(leftToNIC) }
    seenOffloads = end.offloads
    updateCoalescing(end.offloads)
  }

  /// Calls ``update()`` if the other side of the end has negotiated other offloads.
  internal func followOffloads() throws(WireEndError) {
    if seenOffloads != end.offloads { try update() }
  }

  /// Requests coalescing of what the kernel takes, if the adapter declares it.
  private func updateCoalescing(_ taken: WireOffloads) {
    guard let declared = nic.adapter.declaredCapabilities.rsc else { return }
    var request = OffloadParameters()
    request.skipsRegistryUpdate = true
    // The flags of the adapter do not tell TCP from UDP here, so it is both or none.
    let hasUDP = !declared.layer4.contains(.udp) || taken.contains(.udp)
    let isWanted = coalesces && hasUDP
    let (ipv4, ipv6) = (isWanted && taken.contains(.tcpv4), isWanted && taken.contains(.tcpv6))
    let active = nic.adapter.activeOffloads
    // A request calls the set callbacks, even one that changes nothing.
    guard (ipv4, ipv6) != (active.isTcpRscIPv4Enabled, active.isTcpRscIPv6Enabled) else { return }
    request.rscIPv4 = ipv4 ? .enabled : .disabled
    request.rscIPv6 = ipv6 ? .enabled : .disabled
    // A keyword that disables coalescing refuses the request, and is right.
    try? nic.adapter.setOffloadParameters(request)
  }
}
