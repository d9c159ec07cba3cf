/// The state of the link: `NET_ADAPTER_LINK_STATE`.
///
/// Defaults to disconnected.
///
/// Microsoft's enumerations are Swift enumerations here, so failure code 14 can only result from
/// unknown bits of ``autoNegotiation``.
public struct LinkState: Hashable, Sendable {
  /// `MediaConnectState`.
  public enum Media: Hashable, Sendable {
    /// `MediaConnectStateUnknown`.
    case unknown
    /// `MediaConnectStateConnected`.
    case connected
    /// `MediaConnectStateDisconnected`.
    case disconnected
  }

  /// `MediaDuplexState`.
  public enum Duplex: Hashable, Sendable {
    /// `MediaDuplexStateUnknown`.
    case unknown
    /// `MediaDuplexStateHalf`.
    case half
    /// `MediaDuplexStateFull`.
    case full
  }

  /// `NET_ADAPTER_PAUSE_FUNCTION_TYPE`.
  public enum PauseFunctions: Hashable, Sendable {
    /// `NetAdapterPauseFunctionTypeUnknown`.
    case unknown
    /// `NetAdapterPauseFunctionTypeUnsupported`.
    case unsupported
    /// `NetAdapterPauseFunctionTypeSendOnly`.
    case sendOnly
    /// `NetAdapterPauseFunctionTypeReceiveOnly`.
    case receiveOnly
    /// `NetAdapterPauseFunctionTypeSendAndReceive`.
    case sendAndReceive
  }

  /// `NET_ADAPTER_AUTO_NEGOTIATION_FLAGS`: the properties that were negotiated.
  public struct AutoNegotiation: OptionSet, Hashable, Sendable {
    /// One bit for each property.
    public let rawValue: UInt32
    /// Creates flags from their bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `NetAdapterAutoNegotiationFlagXmitLinkSpeedAutoNegotiated`.
    public static let txLinkSpeed = AutoNegotiation(rawValue: 0x1)
    /// `NetAdapterAutoNegotiationFlagRcvLinkSpeedautoNegotiated`.
    public static let rxLinkSpeed = AutoNegotiation(rawValue: 0x2)
    /// `NetAdapterAutoNegotiationFlagDuplexAutoNegotiated`.
    public static let duplex = AutoNegotiation(rawValue: 0x4)
    /// `NetAdapterAutoNegotiationFlagPauseFunctionsAutoNegotiated`.
    public static let pauseFunctions = AutoNegotiation(rawValue: 0x8)
    /// All four.
    public static let all = AutoNegotiation(rawValue: 0xF)
  }

  /// `MediaConnectState`.
  public var media = Media.disconnected
  /// `MediaDuplexState`.
  public var duplex = Duplex.unknown
  /// `SupportedPauseFunctions`.
  public var pauseFunctions = PauseFunctions.unknown
  /// `AutoNegotiationFlags`.
  public var autoNegotiation: AutoNegotiation = []
  /// `TxLinkSpeed`, in bits per second.
  public var txLinkSpeed: UInt64 = 0
  /// `RxLinkSpeed`, in bits per second.
  public var rxLinkSpeed: UInt64 = 0

  /// `NET_ADAPTER_LINK_STATE_INIT_DISCONNECTED`.
  public init() {}

  /// Returns a connected link, full duplex, with the same speed in both directions.
  ///
  /// - Parameter linkSpeed: Bits per second.
  /// - Returns: The state.
  public static func connected(linkSpeed: UInt64) -> LinkState {
    var state = LinkState()
    (state.media, state.duplex) = (.connected, .full)
    (state.txLinkSpeed, state.rxLinkSpeed) = (linkSpeed, linkSpeed)
    return state
  }
}

/// The largest speeds of the link: `NET_ADAPTER_LINK_LAYER_CAPABILITIES`.
///
/// Needed before start.
public struct LinkLayerCapabilities: Hashable, Sendable {
  /// `MaxTxLinkSpeed`, in bits per second.
  public var maximumTxLinkSpeed: UInt64
  /// `MaxRxLinkSpeed`, in bits per second.
  public var maximumRxLinkSpeed: UInt64

  /// `NET_ADAPTER_LINK_LAYER_CAPABILITIES_INIT`.
  ///
  /// - Parameters:
  ///   - maximumTxLinkSpeed: Bits per second.
  ///   - maximumRxLinkSpeed: Bits per second; defaults to `maximumTxLinkSpeed`.
  public init(maximumTxLinkSpeed: UInt64, maximumRxLinkSpeed: UInt64? = nil) {
    self.maximumTxLinkSpeed = maximumTxLinkSpeed
    self.maximumRxLinkSpeed = maximumRxLinkSpeed ?? maximumTxLinkSpeed
  }
}
