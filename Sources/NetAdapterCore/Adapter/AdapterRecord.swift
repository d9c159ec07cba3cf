internal import WireFormats

/// What an adapter knows; guarded by its lock.
internal struct AdapterRecord: Sendable {
  internal var negotiation: OffloadNegotiation
  internal var keywords: KeywordStore
  internal var currentLinkLayerAddress: MACAddress
  internal var state = NetAdapter.State.initialized
  internal var keywordIssues: [KeywordIssue] = []
  internal var stackOffloads = ActiveOffloads()
  internal var registeredExtensions: [PacketExtension] = []
  internal var mtu: Int?
  internal var linkState = LinkState()
  internal var linkLayer: LinkLayerCapabilities?
  internal var transmit: TransmitCapabilities?
  internal var receive: ReceiveCapabilities?
  internal var datapath = DatapathRecord()
  /// Decided changes whose callbacks have not run.
  internal var rounds: [CallbackRound] = []
  /// True while some thread runs callbacks.
  internal var isDelivering = false

  internal init(
    negotiation: OffloadNegotiation, keywords: KeywordStore, currentLinkLayerAddress: MACAddress
  ) {
    self.negotiation = negotiation
    self.keywords = keywords
    self.currentLinkLayerAddress = currentLinkLayerAddress
  }

  /// True between start and stop.
  internal var isStarted: Bool { state == .started || state == .paused }

  /// Takes the keywords as they are now, as every start and every request does.
  internal mutating func readKeywords() {
    negotiation.keywords = keywords
    keywordIssues = keywords.issues
  }

  /// Plans to tell the driver, and after it the stack, what is active.
  internal mutating func announce() {
    rounds.append(
      CallbackRound(
        callbacks: callbacks, offloads: negotiation.driver, stack: negotiation.stack,
        tellsStackFirst: false))
  }

  /// The declared callbacks in the order in which they are called.
  internal var callbacks: [EvtAdapterSetOffload] {
    let hardware = negotiation.hardware
    let inOrder = [
      hardware.txChecksum?.evtSetTxChecksum, hardware.rxChecksum?.evtSetRxChecksum,
      hardware.gso?.evtSetGso, hardware.rsc?.evtSetRsc,
    ]
    return inOrder.compactMap { $0 }
  }
}
