public import GsoEngine
public import NetAdapterCore
public import WireFormats

/// An emulated NIC: an adapter that says what it can do, an engine that does it, and a link.
///
/// ```swift
/// let nic = try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_01), mtu: 1_500, link: wire)
/// try nic.adapter.setGsoCapabilities(gso)       // before start, or it is refused
/// try nic.start()                               // the set-GSO callback runs once in here
/// let report = nic.transmit(superFrame, segmentSize: 1_448)
/// report.segmentation                                   // .hardware, or .software(because: …)
/// ```
///
/// **Threads.** The ``adapter`` and ``liveCounters`` may be used from any thread, also while frames are
/// on their way. All else of a NIC belongs to one thread at a time: `transmit(_:segmentSize:at:)`,
/// `receive(_:at:)`, making queues, and setting ``link``, ``rules`` and ``onReceive``. A transmit queue
/// that was made belongs to one thread at a time as well, not necessarily to that of its NIC or of
/// another queue; it takes the link with it that the NIC had when it was made, so queues of different
/// threads need different links. A receive queue stays with the thread that calls `receive(_:at:)`.
public final class VirtualNIC {
  /// What the NIC says about itself; the control path.
  public let adapter: NetAdapter
  /// Where frames go.
  public var link: any Link
  /// How fields change, and what is refused, for frames that this NIC segments.
  public var rules: SegmentationRules
  /// Which encapsulations the frames are searched for that this NIC segments; `wellKnown` at first.
  ///
  /// A queue keeps what it was when the queue was made.
  public var tunnels: TunnelRecognition {
    get { path.renderer.tunnels }
    set { path.renderer.tunnels = newValue }
  }
  /// Called with every frame that comes from the link, and what its checksums look like.
  public var onReceive: ((RawSpan, ReceivedChecksums, VirtualTime) -> Void)?
  /// What the NIC has done so far, its queues included, for any thread.
  public let liveCounters: LiveCounters
  internal let path: TransmitPath
  internal let received = CounterBox()
  internal weak var receiveQueue: ReceiveFrameQueue?
  internal let watch: AdapterWatch

  /// A NIC with an adapter that is ready to be declared and started.
  ///
  /// - Parameters:
  ///   - macAddress: Permanent address.
  ///   - mtu: Largest IP packet, in octets; at least 1. No packet exceeds 65,575 octets, so a larger
  ///     MTU limits nothing.
  ///   - link: Where frames go; defaults to a queue.
  ///   - rules: How fields change, and what is refused.
  ///   - validation: Whose rules declarations are held against.
  ///   - quirks: In which ways to be unlike the documentation.
  ///   - keywords: The adapter's INF keywords.
  /// - Throws: `AdapterViolation` with `FailureCode.mtuMustBeGreaterThanZero` (19), and the number.
  public init(
    macAddress: MACAddress, mtu: Int, link: any Link = QueueLink(),
    rules: SegmentationRules = .linux, validation: CapabilityValidation = .documented,
    quirks: Quirks = [], keywords: KeywordStore = .init()
  ) throws(AdapterViolation) {
    adapter = NetAdapter(
      permanentLinkLayerAddress: macAddress, validation: validation, quirks: quirks,
      keywords: keywords)
    path = TransmitPath(adapter)
    liveCounters = LiveCounters(path.counters, received)
    watch = AdapterWatch(adapter)
    (self.link, self.rules) = (link, rules)
    adapter.setLinkLayerCapabilities(LinkLayerCapabilities(maximumTxLinkSpeed: 10_000_000_000))
    try adapter.setLinkLayerMtuSize(mtu)
    try adapter.setDatapathCapabilities(
      transmit: TransmitCapabilities(), receive: ReceiveCapabilities(maximumFrameSize: 65_550))
  }

  /// Starts the adapter: the set callbacks run once each.
  ///
  /// - Throws: `AdapterError` that says what is missing, or in which state the adapter is.
  public func start() throws(AdapterError) { try adapter.start() }

  /// Stops the adapter; frames are dropped and counted from then on.
  ///
  /// - Throws: `AdapterError` unless the adapter is started.
  public func stop() throws(AdapterError) { try adapter.stop() }

  /// What the NIC has done so far, its queues included.
  ///
  /// - Complexity: O(*n*) in the number of queues, one short lock each.
  public var counters: NICCounters { liveCounters.value }
}
