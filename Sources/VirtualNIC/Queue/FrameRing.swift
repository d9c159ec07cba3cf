internal import GsoEngine
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

  /// Creates a ring of which `count` slots from index `first` on are filled, as it was when it was
  /// saved.
  init(repeating slot: Slot, capacity: Int, first: Int, count: Int) {
    self.init(repeating: slot, capacity: capacity)
    (self.first, self.count) = (first, count)
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

/// A frame of a transmit queue, from when it is posted until its completion is taken.
internal struct SourceFrame {
  /// Its octets.
  private(set) var buffer = FrameBuffer()
  /// Where its sender's buffers lie in it; empty if it was contiguous.
  private(set) var pieces: [Range<Int>] = []
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

  /// Decides what is done with the frame.
  ///
  /// Octets of a frame that the hardware segments change as NDIS changes them.
  mutating func decide(_ action: TransmitAction, lengths: NdisHandOff.Lengths) {
    self.action = action
    if case .segment(let plan, .hardware, _) = action {
      buffer.prepareHandOff(of: plan, lengths: lengths)
    }
  }

  /// Inserts the tag that was asked for into the octets, as software does.
  mutating func insertTag() {
    guard let tag = request.vlanTag else { return }
    buffer.insert(tag)
    request.vlanTag = nil
    pieces.removeAll(keepingCapacity: true)
  }

  /// Replaces the frame with a copy of another.
  ///
  /// - Complexity: O(*n*) in the octets. Allocates only to grow.
  mutating func load(_ frame: RawSpan, _ request: TransmitRequest, tag: Int) {
    buffer.load(frame)
    pieces.removeAll(keepingCapacity: true)
    reset(request, tag: tag)
  }

  /// Replaces the frame with a copy of one that lies in several buffers.
  ///
  /// - Complexity: O(*n*) in the octets and buffers. Allocates only to grow.
  mutating func load(_ frame: ScatteredFrame, _ request: TransmitRequest, tag: Int) {
    buffer.load(frame)
    pieces.removeAll(keepingCapacity: true)
    var start = 0
    for index in 0..<frame.buffers.count {
      let end = start + frame.buffers[index].count
      pieces.append(start..<end)
      start = end
    }
    reset(request, tag: tag)
  }

  /// Replaces the frame with one of a state; what was done with it is set afterwards.
  mutating func restore(
    _ frame: RawSpan, _ pieces: [Range<Int>], _ request: TransmitRequest, tag: Int
  ) {
    buffer.load(frame)
    self.pieces = pieces
    reset(request, tag: tag)
  }

  private mutating func reset(_ request: TransmitRequest, tag: Int) {
    (self.request, self.tag) = (request, tag)
    (action, postedCount, outstandingCount) = (nil, 0, 0)
  }
}
