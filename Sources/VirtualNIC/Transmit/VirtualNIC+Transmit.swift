public import GsoEngine
internal import NetAdapterCore
internal import WireFormats

/// What the sender of a frame leaves to the NIC: `NET_PACKET_GSO` and `NET_PACKET_CHECKSUM`.
public struct TransmitRequest: Hashable, Sendable {
  /// How large segments are.
  public enum SegmentSize: Hashable, Sendable {
    /// The frame is not to be segmented.
    case none
    /// This many octets of payload, `Mss`.
    case octets(Int)
    /// The largest that the MTU of the adapter takes, for a frame that exceeds it; others are sent
    /// whole.
    ///
    /// Only for TCP. A UDP datagram that exceeds the MTU is refused, because only its sender knows
    /// the boundaries of the datagrams in it.
    case toFit
  }

  /// The segment size in octets, `Mss`; 0 for a frame that is not to be segmented.
  public var segmentSize: Int
  /// Whether the frame is segmented to fit the MTU; see ``SegmentSize/toFit``.
  ///
  /// ``segmentSize`` has no effect then.
  public var segmentsToFit = false
  /// The checksums to compute in a frame that is not to be segmented.
  ///
  /// `ChecksumPlan.Fields.partial` asks to complete the checksums that are partial. It is for
  /// senders that do not say which ones those are, for example captures. In segments all checksums
  /// are computed, whatever this says.
  public var checksums: ChecksumPlan.Fields

  /// Creates a request; by default it asks for nothing.
  ///
  /// - Parameters:
  ///   - segmentSize: The segment size in octets; 0 for a frame that is not to be segmented.
  ///   - checksums: The checksums to compute in a frame that is not to be segmented.
  public init(segmentSize: Int = 0, checksums: ChecksumPlan.Fields = []) {
    (self.segmentSize, self.checksums) = (segmentSize, checksums)
  }

  /// Creates a request.
  ///
  /// - Parameters:
  ///   - segmentSize: How large segments are.
  ///   - checksums: The checksums to compute in a frame that is not to be segmented.
  public init(segmentSize: SegmentSize, checksums: ChecksumPlan.Fields = []) {
    switch segmentSize {
    case .none: self.init(checksums: checksums)
    case .octets(let size): self.init(segmentSize: size, checksums: checksums)
    case .toFit:
      self.init(checksums: checksums)
      segmentsToFit = true
    }
  }
}

extension VirtualNIC {
  /// Sends a frame: segmented if the request has a segment size, as one frame if not.
  ///
  /// The frame is complete, in the sense of NDIS, when the call returns. Frames keep their order. A
  /// frame that cannot be sent is dropped and counted, and the report has the reason.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - request: The offloads that are asked for.
  ///   - time: When the frame is sent.
  /// - Returns: Who segmented the frame, how, and what was sent.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  @discardableResult
  public func transmit(
    _ frame: RawSpan, _ request: TransmitRequest, at time: VirtualTime = .start
  ) -> TransmitReport {
    path.transmit(frame, request: request, rules: rules, at: time, to: link)
  }

  /// Sends a frame that lies in several buffers.
  ///
  /// The payload is copied once, from its buffers into the segments.
  ///
  /// - Parameters:
  ///   - frame: The frame, from its Ethernet header.
  ///   - request: The offloads that are asked for.
  ///   - time: When the frame is sent.
  /// - Returns: Who segmented the frame, how, and what was sent.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  @discardableResult
  public func transmit(
    _ frame: ScatteredFrame, _ request: TransmitRequest, at time: VirtualTime = .start
  ) -> TransmitReport {
    path.transmit(frame, request: request, rules: rules, at: time, to: link)
  }

  /// Sends a frame: segmented if `segmentSize` is given, unmodified if not.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - segmentSize: The segment size in octets; 0 for a frame that is not to be segmented.
  ///   - time: When the frame is sent.
  /// - Returns: Who segmented the frame, how, and what was sent.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  @inlinable @discardableResult
  public func transmit(
    _ frame: RawSpan, segmentSize: Int = 0, at time: VirtualTime = .start
  ) -> TransmitReport {
    transmit(frame, TransmitRequest(segmentSize: segmentSize), at: time)
  }

