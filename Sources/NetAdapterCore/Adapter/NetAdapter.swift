internal import Synchronization
public import WireFormats

/// A network adapter as its driver sees it: `NETADAPTER`.
///
/// ```swift
/// let adapter = NetAdapter(permanentLinkLayerAddress: MACAddress(0x02_00_00_00_00_01))
/// try adapter.setDatapathCapabilities(transmit: .init(), receive: .init(maximumFrameSize: 1_514))
/// adapter.setLinkLayerCapabilities(.init(maximumTxLinkSpeed: 1_000_000_000))
/// try adapter.setLinkLayerMtuSize(1_500)
/// try adapter.setGsoCapabilities(gso)
/// try adapter.start()                       // the set-GSO callback runs in here
/// ```
///
/// Capabilities are declared before start. A started adapter can be paused, resumed and stopped,
/// and a stopped one started again; its declarations remain. All methods may be called from any
/// thread and in any order. A call in the wrong state throws and changes nothing.
///
/// **Callbacks.** A start, an accepted request, a pause and a resume each call every set callback
/// once, in the order Tx checksum, Rx checksum, GSO, RSC. Callbacks never overlap. They run outside
/// of all locks, on one of the threads that made such calls.
///
/// The decision of a call takes effect at once, for all threads. Its callbacks run after those of
/// earlier decisions. A callback may therefore call any method of its adapter: the callbacks of
/// such a nested call run after those that are running. Callbacks of one call can cause
/// ``maximumNestedChanges`` changes; further ones are refused until that call has returned. A call
/// made while another thread runs callbacks returns without waiting, and that thread runs its
/// callbacks too.
public final class NetAdapter: Sendable {
  /// The stage of an adapter's life cycle.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// Never started; capabilities can be declared.
    case initialized
    /// Started; offloads are active.
    case started
    /// Started; offloads are paused.
    case paused
    /// Stopped; capabilities can be declared again.
    case stopped
  }

  /// The rules that declared capabilities are checked by.
  public let validation: CapabilityValidation
  /// The address of the hardware: `NetAdapterSetPermanentLinkLayerAddress`.
  public let permanentLinkLayerAddress: MACAddress
  internal let record: Guarded<AdapterRecord>
  internal let changes = Atomic<Int>(0)

  /// Creates an adapter: `NetAdapterCreate`.
  ///
  /// - Parameters:
  ///   - permanentLinkLayerAddress: The address of the hardware.
  ///   - validation: The rules that declared capabilities are checked by.
  ///   - quirks: Deviations from the documentation to emulate; defaults to none.
  ///   - keywords: The adapter's INF keywords; defaults to none.
  public init(
    permanentLinkLayerAddress: MACAddress, validation: CapabilityValidation = .documented,
    quirks: Quirks = [], keywords: KeywordStore = .init()
  ) {
    self.validation = validation
    self.permanentLinkLayerAddress = permanentLinkLayerAddress
    record = Guarded(
      AdapterRecord(
        negotiation: OffloadNegotiation(quirks: quirks), keywords: keywords,
        currentLinkLayerAddress: permanentLinkLayerAddress))
  }

  /// The stage of the adapter's life cycle.
  public var state: State { record.withLock { $0.state } }

  /// The capabilities that the driver declared.
  public var declaredCapabilities: DeclaredCapabilities {
    record.withLock { $0.negotiation.hardware }
  }

  /// The active offloads according to the latest decision; none unless started and not paused.
  public var activeOffloads: ActiveOffloads { record.withLock { $0.activeOffloads } }

  /// The offloads that the stack was last told it may request of packets, in hardware or software.
  ///
  /// The stack is told of a start, a request and a resume after the callbacks; of a pause and a
  /// stop before them.
  public var stackOffloads: ActiveOffloads { record.withLock { $0.stackOffloads } }

  /// The offloads that hardware and software support together, before keywords disable any.
  public var offeredOffloads: ActiveOffloads {
    record.withLock { record in
      var negotiation = record.negotiation
      negotiation.keywords = record.keywords
      return negotiation.offered
    }
  }

  /// The extensions that packets of this adapter carry; empty unless started.
  public var registeredExtensions: [PacketExtension] {
    record.withLock { $0.registeredExtensions }
  }
}
