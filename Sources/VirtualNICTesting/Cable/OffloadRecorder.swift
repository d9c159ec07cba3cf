public import NetAdapterCore
internal import Synchronization

/// What an adapter has told its driver, once.
public struct OffloadChange: Hashable, Sendable {
  /// The set callback that was called.
  public enum Callback: String, CaseIterable, Hashable, Sendable {
    /// `EVT_NET_ADAPTER_OFFLOAD_SET_GSO`.
    case gso
    /// `EVT_NET_ADAPTER_OFFLOAD_SET_TX_CHECKSUM`.
    case txChecksum
    /// `EVT_NET_ADAPTER_OFFLOAD_SET_RX_CHECKSUM`.
    case rxChecksum
    /// `EVT_NET_ADAPTER_OFFLOAD_SET_RSC`.
    case rsc
  }

  /// The set callback that was called.
  public var callback: Callback
  /// The offloads that it was told are active.
  public var offloads: ActiveOffloads

  /// Makes a change.
  public init(_ callback: Callback, _ offloads: ActiveOffloads) {
    (self.callback, self.offloads) = (callback, offloads)
  }
}

/// Collects what adapters tell their drivers, so that a test needs no lock of its own.
///
/// ```swift
/// let told = OffloadRecorder()
/// try nic.adapter.setGsoCapabilities(
///   GsoCapabilities(
///     layer3: .all, layer4: [.tcp, .udp], maximumOffloadSize: 65_536, minimumSegmentCount: 2,
///     evtSetGso: told.callback(.gso)))
/// try nic.start()
/// told.changes.map(\.offloads.isLsoIPv4Enabled)      // [true]
/// ```
///
/// May be used from any thread.
public final class OffloadRecorder: Sendable {
  private let stored = Mutex<[OffloadChange]>([])

  /// A recorder that was told nothing.
  public init() {}

  /// What was told so far, in order.
  public var changes: [OffloadChange] { stored.withLock { $0 } }

  /// What was told since the last call.
  public func takeChanges() -> [OffloadChange] {
    stored.withLock { changes in
      defer { changes = [] }
      return changes
    }
  }

  /// A set callback that records what it is told.
  public func callback(_ callback: OffloadChange.Callback) -> EvtAdapterSetOffload {
    { _, offload in
      let change = OffloadChange(callback, offload.offloads)
      self.stored.withLock { $0.append(change) }
    }
  }

  /// Declares segmentation and checksums of all kinds of frames, with callbacks of this recorder.
  ///
  /// - Parameters:
  ///   - adapter: An adapter before its start.
  ///   - maximumOffloadSize: Most octets of payload in a frame to segment.
  /// - Throws: What the adapter refuses: it is started already, or `maximumOffloadSize` is below 1.
  public func declareAll(on adapter: NetAdapter, maximumOffloadSize: Int = 262_144) throws {
    try adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: .all, layer4: [.tcp, .udp], maximumOffloadSize: maximumOffloadSize,
        minimumSegmentCount: 2, evtSetGso: callback(.gso)))
    var checksums = TxChecksumCapabilities(layer3: .all, evtSetTxChecksum: callback(.txChecksum))
    checksums.layer4 = [.tcp, .udp]
    try adapter.setTxChecksumCapabilities(checksums)
    try adapter.setRxChecksumCapabilities(
      RxChecksumCapabilities(evtSetRxChecksum: callback(.rxChecksum)))
  }
}
