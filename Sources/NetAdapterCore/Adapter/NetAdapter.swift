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
/// An adapter is declared, started, perhaps paused and resumed, and stopped; declarations outlive a
/// stop, so it can be started again. All methods may be called from any thread, and in any order: a
/// call at the wrong time throws and changes nothing.
///
/// **Callbacks.** A start, an accepted request, a pause and a resume each call the set callbacks once,
/// in the order Tx checksum, Rx checksum, GSO, RSC. Callbacks never overlap and run outside of all
/// locks, on one of the threads that made such calls. What such a call decides holds at once, for
/// every thread; the callbacks of several calls run one call after another, in the order of the
/// decisions. So a callback may call any method of its adapter: a nested start, stop, pause, resume
/// or request is decided at once, and its callbacks run after those under way. Likewise a call that
/// meets callbacks under way on another thread does not wait for them: its own will run there.
public final class NetAdapter: Sendable {
  /// Where an adapter is in its life.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// Never started: capabilities may be declared.
    case initialized
    /// Started, offloads active.
    case started
    /// Started, offloads paused.
    case paused
    /// Stopped: capabilities may be declared again.
    case stopped
  }

  /// Whose rules declarations are held against.
  public let validation: CapabilityValidation
  /// The address burnt into the hardware: `NetAdapterSetPermanentLinkLayerAddress`.
  public let permanentLinkLayerAddress: MACAddress
  internal let record: Guarded<AdapterRecord>
  internal let changes = Atomic<Int>(0)

  /// An adapter that was never started: `NetAdapterCreate`.
  ///
  /// - Parameters:
  ///   - permanentLinkLayerAddress: The address burnt into the hardware.
  ///   - validation: Whose rules declarations are held against.
  ///   - quirks: In which ways to be unlike the documentation.
  ///   - keywords: The adapter's INF keywords.
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

  /// Where the adapter is in its life.
  public var state: State { record.withLock { $0.state } }

  /// What drivers declared last, started or not.
  public var declaredCapabilities: DeclaredCapabilities {
    record.withLock { $0.negotiation.hardware }
  }

  /// What is active for the driver from the latest decision on; nothing unless started and not
  /// paused.
  public var activeOffloads: ActiveOffloads {
    record.withLock { $0.state == .started ? $0.negotiation.driver : ActiveOffloads() }
  }

  /// What the stack was last told that it may ask for, by hardware or software.
  ///
  /// It learns of a start, a request and a resume after the callbacks, of a pause and a stop before
  /// them.
  public var stackOffloads: ActiveOffloads { record.withLock { $0.stackOffloads } }

  /// What the stack is told that the adapter can do, before keywords switch anything off.
  public var offeredOffloads: ActiveOffloads {
    record.withLock { record in
      var negotiation = record.negotiation
      negotiation.keywords = record.keywords
      return negotiation.offered
    }
  }

  /// Per-packet extensions that packets of this adapter carry; empty unless started.
  public var registeredExtensions: [PacketExtension] {
    record.withLock { $0.registeredExtensions }
  }
}