  /// Sends a frame that is held as an array.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - segmentSize: The segment size in octets; 0 for a frame that is not to be segmented.
  ///   - time: When the frame is sent.
  /// - Returns: Who segmented the frame, how, and what was sent.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  @discardableResult
  public func transmit(
    _ frame: [UInt8], segmentSize: Int = 0, at time: VirtualTime = .start
  ) -> TransmitReport {
    transmit(frame.octets, TransmitRequest(segmentSize: segmentSize), at: time)
  }

  /// Sends a frame that is held as an array, segmented to fit if it exceeds the MTU.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - segmentSize: How large segments are, such as ``TransmitRequest/SegmentSize/toFit``.
  ///   - time: When the frame is sent.
  /// - Returns: Who segmented the frame, how, and what was sent.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  @discardableResult
  public func transmit(
    _ frame: [UInt8], segmentSize: TransmitRequest.SegmentSize, at time: VirtualTime = .start
  ) -> TransmitReport {
    transmit(frame.octets, TransmitRequest(segmentSize: segmentSize), at: time)
  }

  /// Sends a frame that is held as an array.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - request: The offloads that are asked for.
  ///   - time: When the frame is sent.
  /// - Returns: Who segmented the frame, how, and what was sent.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  @discardableResult
  public func transmit(
    _ frame: [UInt8], _ request: TransmitRequest, at time: VirtualTime = .start
  ) -> TransmitReport {
    transmit(frame.octets, request, at: time)
  }
}

/// The path of frames from a sender to a link, for one thread.
internal final class TransmitPath {
  let counters = CounterBox()
  private let watch: AdapterWatch
  let renderer = FrameRenderer()
  /// Number of calls of ``transmit(_:request:rules:at:to:)`` that run, each from within the one
  /// before.
  private var depth = 0

  init(_ adapter: NetAdapter) { watch = AdapterWatch(adapter) }

  /// Decides about a frame, performs the action, and reports it.
  @inline(__always)
  func transmit<Source: FrameSource & ~Escapable>(
    _ frame: Source, request: TransmitRequest, rules: SegmentationRules, at time: VirtualTime,
    to link: any Link
  ) -> TransmitReport {
    watch.refresh()
    guard depth < VirtualNIC.maximumNesting else { return refuse(frame.byteCount) }
    depth += 1
    defer { depth -= 1 }
    var action = TransmitAction(
      for: frame, request, rules: rules, state: watch.state, renderer: renderer)
    renderer.perform(&action, on: frame, at: time, to: link, counting: counters)
    return TransmitReport(of: action)
  }

  /// Drops a frame of a sender that answers answers without end.
  @inline(never)
  private func refuse(_ byteCount: Int) -> TransmitReport {
    let action = TransmitAction.drop(.nestedTooDeeply(limit: VirtualNIC.maximumNesting))
    counters.count(action, byteCount: byteCount)
    return TransmitReport(of: action)
  }
}

/// A copy of the state of an adapter, refreshed only if that has changed.
///
/// For one thread.
internal final class AdapterWatch {
  private let adapter: NetAdapter
  /// The packet extensions of the rings; nil if frames do not go through rings.
  private let extensions: [PacketExtension]?
  /// The change count of the copy.
  private var seen: Int
  /// The state at the time of the last ``refresh()``.
  private(set) var state: DatapathState

  init(_ adapter: NetAdapter, carrying extensions: [PacketExtension]? = nil) {
    (self.adapter, self.extensions) = (adapter, extensions)
    // Read before the state, so that no change in between is missed.
    seen = adapter.changeCount
    state = Self.state(of: adapter, extensions)
  }

  /// Copies the state if it has changed.
  ///
  /// - Complexity: O(1), without a lock if nothing has changed.
  func refresh() {
    let count = adapter.changeCount
    guard count != seen else { return }
    seen = count
    state = Self.state(of: adapter, extensions)
  }

  private static func state(
    of adapter: NetAdapter, _ extensions: [PacketExtension]?
  ) -> DatapathState {
    let state = adapter.datapathState
    return extensions.map { state.limited(to: $0) } ?? state
  }
}
