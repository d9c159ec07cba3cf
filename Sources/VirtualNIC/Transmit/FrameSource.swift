internal import GsoEngine
internal import WireFormats

/// A frame to send, however it lies in memory.
internal protocol FrameSource: ~Escapable {
  /// Length of the frame, in octets.
  var byteCount: Int { get }

  /// Reads the headers; what has to be gathered for that is gathered in `store`.
  ///
  /// Nil if they are not what they claim to be.
  func layout(_ store: HeaderStore, tunnels: TunnelRecognition) -> PacketLayout?

  /// Plans a cut.
  func plan(
    _ store: HeaderStore, _ request: SegmentationRequest
  ) throws(SegmentationError) -> SegmentationPlan

  /// Plans checksums.
  func checksumPlan(
    _ store: HeaderStore, _ fields: ChecksumPlan.Fields, _ rules: SegmentationRules
  ) throws(SegmentationError) -> ChecksumPlan

  /// What the fields of a frame hold whose checksums are planned.
  func findings(_ plan: ChecksumPlan, _ store: HeaderStore) -> ChecksumFindings

  /// Writes some segments.
  func render(
    _ plan: SegmentationPlan, _ segments: Range<Int>, _ store: HeaderStore,
    into arena: inout SegmentArena
  ) throws(SegmentationError)

  /// Writes the frame with its checksums.
  func render(_ plan: ChecksumPlan, into arena: inout SegmentArena) throws(SegmentationError)

  /// Sends the frame as it is, from where it lies if that is one piece.
  func sendAsIs(borrowing loan: ArenaLoan, at time: VirtualTime, to link: any Link)
}

extension RawSpan: FrameSource {
  internal func layout(
    _ store: HeaderStore, tunnels: TunnelRecognition
  ) -> PacketLayout? {
    try? PacketLayout(parsing: self, tunnels: tunnels)
  }

  internal func plan(
    _ store: HeaderStore, _ request: SegmentationRequest
  ) throws(SegmentationError) -> SegmentationPlan {
    try SegmentationPlan(of: self, tunnels: store.tunnels, request: request)
  }

  internal func checksumPlan(
    _ store: HeaderStore, _ fields: ChecksumPlan.Fields, _ rules: SegmentationRules
  ) throws(SegmentationError) -> ChecksumPlan {
    try ChecksumPlan(of: self, tunnels: store.tunnels, fields: fields, rules: rules)
  }

  internal func findings(_ plan: ChecksumPlan, _ store: HeaderStore) -> ChecksumFindings {
    // The frame is the planned one, so this cannot fail.
    (try? plan.findings(in: self)) ?? ChecksumFindings()
  }

  internal func render(
    _ plan: SegmentationPlan, _ segments: Range<Int>, _ store: HeaderStore,
    into arena: inout SegmentArena
  ) throws(SegmentationError) {
    try plan.render(self, segments: segments, into: &arena)
  }

  internal func render(
    _ plan: ChecksumPlan, into arena: inout SegmentArena
  ) throws(SegmentationError) {
    try plan.render(self, into: &arena)
  }

  internal func sendAsIs(borrowing loan: ArenaLoan, at time: VirtualTime, to link: any Link) {
    link.send(self, at: time)
  }
}

extension ScatteredFrame: FrameSource {
  internal func layout(
    _ store: HeaderStore, tunnels: TunnelRecognition
  ) -> PacketLayout? {
    try? store.headers.layout(of: self, tunnels: tunnels)
  }

  internal func plan(
    _ store: HeaderStore, _ request: SegmentationRequest
  ) throws(SegmentationError) -> SegmentationPlan {
    try SegmentationPlan(
      of: self, headers: &store.headers, tunnels: store.tunnels, request: request)
  }

  internal func checksumPlan(
    _ store: HeaderStore, _ fields: ChecksumPlan.Fields, _ rules: SegmentationRules
  ) throws(SegmentationError) -> ChecksumPlan {
    try ChecksumPlan(
      of: self, headers: &store.headers, tunnels: store.tunnels, fields: fields, rules: rules)
  }

  internal func findings(_ plan: ChecksumPlan, _ store: HeaderStore) -> ChecksumFindings {
    // The frame and its headers are the planned ones, so this cannot fail.
    (try? plan.findings(in: self, headers: store.headers)) ?? ChecksumFindings()
  }

  internal func render(
    _ plan: SegmentationPlan, _ segments: Range<Int>, _ store: HeaderStore,
    into arena: inout SegmentArena
  ) throws(SegmentationError) {
    try plan.render(self, headers: store.headers, segments: segments, into: &arena)
  }

  internal func render(
    _ plan: ChecksumPlan, into arena: inout SegmentArena
  ) throws(SegmentationError) {
    try plan.render(self, into: &arena)
  }

  internal func sendAsIs(borrowing loan: ArenaLoan, at time: VirtualTime, to link: any Link) {
    var arena = loan.take(byteCount: byteCount, slotCount: 1)
    arena.send(try? arena.append(self), at: time, to: link)
    loan.giveBack(arena)
  }
}
