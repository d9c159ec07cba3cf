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
  private let wires: (ImpairedLink, ImpairedLink)?
  /// A copy of a frame whose checksum is completed.
  private var scratch = [UInt8](repeating: 0, count: 2_048)
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

  /// Takes one frame of a kernel.
  private func take(
    _ header: VirtioNetHeader, _ frame: RawSpan, from: WireSide, to: WireSide,
    at time: VirtualTime
  ) {
    from.tally.value.framesRead += 1
    from.tally.value.octetsRead += frame.byteCount
    let isSuper = header.gsoType != .none
    if isSuper {
      from.tally.value.superFramesRead += 1
      from.tally.value.superFrameOctetsRead += frame.byteCount
    }
    do throws(SegmentationError) {
      switch try OffloadAction(on: frame, describedBy: header, rules: from.nic.rules) {
      case .unmodified:
        send(frame, .whole, header, frame, from: from, at: time)
      case .checksum(let completion):
        if passes(header, from, to), EthernetHeader.fit(of: frame, mtu: from.mtu) == .whole {
          return pass(header, frame, from: from, to: to)
        }
        try complete(completion, header, frame, from: from, at: time)
      case .segmentation(let plan):
        segment(plan, header, frame, from: from, to: to, at: time)
      case .fragmentation:
        throw .metadata(.unknownGsoType(header.gsoType.rawValue))
      }
    } catch {
      from.tally.value.droppedForHeader += 1
      drop(.header(error), header, frame, from)
    }
  }

  /// Whether a frame with a header may go to the other side as it is.
  private func passes(_ header: VirtioNetHeader, _ from: WireSide, _ to: WireSide) -> Bool {
    guard wires == nil else { return false }
    let needed = WireOffloads(neededBy: header)
    return from.leftToNIC.isSuperset(of: needed) && to.end.offloads.isSuperset(of: needed)
  }

  private func pass(
    _ header: VirtioNetHeader, _ frame: RawSpan, from: WireSide, to: WireSide
  ) {
    from.tally.value.passed += 1
    if header.gsoType != .none { from.tally.value.superFramesPassed += 1 }
    onRead?(from, header, frame, .passed)
    // Earlier frames of the flow come first.
    to.nic.drainReceived()
    var header = header
    // The sender's word is not the check of a NIC.
    header.flags.remove(.dataValid)
    write(header, frame, to: to)
  }

  private func segment(
    _ plan: SegmentationPlan, _ header: VirtioNetHeader, _ frame: RawSpan, from: WireSide,
    to: WireSide, at time: VirtualTime
  ) {
    guard plan.count <= Self.maximumSegmentCount else {
      from.tally.value.droppedForSegmentCount += 1
      return drop(.segmentCount(plan.count, limit: Self.maximumSegmentCount), header, frame, from)
    }
    switch from.nic.decision(for: plan) {
    case .failure(let reason):
      from.nic.transmit(frame, segmentedAs: plan, at: time)
      from.tally.value.droppedByNIC += 1
      drop(.nic(reason), header, frame, from)
    case .success(let decision):
      // A header describes all of the frame, so one with a trailer is not passed.
      if passes(header, from, to), decision.allowsPassing, plan.count > 1,
        plan.payloadRange.upperBound == frame.byteCount
      {
        return pass(header, frame, from: from, to: to)
      }
      // Only a frame that is sent whole keeps its trailer.
      if plan.count == 1, drops(trailerOf: frame, header, frame, from) { return }
      if decision == .hardware {
        from.tally.value.segmentedByHardware += 1
      } else {
        from.tally.value.segmentedBySoftware += 1
      }
      from.tally.value.segments += plan.count
      onRead?(
        from, header, frame,
        .segmented(decision, count: plan.count, segmentSize: plan.segmentSize))
      from.nic.transmit(frame, segmentedAs: plan, at: time)
    }
  }

  /// Completes the checksum of a frame in a copy, and sends that whole.
  private func complete(
    _ completion: ChecksumCompletion, _ header: VirtioNetHeader, _ frame: RawSpan,
    from: WireSide, at time: VirtualTime
  ) throws(SegmentationError) {
    var copy: [UInt8] = []
    swap(&copy, &scratch)
    defer { swap(&copy, &scratch) }
    if copy.count < frame.byteCount {
      copy = [UInt8](repeating: 0, count: max(frame.byteCount, WireLimits.frameByteCount))
    }
    var failure: SegmentationError?
    copy.withMutableOctets { octets in
      octets.copy(frame, at: 0)
      var part = octets.part(0..<frame.byteCount)
      do throws(SegmentationError) {
        try completion.apply(to: &part)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    send(
      copy.octets.extracting(first: frame.byteCount), .checksumCompleted, header, frame,
      from: from, at: time)
  }

  /// Sends a frame whole; `original` is what was read.
  private func send(
    _ frame: RawSpan, _ decision: WireDecision, _ header: VirtioNetHeader, _ original: RawSpan,
    from: WireSide, at time: VirtualTime
  ) {
    if drops(trailerOf: frame, header, original, from) { return }
    // What is dropped is reported when the NIC has done so, with its reason.
    let fits = EthernetHeader.fit(of: frame, mtu: from.mtu) == .whole
    if fits { onRead?(from, header, original, decision) }
    if let reason = from.nic.transmitUnmodified(frame, at: time) {
      from.tally.value.droppedByNIC += 1
      return drop(.nic(reason), header, original, from)
    }
    if !fits { onRead?(from, header, original, decision) }
    if decision == .whole {
      from.tally.value.sentWhole += 1
    } else {
      from.tally.value.checksumsCompleted += 1
    }
  }

  /// Drops a frame whose packet fits the MTU, and which exceeds it by its trailer.
  ///
  /// A NIC counts packets, and sends such a frame; a receiver of less than the MTU would get it.
  private func drops(
    trailerOf frame: RawSpan, _ header: VirtioNetHeader, _ original: RawSpan, _ from: WireSide
  ) -> Bool {
    guard case .exceeded(let byteCount) = EthernetHeader.fit(of: frame, mtu: from.mtu) else {
      return false
    }
    from.tally.value.droppedByNIC += 1
    drop(.trailer(byteCount: byteCount, mtu: from.mtu), header, original, from)
    return true
  }

  private func drop(
    _ reason: WireDecision.DropReason, _ header: VirtioNetHeader, _ frame: RawSpan,
    _ from: WireSide
  ) {
    from.tally.value.dropped += 1
    onRead?(from, header, frame, .dropped(reason))
  }
}

extension OffloadDecision {
  /// Whether a frame may be left to the other side: the NIC can segment it, or only the layout of a
  /// packet of NetAdapterCx is too small to say where its headers are, which a virtio-net header
  /// says.
  fileprivate var allowsPassing: Bool {
    switch self {
    case .hardware, .software(because: .tunnel), .software(because: .vlanTags),
      .software(because: .linkHeaders), .software(because: .layer3HeaderLength):
      true
    case .software, .none: false
    }
  }
}

/// How a frame compares with an MTU.
private enum MTUFit: Equatable {
  /// It does not exceed the MTU, link headers not counted.
  case whole
  /// Its packet does not, but packet and trailer have this number of octets.
  case exceeded(byteCount: Int)
  /// Its packet does, or it has none.
  case packetExceeded
}

extension EthernetHeader {
  /// How a frame compares with an MTU.
  fileprivate static func fit(of frame: RawSpan, mtu: Int) -> MTUFit {
    if frame.byteCount - byteCount <= mtu { return frame.byteCount > 0 ? .whole : .packetExceeded }
    guard let layout = try? PacketLayout(parsing: frame, tunnels: .none),
      let network = layout.network, network.end - layout.linkHeaderLength <= mtu
    else { return .packetExceeded }
    let octets = frame.byteCount - layout.linkHeaderLength
    return octets <= mtu ? .whole : .exceeded(byteCount: octets)
  }
}
