internal import Synchronization

/// The state of an adapter that the datapath reads for every frame, at one moment.
///
/// Calls that change it are rare. The datapath therefore keeps a copy and compares
/// ``NetAdapter/changeCount`` to see whether the copy is current:
///
/// ```swift
/// if adapter.changeCount != seen {
///   seen = adapter.changeCount           // first, so that no change in between is missed
///   state = adapter.datapathState
/// }
/// ```
///
/// It is a class so that a frame's reference to it costs no copy.
public final class DatapathState: Sendable {
  /// True between start and stop, offloads paused or not.
  public let isRunning: Bool
  /// True if the link is disconnected.
  public let isLinkDown: Bool
  /// The longest frame to receive in octets, with its link-layer header; no limit until declared.
  public let maximumReceivedFrameSize: Int
  /// The largest frame in octets, without its link-layer header; 0 until set.
  public let mtu: Int
  /// The declared segmentation hardware; nil if there is none.
  public let gso: GsoCapabilities?
  /// The declared checksum hardware for packets to send; nil if there is none.
  public let txChecksum: TxChecksumCapabilities?
  /// The active offloads; none unless the adapter is started and not paused.
  public let active: ActiveOffloads
  /// The fields of ``gso`` that per-frame decisions read.
  package let gsoLimits: GsoLimits?
  /// The parts of 802.1Q tags that the hardware inserts and removes.
  package let tagging: Ieee8021QTagCapabilities.Flags
  /// Whether the framework of Windows 11 21H2 is emulated.
  package let is21H2: Bool
  /// The longest frame that this framework passes to a driver, in octets.
  package let fragmentLimit21H2: Int
  /// What disables each offload that is not ``active``.
  package let causes: InactiveCauses

  internal init(_ record: AdapterRecord) {
    isRunning = record.isStarted
    isLinkDown = record.linkState.media == .disconnected
    maximumReceivedFrameSize = record.receive?.maximumFrameSize ?? .max
    mtu = record.mtu ?? 0
    gso = record.negotiation.hardware.gso
    gsoLimits = gso.map { GsoLimits($0) }
    txChecksum = record.negotiation.hardware.txChecksum
    active = record.activeOffloads
    tagging = record.negotiation.hardware.ieee8021Q?.flags ?? []
    is21H2 = record.negotiation.is21H2
    fragmentLimit21H2 = record.longestFrame
    causes = record.isQuiet ? InactiveCauses(all: .paused) : record.negotiation.causes
  }

  private init(_ other: DatapathState, limitedTo extensions: [PacketExtension]) {
    (isRunning, mtu) = (other.isRunning, other.mtu)
    (active, causes) = (other.active, other.causes)
    (is21H2, fragmentLimit21H2) = (other.is21H2, other.fragmentLimit21H2)
    isLinkDown = other.isLinkDown
    maximumReceivedFrameSize = other.maximumReceivedFrameSize
    gso = extensions.contains(.gso) ? other.gso : nil
    gsoLimits = gso.map { GsoLimits($0) }
    txChecksum = extensions.contains(.checksum) ? other.txChecksum : nil
    tagging = extensions.contains(.ieee8021Q) ? other.tagging : []
  }

  /// Returns a copy without the capabilities whose packet extension is missing.
  ///
  /// Without its extension, a packet cannot carry a request to the hardware.
  package func limited(to extensions: [PacketExtension]) -> DatapathState {
    DatapathState(self, limitedTo: extensions)
  }
}

extension NetAdapter {
  /// The state that the datapath reads, as it is now.
  ///
  /// - Complexity: O(1), one short lock.
  public var datapathState: DatapathState { record.withLock { DatapathState($0) } }

  /// A number that differs after every change of ``datapathState``.
  ///
  /// - Complexity: O(1), no lock.
  public var changeCount: Int { changes.load(ordering: .acquiring) }

  /// Changes the record, then ``changeCount``.
  internal func change<Result: Sendable, Failure: Error>(
    _ body: (inout AdapterRecord) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { changes.add(1, ordering: .releasing) }
    return try record.withLock(body)
  }
}
