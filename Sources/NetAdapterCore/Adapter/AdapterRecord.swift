internal import WireFormats

/// The state of an adapter, guarded by its lock.
internal struct AdapterRecord: Sendable {
  internal var negotiation: OffloadNegotiation
  internal var keywords: KeywordStore
  internal var currentLinkLayerAddress: MACAddress
  internal var state = NetAdapter.State.initialized
  /// True from a pause until the driver is told of active offloads again.
  internal var isQuiet = false
  internal var keywordIssues: [KeywordIssue] = []
  internal var stackOffloads = ActiveOffloads()
  internal var registeredExtensions: [PacketExtension] = []
  internal var mtu: Int?
  internal var linkState = LinkState()
  internal var linkLayer: LinkLayerCapabilities?
  internal var transmit: TransmitCapabilities?
  internal var receive: ReceiveCapabilities?
  internal var datapath = DatapathRecord()
  /// The object that the driver keeps with the adapter.
  internal var context: (any AnyObject & Sendable)?
  /// Decided changes whose callbacks have not run.
  internal var rounds: [CallbackRound] = []
  /// True while a thread runs callbacks.
  internal var isDelivering = false
  /// Changes that the callbacks under way have caused.
  internal var nestedChangeCount = 0

  internal init(
    negotiation: OffloadNegotiation, keywords: KeywordStore, currentLinkLayerAddress: MACAddress
  ) {
    self.negotiation = negotiation
    self.keywords = keywords
    self.currentLinkLayerAddress = currentLinkLayerAddress
  }

  /// True between start and stop.
  internal var isStarted: Bool { state == .started || state == .paused }

  /// What is active for the driver: nothing unless started and not paused.
  internal var activeOffloads: ActiveOffloads {
    isStarted && !isQuiet ? negotiation.driver : ActiveOffloads()
  }

  /// Whether a request can be made.
  ///
  /// The framework of 21H2 accepts one while offloads are paused.
  internal var acceptsRequests: Bool {
    state == .started || state == .paused && negotiation.is21H2
  }

  /// `MaximumTxFragmentSize` of the framework, in octets: the backfill, an Ethernet header, and the
  /// MTU or, with segmentation hardware, its largest payload and 120 octets of headers.
  internal var longestFrame: Int {
    // Declared numbers may be as large as they like.
    func limited(_ number: Int) -> Int { min(max(number, 0), 1 << 32) }
    let payload = negotiation.hardware.gso.map { limited($0.maximumOffloadSize) + 60 + 60 }
    return limited(transmit?.payloadBackfill ?? 0) + 14 + (payload ?? limited(mtu ?? 0))
  }

  /// Reads the keywords, as every start and every request does.
  internal mutating func readKeywords() {
    negotiation.keywords = keywords
    keywordIssues = keywords.issues
  }

  /// Stores the keywords that a request has written.
  internal mutating func writeKeywords() {
    keywords = negotiation.keywords
    keywordIssues = keywords.issues
  }

  /// Schedules the callbacks with the active offloads; the stack is told afterwards.
  internal mutating func announce() {
    if isNestedCall { nestedChangeCount += 1 }
    rounds.append(
      CallbackRound(
        callbacks: callbacks, offloads: negotiation.driver, stack: negotiation.stack,
        tellsStackFirst: false))
  }

  /// Schedules the news that nothing is active; the stack is told first.
  internal mutating func announceNothing(to callbacks: [EvtAdapterSetOffload]) {
    if isNestedCall { nestedChangeCount += 1 }
    rounds.append(
      CallbackRound(
        callbacks: callbacks, offloads: ActiveOffloads(), stack: ActiveOffloads(),
        tellsStackFirst: true))
  }

  /// The declared set callbacks, in the order in which they are called.
  internal var callbacks: [EvtAdapterSetOffload] {
    let hardware = negotiation.hardware
    let inOrder = [
      hardware.txChecksum?.evtSetTxChecksum, hardware.rxChecksum?.evtSetRxChecksum,
      hardware.gso?.evtSetGso, hardware.rsc?.evtSetRsc,
    ]
    return inOrder.compactMap { $0 }
  }
}

// Checks that several calls share.
extension AdapterRecord {
  /// Throws if the adapter is started.
  ///
  /// The error's sentence begins with `what`, such as "capabilities are declared".
  internal func checkNotStarted(_ what: String) throws(AdapterViolation) {
    guard isStarted else { return }
    throw AdapterViolation(
      .adapterAlreadyStarted,
      reason: "\(what) before start, and the adapter is \(state.rawValue); call stop() first")
  }

  /// Throws unless the adapter is started.
  internal func checkStarted(_ call: String) throws(AdapterViolation) {
    guard !isStarted else { return }
    throw AdapterViolation(
      .adapterNotStarted,
      reason: "\(call) needs a started adapter, and it is \(state.rawValue); call start() first")
  }
}
