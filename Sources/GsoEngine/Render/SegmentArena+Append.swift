internal import WireFormats

/// The lengths of frames that lie back to back; all between the first and the last are equal.
internal struct FrameLengths {
  let count: Int
  /// Octets of the first frame.
  let first: Int
  /// Octets of each frame between the first and the last.
  let middle: Int
  /// Octets of the last frame, which is the first one if there is no other.
  let last: Int

  /// Octets of all frames.
  @inline(__always)
  var total: Int { count == 0 ? 0 : count == 1 ? last : first + (count - 2) * middle + last }

  @inline(__always)
  init(count: Int, first: Int, middle: Int = 0, last: Int) {
    (self.count, self.first, self.middle, self.last) = (count, first, middle, last)
  }
}

extension SegmentArena {
  /// The free octets, of which some frames will take the first: ``take(_:)`` adds them once they
  /// are written.
  ///
  /// Room for octets is checked before room for frames, because octets are what an arena is usually
  /// made by.
  @inline(__always)
  @_lifetime(&self)
  internal mutating func room(
    for lengths: FrameLengths
  ) throws(SegmentationError) -> MutableRawSpan {
    guard freeByteCount >= lengths.total else {
      throw .outputTooSmall(needed: lengths.total, available: freeByteCount)
    }
    guard freeSlotCount >= lengths.count else {
      throw .tooFewSlots(needed: lengths.count, available: freeSlotCount)
    }
    return freeOctets()
  }

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
