internal import GsoEngine
internal import NetAdapterCore
public import VirtualNIC
public import WireFormats

/// A wire between two kernels, each with an emulated NIC of its own.
///
/// ```swift
/// let bridge = try WireBridge(
///   WireSide(TAP("left"), leftNIC), WireSide(TAP("right"), rightNIC))
/// while isRunning {
///   // poll(2) bridge.descriptors, until bridge.nextDeadline
///   try bridge.process(at: now)
/// }
/// ```
///
/// A frame that a kernel leaves to its NIC, to be segmented or to get its checksum completed, is
/// passed on with its header if the NIC has that offload active, the other side takes it, and no
/// link between the NICs needs the frames of a wire. Otherwise the NIC segments it, or completes
/// it, and the frames go over the wire one by one. A NIC that coalesces delivers large frames to
/// its kernel, each with a virtio-net header.
///
/// Work for one frame is bounded by ``maximumSegmentCount``. No frame allocates memory once the
/// buffers have grown to their size.
public final class WireBridge {
  /// The most segments of a frame; frames that would give more are dropped and counted.
  ///
  /// A frame of 65,535 octets gives 1,366 segments of 48 octets, the least that Linux segments TCP
  /// to (`TCP_MIN_GSO_SIZE`), and UDP gives at most 128. A hostile `gso_size` of 1 would give
  /// 65,000.
  public static let maximumSegmentCount = 2_048

  /// The two sides.
  public let left: WireSide
  /// The two sides.
  public let right: WireSide
  /// Called with each frame that is read from a side, before anything is sent, and what was decided
  /// about it.
  public var onRead: ((WireSide, VirtioNetHeader, RawSpan, WireDecision) -> Void)?
  /// Called with each frame that is written to a side, and the result.
  public var onWritten: ((WireSide, VirtioNetHeader, RawSpan, WireSendResult) -> Void)? {
    didSet { updateBatches() }
  }
  /// The wires from the left to the right and back; nil for perfect ones.
  internal let wires: (ImpairedLink, ImpairedLink)?
  /// A copy of a frame whose checksum is completed.
  internal var scratch = [UInt8](repeating: 0, count: 2_048)
  /// Why an end cannot be written to any more.
  internal let failure = WireFailure()
  private var isProcessing = false
  private var isClosed = false
  /// Takes frames for a kernel instead of its end, in virtual time; nil for the time of the caller.
  internal var outlet: ((WireSide, VirtioNetHeader, RawSpan) -> Void)? {
    didSet { updateBatches() }
  }

  /// Connects two sides.
  ///
  /// - Parameters:
  ///   - left: One side.
  ///   - right: The other one.
  ///   - impairments: The faults of the wire, in both directions; nil for a perfect one.
  ///   - seed: The seed of the faults, for each direction another one.
  /// - Throws: ``WireEndError`` if an end is of no use any more.
  public init(
    _ left: WireSide, _ right: WireSide, impairments: Impairments? = nil, seed: UInt64 = 0
  ) throws(WireEndError) {
    (self.left, self.right) = (left, right)
    let (toLeft, toRight) = (NICLink(to: left.nic), NICLink(to: right.nic))
    wires = impairments.map {
      (
        ImpairedLink($0, seed: seed, next: toRight),
        ImpairedLink($0, seed: ~seed, next: toLeft)
      )
    }
    left.nic.link = wires?.0 ?? toRight
    right.nic.link = wires?.1 ?? toLeft
    for side in [left, right] {
      side.owner = ObjectIdentifier(self)
      // Weak references cost as much as a small frame; these end before the bridge does.
      side.nic.onReceive = { [unowned self, unowned side] frame, metadata, _ in
        let isCoalesced = metadata.rsc.coalescedSegmentCount > 0
        if isCoalesced { side.tally.value.coalescedFramesWritten += 1 }
        write(isCoalesced ? metadata.virtioNetHeader : VirtioNetHeader(), frame, to: side)
      }
    }
    updateBatches()
    try left.update()
    try right.update()
  }

  /// What to poll for input.
  public var descriptors: [Int32] { left.end.descriptors + right.end.descriptors }

  /// When a delayed frame arrives, and ``process(limit:at:)`` is to be called; nil if none is.
  public var nextDeadline: VirtualTime? {
    guard let wires else { return nil }
    guard let first = wires.0.nextArrival else { return wires.1.nextArrival }
    return wires.1.nextArrival.map { min($0, first) } ?? first
  }

  /// What the wires have counted, from the left to the right and back; nil for perfect ones.
  public var wireCounters: (ImpairmentCounters, ImpairmentCounters)? {
    wires.map { ($0.0.counters, $0.1.counters) }
  }

  /// Takes what has arrived at both ends, and delivers frames that are due.
  ///
  /// The call has no effect once a ``VirtualTimeCalendar`` drives the bridge.
  ///
  /// - Parameters:
  ///   - limit: The most frames to take from each end.
  ///   - time: Now.
  /// - Returns: The number of frames that were taken; as long as it is not 0, more may be waiting.
  /// - Throws: ``WireEndError`` of an end that is of no use any more.
  /// - Complexity: O(*n*) in the octets. Allocates only to grow.
  @discardableResult
  public func process(limit: Int = 64, at time: VirtualTime) throws(WireEndError) -> Int {
    guard !isProcessing, !isClosed, outlet == nil else { return 0 }
    isProcessing = true
    defer { isProcessing = false }
    var count = try pump(left, right, limit, time)
    count += try pump(right, left, limit, time)
    try settle(at: time)
    return count
  }

  /// Delivers frames that are due, and those that NICs hold to merge them with later ones.
  internal func settle(at time: VirtualTime) throws(WireEndError) {
    wires?.0.advance(to: time)
    wires?.1.advance(to: time)
    left.nic.drainReceived()
    right.nic.drainReceived()
    if let error = failure.error { throw error }
    try left.followOffloads()
    try right.followOffloads()
  }

  /// Takes one frame that was taken from an end.
  internal func receive(
    _ header: VirtioNetHeader, _ frame: RawSpan, from side: WireSide, at time: VirtualTime
  ) {
    guard !isClosed else { return }
    take(header, frame, from: side, to: side === left ? right : left, at: time)
  }

  /// Takes what has arrived at one end.
  private func pump(
    _ from: WireSide, _ to: WireSide, _ limit: Int, _ time: VirtualTime
  ) throws(WireEndError) -> Int {
    try from.end.process(limit: limit) { header, frame in
      take(header, frame, from: from, to: to, at: time)
    }
  }

  /// Closes both ends, and separates the NICs.
  public func close() {
    isClosed = true
    left.end.close()
    right.end.close()
    separate()
  }

  deinit { separate() }

  /// Separates the NICs, unless another bridge has them by now.
  private func separate() {
    for side in [left, right] where side.owner == ObjectIdentifier(self) {
      side.owner = nil
      side.nic.link = QueueLink()
      side.nic.onReceive = nil
      side.nic.onReceiveBatch = nil
    }
  }
}
