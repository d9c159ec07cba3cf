internal import Synchronization

/// What the datapath needs to know of an adapter, as it is at one moment.
///
/// Whoever sends and receives looks at this for every frame, and control calls are rare. So the
/// datapath keeps a copy and asks only ``NetAdapter/changeCount`` whether it is still good:
///
/// ```swift
/// if adapter.changeCount != seen {
///   seen = adapter.changeCount           // first, so that a change in between is not missed
///   state = adapter.datapathState
/// }
/// ```
///
/// An object, and not a structure, so that keeping it costs no copy for each frame.
public final class DatapathState: Sendable {
  /// True between start and stop, offloads paused or not.
  public let isRunning: Bool
  /// Most octets of a frame behind its link-layer header; 0 until set.
  public let mtu: Int
  /// What the hardware can segment; nil if nothing was declared.
  public let gso: GsoCapabilities?
  /// Which checksums the hardware can compute; nil if none was declared.
  public let txChecksum: TxChecksumCapabilities?
  /// What is switched on; nothing unless started and not paused.
  public let active: ActiveOffloads
  /// ``gso`` without what no frame is compared with.
  package let gsoLimits: GsoLimits?

  internal init(_ record: AdapterRecord) {
    isRunning = record.isStarted
    mtu = record.mtu ?? 0
    gso = record.negotiation.hardware.gso
    gsoLimits = gso.map { GsoLimits($0) }
    txChecksum = record.negotiation.hardware.txChecksum
    active = record.state == .started ? record.negotiation.driver : ActiveOffloads()
  }

  private init(_ other: DatapathState, extensions: [PacketExtension]) {
    (isRunning, mtu, active) = (other.isRunning, other.mtu, other.active)
    gso = extensions.contains(.gso) ? other.gso : nil
    gsoLimits = gso.map { GsoLimits($0) }
    txChecksum = extensions.contains(.checksum) ? other.txChecksum : nil
  }

  /// The same without hardware that packets with these extensions alone can ask nothing of.
  package func limited(to extensions: [PacketExtension]) -> DatapathState {
    DatapathState(self, extensions: extensions)
  }
}

extension NetAdapter {
  /// What the datapath needs to know, now.
  ///
  /// - Complexity: O(1), one short lock.
  public var datapathState: DatapathState { record.withLock { DatapathState($0) } }

  /// A number that is another one after every change of ``datapathState``.
  ///
  /// - Complexity: O(1), no lock.
  public var changeCount: Int { changes.load(ordering: .acquiring) }

  /// Changes the record, and lets everyone who keeps a copy of it know.
  internal func change<Result: Sendable, Failure: Error>(
    _ body: (inout AdapterRecord) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { changes.add(1, ordering: .releasing) }
    return try record.withLock(body)
  }
}
