internal import WireFormats

/// A ring of slots that are filled at the end and emptied at the front.
///
/// An emptied slot keeps its value, and with it its memory, for the next frame. Positions count
/// from the front. The index of a slot stays the same from when it is filled until it is emptied.
internal struct FrameRing<Slot> {
  /// All slots by index, filled or not.
  var slots: [Slot]
  private var first = 0
  /// Number of filled slots.
  private(set) var count = 0

  /// Creates a ring of `capacity` empty slots, at least 1.
  init(repeating slot: Slot, capacity: Int) {
    slots = [Slot](repeating: slot, count: max(1, capacity))
  }

  /// Number of empty slots.
  var freeCount: Int { slots.count - count }

  /// Returns the index of the slot at a position.
  func index(at position: Int) -> Int { (first + position) % slots.count }

  /// Fills the next slot; false if none is empty.
  mutating func append(_ fill: (inout Slot) -> Void) -> Bool {
    guard freeCount > 0 else { return false }
    fill(&slots[index(at: count)])
    count += 1
    return true
  }

  /// Empties the slot at the front; at least one must be filled.
  mutating func removeFirst() {
    first = index(at: 1)
    count -= 1
  }
}

/// A copy of a frame, in memory that the next frame uses again.
internal struct FrameBuffer {
  private var storage: [UInt8] = []
  /// Length of the frame, in octets.
  private(set) var byteCount = 0

  /// The frame.
  var octets: RawSpan {
    @_lifetime(borrow self)
    get { storage.octets.extracting(first: byteCount) }
  }

  /// Replaces the frame with a copy of another.
  ///
  /// - Complexity: O(*n*) in the octets. Allocates only to grow.
  mutating func load(_ frame: RawSpan) {
    if storage.count < frame.byteCount {
      storage = [UInt8](repeating: 0, count: max(2_048, frame.byteCount))
    }
    storage.withMutableOctets { $0.copy(frame, at: 0) }
    byteCount = frame.byteCount
  }
}

/// A frame of a transmit queue, from when it is posted until its completion is taken.
internal struct SourceFrame {
  /// Its octets.
  private(set) var buffer = FrameBuffer()
  /// The offloads that its sender asked for.
  private(set) var request = TransmitRequest()
  /// The number that its sender gave it.
  private(set) var tag = 0
  /// The action that is performed on it; nil until it is decided.
  var action: TransmitAction?
  /// Number of packets that were passed to the driver.
  var postedCount = 0
  /// Number of packets that the driver has not returned yet.
  var outstandingCount = 0

  /// Replaces the frame with a copy of another.
  ///
  /// - Complexity: O(*n*) in the octets. Allocates only to grow.
  mutating func load(_ frame: RawSpan, _ request: TransmitRequest, tag: Int) {
    buffer.load(frame)
    (self.request, self.tag) = (request, tag)
    (action, postedCount, outstandingCount) = (nil, 0, 0)
  }
}
