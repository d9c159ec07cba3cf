/// How fast the link can be: `NET_ADAPTER_LINK_LAYER_CAPABILITIES`.
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
  ///   - maximumRxLinkSpeed: Bits per second; nil for the same as when sending.
  public init(maximumTxLinkSpeed: UInt64, maximumRxLinkSpeed: UInt64? = nil) {
    self.maximumTxLinkSpeed = maximumTxLinkSpeed
    self.maximumRxLinkSpeed = maximumRxLinkSpeed ?? maximumTxLinkSpeed
  }
}
