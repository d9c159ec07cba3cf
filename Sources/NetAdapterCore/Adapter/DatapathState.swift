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
public struct DatapathState: Sendable {
  /// True between start and stop, offloads paused or not.
  public let isRunning: Bool
  /// Most octets of a frame behind its link-layer header; 0 until set.
  public let mtu: Int
  /// What the hardware can segment; nil if nothing was declared.
  public private(set) var gso: GsoCapabilities?
  /// Which checksums the hardware can compute; nil if none was declared.
  public private(set) var txChecksum: TxChecksumCapabilities?
  /// What is switched on; nothing unless started and not paused.
  public let active: ActiveOffloads

  internal init(_ record: AdapterRecord) {
    isRunning = record.isStarted
    mtu = record.mtu ?? 0
    gso = record.negotiation.hardware.gso
    txChecksum = record.negotiation.hardware.txChecksum
    active = record.state == .started ? record.negotiation.driver : ActiveOffloads()
  }

  /// The same without hardware that packets with these extensions alone can ask nothing of.
  package func limited(to extensions: [PacketExtension]) -> DatapathState {
    var limited = self
    if !extensions.contains(.gso) { limited.gso = nil }
    if !extensions.contains(.checksum) { limited.txChecksum = nil }
    return limited
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
