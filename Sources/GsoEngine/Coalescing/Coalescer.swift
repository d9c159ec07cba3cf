internal import WireFormats

/// Merges received frames of the same flow into larger ones, as GRO, RSC and URO do.
///
/// ```swift
/// var coalescer = try Coalescer(CoalescingRequest(rules: .linux))
/// for frame in batch {
///   coalescer.receive(frame, at: now) { unit in send(unit.frame, unit.metadata) }
/// }
/// coalescer.endBatch { unit in send(unit.frame, unit.metadata) }
/// ```
///
/// Frames of a flow are held until their unit ends: by a frame that cannot be merged, by the length
/// of the unit, by time, or because the caller asks for it. Each frame that goes in comes out once:
/// merged, or unmodified. No clock is read; without ``CoalescingRequest/window`` and without calls
/// that end units, a unit is held for any time.
///
/// Memory is bounded: 64 KiB for each flow, and eight octets for each frame of a held unit.
/// Allocates only to grow. The checksums of each frame are checked in the pass that copies its
/// payload, and a merged frame is delivered from where it was copied to.
public struct Coalescer: ~Copyable {
  /// What the coalescer was made for.
  public let request: CoalescingRequest
  /// Number of frames received, and the number of the next one.
  public internal(set) var frameCount = 0
  /// The latest time that the caller said, in nanoseconds.
  public internal(set) var now: UInt64 = 0

  internal var memory: SlotMemory
  internal var units: SlotValues<HeldUnit>
  /// The numbers of the frames of each unit.
  internal var inputs: SlotNumbers
  internal var table: UnitTable
  /// Frames that are taken without a layout.
  internal let usual: UsualFrames
  /// The number of a frame that is delivered without being held.
  internal var single = [0]

  /// Makes a coalescer.
  ///
  /// - Throws: ``CoalescingError/flowCapacityOutOfRange(_:)``.
  /// - Complexity: O(*n*) in the number of flows. Allocates all memory but that for the numbers of
  ///   frames.
  public init(_ request: CoalescingRequest = .init()) throws(CoalescingError) {
    guard CoalescingRequest.flowCapacityRange.contains(request.flowCapacity) else {
      throw .flowCapacityOutOfRange(request.flowCapacity)
    }
    self.init(checked: request)
  }

  /// Makes a coalescer for a number of flows that is in range.
  internal init(checked request: CoalescingRequest) {
    self.request = request
    usual = UsualFrames(request)
    let slots = request.flowCapacity + 1
    memory = SlotMemory(slotCount: slots)
    table = UnitTable(capacity: request.flowCapacity)
    units = SlotValues(repeating: .none, count: slots)
    inputs = SlotNumbers(slotCount: slots)
  }

  /// Number of units that are held.
  public var heldUnitCount: Int { table.count }

  /// When the unit that has been held longest has to be delivered; nil if none is held, or if there
  /// is no limit of time.
  public var nextDeadline: UInt64? {
    guard table.oldest >= 0, let window = request.window else { return nil }
    let (deadline, overflow) = units[Int(table.oldest)].firstArrival.addingReportingOverflow(window)
    return overflow ? .max : deadline
  }

  /// Advances the time, and delivers units whose time is over.
  ///
  /// An earlier time than that of a previous call has no effect.
  ///
  /// - Parameters:
  ///   - time: The time in nanoseconds.
  ///   - deliver: Gets each unit, the oldest first.
  public mutating func advance(to time: UInt64, _ deliver: (CoalescedUnit) -> Void) {
    now = max(now, time)
    guard let window = request.window else { return }
    while let deadline = nextDeadline, deadline <= now {
      end(Int(table.oldest), .window(window), deliver)
    }
  }

  /// Delivers all held units, because the batch of frames ended: the end of a NAPI poll, of a DPC.
  public mutating func endBatch(_ deliver: (CoalescedUnit) -> Void) {
    while table.oldest >= 0 { end(Int(table.oldest), .batchEnd, deliver) }
  }

  /// Delivers all held units, the oldest first.
  public mutating func flush(_ deliver: (CoalescedUnit) -> Void) {
    while table.oldest >= 0 { end(Int(table.oldest), .flush, deliver) }
  }

  /// Delivers the held units with the addresses and ports of a frame.
  ///
  /// The frame itself is not received. Does nothing if it has no TCP or UDP header.
  public mutating func flush(flowOf frame: RawSpan, _ deliver: (CoalescedUnit) -> Void) {
    let recognition = request.rules.tunnels == .opaque ? .none : request.recognition
    guard
      let layout = try? PacketLayout(parsing: frame, link: request.link, tunnels: recognition),
      let parsed = ParsedFrame(frame, layout)
    else { return }
    endUnits(ofFlow: parsed, frame, .flush, deliver)
  }
}
