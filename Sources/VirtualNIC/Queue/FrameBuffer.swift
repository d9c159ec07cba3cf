internal import WireFormats

/// A copy of a frame, in memory that is used again for the next one.
internal struct FrameBuffer {
  private var storage: [UInt8] = []
  /// Length of the frame.
  private(set) var byteCount = 0

  /// The frame.
  var octets: RawSpan {
    @_lifetime(borrow self)
    get { storage.octets.extracting(first: byteCount) }
  }

  /// Copies a frame over the one before.
  ///
  /// - Complexity: O(*n*). Allocates only to grow.
  mutating func load(_ frame: RawSpan) {
    if storage.count < frame.byteCount {
      storage = [UInt8](repeating: 0, count: max(2_048, frame.byteCount))
    }
    storage.withMutableOctets { $0.copy(frame, at: 0) }
    byteCount = frame.byteCount
  }
}
