internal import WireFormats

extension SegmentArena {
  /// Whether so much more fits; octets come first, since they are what an arena is usually made by.
  internal func checkRoom(byteCount: Int, slotCount: Int) throws(SegmentationError) {
    guard freeByteCount >= byteCount else {
      throw .outputTooSmall(needed: byteCount, available: freeByteCount)
    }
    guard freeSlotCount >= slotCount else {
      throw .tooFewSlots(needed: slotCount, available: freeSlotCount)
    }
  }

  /// Whether some segments of a plan fit.
  internal func checkRoom(
    for segments: Range<Int>, of plan: some FramePlan
  ) throws(SegmentationError) {
    guard !segments.isEmpty else { return }
    let start = plan.outputRange(of: segments.lowerBound).lowerBound
    let byteCount = plan.outputRange(of: segments.upperBound - 1).upperBound - start
    try checkRoom(byteCount: byteCount, slotCount: segments.count)
  }
}

// Frames that are not segmented.
extension SegmentArena {
  /// Copies a frame after those that the arena has.
  ///
  /// - Throws: ``SegmentationError/outputTooSmall(needed:available:)`` or
  ///   ``SegmentationError/tooFewSlots(needed:available:)``; nothing is written then.
  /// - Complexity: O(*n*). Does not allocate.
  public mutating func append(_ frame: RawSpan) throws(SegmentationError) {
    try append(byteCount: frame.byteCount) { (slot) throws(SegmentationError) in
      slot.copy(frame, at: 0)
    }
  }

  /// Copies a frame in pieces after those that the arena has.
  ///
  /// - Throws: As for a span.
  /// - Complexity: O(*n*). Does not allocate.
  public mutating func append(_ frame: ScatteredFrame) throws(SegmentationError) {
    try append(byteCount: frame.byteCount) { (slot) throws(SegmentationError) in
      frame.copy(0..<frame.byteCount, to: &slot)
    }
  }

  /// Adds a frame of `byteCount` octets that `write` writes; if that throws, there is none.
  internal mutating func append(
    byteCount: Int, _ write: (inout MutableRawSpan) throws(SegmentationError) -> Void
  ) throws(SegmentationError) {
    try checkRoom(byteCount: byteCount, slotCount: 1)
    var output = freeOctets()
    var slot = output.part(0..<byteCount)
    try write(&slot)
    append(byteCount: byteCount)
  }
}

extension ChecksumPlan {
  /// Copies the frame, with its checksums computed, after those that the arena has.
  ///
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)``,
  ///   ``SegmentationError/outputTooSmall(needed:available:)`` or
  ///   ``SegmentationError/tooFewSlots(needed:available:)``; nothing is written then.
  /// - Complexity: O(*n*). Does not allocate.
  public func render(
    _ frame: RawSpan, into arena: inout SegmentArena
  ) throws(SegmentationError) {
    try arena.append(byteCount: frame.byteCount) { (slot) throws(SegmentationError) in
      slot.copy(frame, at: 0)
      try apply(to: &slot)
    }
  }
}
