internal import WireFormats

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

  /// Copies a scattered frame after those that the arena has.
  ///
  /// - Throws: As for a span.
  /// - Complexity: O(*n*). Does not allocate.
  public mutating func append(_ frame: ScatteredFrame) throws(SegmentationError) {
    try append(byteCount: frame.byteCount) { (slot) throws(SegmentationError) in
      frame.copy(0..<frame.byteCount, to: &slot)
    }
  }

  /// Adds a frame of `byteCount` octets that `write` writes; if it throws, none is added.
  internal mutating func append(
    byteCount: Int, _ write: (inout MutableRawSpan) throws(SegmentationError) -> Void
  ) throws(SegmentationError) {
    let lengths = FrameLengths(count: 1, first: byteCount, last: byteCount)
    var output = try room(for: lengths)
    var slot = output.part(0..<byteCount)
    try write(&slot)
    take(lengths)
  }
}
