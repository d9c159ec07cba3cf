internal import CVnic
internal import GsoEngine
internal import WireFormats

/// A coalescer that C owns, and the function that takes its units.
@safe
internal final class COwnedCoalescer {
  private var coalescer: Coalescer
  private let take: vnic_deliver
  private let context: UnsafeMutableRawPointer?
  /// True while units are delivered, so that no call changes the coalescer meanwhile.
  private var isDelivering = false

  init(
    _ request: CoalescingRequest, _ take: @escaping vnic_deliver,
    _ context: UnsafeMutableRawPointer?
  ) throws(CoalescingError) {
    coalescer = try Coalescer(request)
    unsafe (self.take, self.context) = unsafe (take, context)
  }

  /// Number of units that are held; 0 during a delivery.
  var heldUnitCount: UInt64 { isDelivering ? 0 : UInt64(coalescer.heldUnitCount) }

  /// When the next unit has to be delivered; nil if none has to, and during a delivery.
  var nextDeadline: UInt64? { isDelivering ? nil : coalescer.nextDeadline }

  /// Runs `body`, whose units go to C.
  ///
  /// - Throws: ``CallError/reentered`` during a delivery.
  func deliver(
    _ body: (inout Coalescer, (CoalescedUnit) -> Void) -> Void
  ) throws(CallError) {
    guard !isDelivering else { throw .reentered }
    isDelivering = true
    body(&coalescer) { give($0) }
    isDelivering = false
  }

  /// Saves what is held.
  ///
  /// - Throws: ``CallError/reentered`` during a delivery.
  func save() throws(CallError) -> [UInt8] {
    guard !isDelivering else { throw .reentered }
    return coalescer.save()
  }

  /// Replaces everything by a state; nothing changes if it throws.
  func restore(_ state: [UInt8]) throws(CallError) {
    guard !isDelivering else { throw .reentered }
    try CallError.state { () throws(StateError) in try coalescer.restore(state) }
  }

  private func give(_ unit: CoalescedUnit) {
    var described = unsafe vnic_unit(unit.metadata)
    // SAFETY: octets and numbers are lent for the call, as the header says.
    unsafe unit.frame.withUnsafeBytes { octets in
      unsafe unit.inputs.withUnsafeBufferPointer { inputs in
        unsafe described.octets = octets.baseAddress
        unsafe described.length = octets.count
        unsafe described.inputs = inputs.baseAddress
        unsafe take(context, &described)
      }
    }
  }
}

extension vnic_unit {
  /// Describes a unit, without its octets.
  fileprivate init(_ unit: CoalescedUnit.Metadata) {
    unsafe self.init()
    unsafe size = UInt32(MemoryLayout<vnic_unit>.size)
    unsafe end = Self.number(of: unit.end)
    unsafe segment_count = UInt64(unit.segmentCount)
    unsafe segment_size = UInt64(unit.segmentSize)
    unsafe (first_arrival, last_arrival) = (unit.firstArrival, unit.lastArrival)
    unsafe refusal = Self.refusal(of: unit.end)
    unsafe timestamp_delta = unit.timestampDelta
    unsafe checksum =
      switch unit.checksum {
      case .valid: 0
      case .partial: 1
      case .invalid: 2
      case .notChecked: 3
      }
    // SAFETY: the array has the octets of the longest form.
    unsafe withUnsafeMutableBytes(of: &virtio_header) { target in
      var span = unsafe MutableRawSpan(_unsafeBytes: target)
      _ = try? unit.virtioNetHeader.write(to: &span, form: .udpTunnel)
    }
  }

  /// Why a frame ended a unit; no error if another thing did.
  fileprivate static func refusal(of end: CoalescedUnit.End) -> vnic_error {
    switch end {
    case .notCoalesced(let refusal), .nextFrame(let refusal): vnic_error(refusal.numbers)
    default: vnic_error()
    }
  }

  /// The number of `VNIC_END_…`.
  private static func number(of end: CoalescedUnit.End) -> UInt32 {
    switch end {
    case .notCoalesced: 0
    case .flags: 1
    case .shortSegment: 2
    case .segmentCount: 3
    case .nextFrame: 4
    case .flowCapacity: 5
    case .window: 6
    case .batchEnd: 7
    case .flush: 8
    }
  }
}
