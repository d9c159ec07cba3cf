public import GsoEngine
public import NetAdapterCore
public import WireFormats

/// An emulated NIC: an adapter that declares offloads, an engine that performs them, and a link.
///
/// ```swift
/// let nic = try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_01), mtu: 1_500, link: wire)
/// try nic.adapter.setGsoCapabilities(gso)       // before start, or it is refused
/// try nic.start()                               // calls the set-GSO callback once
/// let report = nic.transmit(superFrame, segmentSize: 1_448)
/// report.segmentation                           // .hardware, or .software(because: …)
/// ```
///
/// ### Threads
///
/// The ``adapter`` and ``liveCounters`` may be used from any thread at any time. All other members
/// belong to one thread at a time: `transmit(_:segmentSize:at:)`, `receive(_:at:)`, making queues,
/// and setting properties.
///
/// The queues that a NIC makes belong to its thread. ``queueFactory`` makes queues for other
/// threads, each with its own link or driver.
public final class VirtualNIC {
  /// How many frames a NIC sends, or delivers to ``onReceive``, each from within the delivery of
  /// the one before: 64.
  ///
  /// NICs that answer each answer would otherwise use up the stack of their thread. Further frames
  /// are dropped and counted: ``TransmitReport/DropReason/nestedTooDeeply(limit:)`` and
  /// ``NICCounters/receivedTooDeeply``. An ``ImpairedLink`` between two NICs has no such limit.
  public static let maximumNesting = 64

  /// The adapter, which has the control path: declarations, keywords, requests and life cycle.
  public let adapter: NetAdapter
  /// The link that frames are sent to.
  public var link: any Link {
    // SAFETY: each access is a copy, during which no other code runs.
    get { unsafe uncheckedLink }
    set { unsafe uncheckedLink = newValue }
  }
  /// How header fields change in segments, and what is refused.
  public var rules: SegmentationRules {
    get { path.rules }
    set { path.rules = newValue }
  }
  /// The encapsulations to look into when a frame is segmented; `wellKnown` by default.
  ///
  /// A queue keeps the value that its NIC had when it was made.
  public var tunnels: TunnelRecognition {
    get { path.renderer.tunnels }
    set { path.renderer.tunnels = newValue }
  }
  /// Called with each frame from the link, what is known of it, and its time.
  ///
  /// The time of a coalesced frame is that of the last one that was merged.
  public var onReceive: ((RawSpan, ReceivedMetadata, VirtualTime) -> Void)?
  /// Called with frames that arrive together, instead of ``onReceive`` for each of them.
  ///
  /// It saves what a call for each frame costs, for receivers that take the segments of a frame at
  /// once. It gets batches of which this NIC takes all frames and knows nothing: while no offload
  /// checks checksums or coalesces, without a ``receiveFilter`` and without a receive queue. Other
  /// frames go to ``onReceive``, so that a receiver needs both. Defaults to nil.
  public var onReceiveBatch: ((FrameBatch, VirtualTime) -> Void)? {
    didSet { updateBatchReceiver() }
  }
  /// Which frames from the link are taken; all of them if it is nil, as by default.
  public var receiveFilter: ReceiveFilter? {
    didSet { updateBatchReceiver() }
  }
  /// How frames from the link are coalesced while that offload is active.
  public var receiveCoalescing = ReceiveCoalescing()
  /// The counters of this NIC and its queues, for any thread.
  public let liveCounters: LiveCounters
  // Read for every frame, so without a check at run time.
  @exclusivity(unchecked) private var uncheckedLink: any Link
  internal let path: TransmitPath
  internal let received = CounterBox()
  internal weak var receiveQueue: ReceiveFrameQueue?
  /// ``onReceiveBatch``, if there is no filter.
  internal var batchReceiver: ((FrameBatch, VirtualTime) -> Void)?
  /// Number of calls of ``onReceive`` that run, each from within the one before.
  internal var receiveDepth = 0
  internal let watch: AdapterWatch
  internal var coalescing: ReceiveCoalescer?
  /// True while the coalescer works, and delivers.
  internal var isCoalescing = false
  internal var pending = PendingFrames()
  /// The queues of this NIC that drivers of the caller serve.
  internal var driverQueues: [WeakQueue] = []

  /// Creates a NIC whose adapter can be declared and started.
  ///
  /// - Parameters:
  ///   - macAddress: The permanent link-layer address.
  ///   - mtu: The largest IP packet, in octets; at least 1. No packet exceeds 65,575 octets, so a
  ///     larger MTU has no effect.
  ///   - link: The link that frames are sent to; defaults to a ``QueueLink``.
  ///   - rules: How header fields change in segments, and what is refused.
  ///   - validation: The rules by which declarations are checked.
  ///   - quirks: The deviations from the documentation to emulate; none by default.
  ///   - keywords: The adapter's INF keywords.
  ///   - pool: Memory for segments, which other NICs of this thread may use as well; nil, the
  ///     default, for a pool of its own.
  /// - Throws: `AdapterViolation` with `FailureCode.mtuMustBeGreaterThanZero` (19), and the number.
  public convenience init(
    macAddress: MACAddress, mtu: Int, link: any Link = QueueLink(),
    rules: SegmentationRules = .linux, validation: CapabilityValidation = .documented,
    quirks: Quirks = [], keywords: KeywordStore = .init(), pool: ArenaPool? = nil
  ) throws(AdapterViolation) {
    let adapter = NetAdapter(
      permanentLinkLayerAddress: macAddress, validation: validation, quirks: quirks,
      keywords: keywords)
    adapter.setLinkLayerCapabilities(LinkLayerCapabilities(maximumTxLinkSpeed: 10_000_000_000))
    try adapter.setLinkLayerMtuSize(mtu)
    try adapter.setLinkState(.connected(linkSpeed: 10_000_000_000))
    try adapter.setDatapathCapabilities(
      transmit: TransmitCapabilities(),
      receive: ReceiveCapabilities(maximumFrameSize: Self.maximumFrameSize))
    self.init(adapter: adapter, link: link, rules: rules, pool: pool)
  }

  /// Creates a NIC of an adapter that is declared, or restored.
  internal init(
    adapter: NetAdapter, link: any Link, rules: SegmentationRules, pool: ArenaPool?
  ) {
    self.adapter = adapter
    unsafe uncheckedLink = link
    path = TransmitPath(adapter, pool ?? ArenaPool(), rules)
    liveCounters = LiveCounters(path.counters, received)
    watch = path.watch
  }

  /// The longest frame that a NIC receives unless its adapter declares another, in octets: an IP
  /// packet of 65,575 after an Ethernet header with seven tags.
  private static let maximumFrameSize = 65_617

  /// Starts the adapter, which calls each set callback once.
  ///
  /// - Throws: `AdapterError` if something is not declared or the adapter is started already.
  public func start() throws(AdapterError) {
    try adapter.start()
    // So that the first frame takes no longer than others.
    watch.refresh()
  }

  /// Stops the adapter; frames are dropped and counted from then on.
  ///
  /// Frames that are being coalesced are delivered first.
  ///
  /// - Throws: `AdapterError` unless the adapter is started.
  public func stop() throws(AdapterError) {
    drainReceived()
    try adapter.stop()
  }

  /// The counters of this NIC and its queues.
  ///
  /// - Complexity: O(*n*) in the number of queues, one short lock each.
  public var counters: NICCounters { liveCounters.value }
}
