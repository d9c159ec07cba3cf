internal import WireFormats

/// The frames that are under way on a wire, by arrival.
///
/// A binary heap. Of frames with equal arrivals, the one that was sent first comes first. The
/// memory of frames that have arrived is used again for frames of about the same length.
internal struct FramesInFlight {
  /// The place of a frame in the order of arrivals.
  private struct Entry {
    let arrival: VirtualTime
    /// Counts the frames in the order in which they were sent.
    let order: UInt64
    /// The index of the frame's memory.
    let slot: Int

    func isBefore(_ other: Entry) -> Bool {
      arrival == other.arrival ? order < other.order : arrival < other.arrival
    }
  }

  /// The memory of a frame, or free memory.
  private struct Slot {
    /// A power of two of octets; empty while the frame is outside.
    var octets: [UInt8]
    var byteCount = 0
    /// The next free slot with as many octets; -1 for none.
    var nextFree = -1
  }

  /// A frame that has arrived, with its memory.
  struct Arrived {
    let time: VirtualTime
    fileprivate var octets: [UInt8]
    fileprivate let byteCount: Int
    fileprivate let slot: Int

    /// The frame.
    var frame: RawSpan {
      @_lifetime(borrow self)
      get { octets.octets.extracting(first: byteCount) }
    }
  }

  private var heap: [Entry] = []
  private var slots: [Slot] = []
  /// The first free slot with 2^index octets; -1 for none.
  private var firstFree = InlineArray<64, Int>(repeating: -1)
  private var order: UInt64 = 0

  /// When the next frame arrives; nil if none is under way.
  var nextArrival: VirtualTime? { heap.isEmpty ? nil : heap[0].arrival }

  /// Adds a copy of a frame, with one bit flipped if that is asked for.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - bit: The index of the bit to flip, which lies in the frame; nil for none.
  ///   - arrival: When it arrives.
  /// - Complexity: O(log *n*) in the frames under way, and O(*m*) in the octets. Allocates only to
  ///   grow.
  mutating func insert(_ frame: RawSpan, flipping bit: Int? = nil, arrival: VirtualTime) {
    let slot = takeSlot(byteCount: frame.byteCount)
    slots[slot].byteCount = frame.byteCount
    slots[slot].octets.withMutableOctets { $0.copy(frame, at: 0) }
    if let bit { slots[slot].octets[bit / 8] ^= 1 << UInt8(bit % 8) }
    heap.append(Entry(arrival: arrival, order: order, slot: slot))
    order &+= 1
    rise(from: heap.count - 1)
  }

  /// Removes the next frame, if it arrives until `time`.
  ///
  /// Its memory is used again once ``release(_:)`` was called.
  ///
  /// - Complexity: O(log *n*) in the frames under way. Does not allocate.
  mutating func removeNext(until time: VirtualTime) -> Arrived? {
    guard let entry = heap.first, entry.arrival <= time else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty { sink(last) }
    let slot = entry.slot
    // The octets move out, so that they are not copied when more frames are added meanwhile.
    var octets: [UInt8] = []
    swap(&octets, &slots[slot].octets)
    return Arrived(
      time: entry.arrival, octets: octets, byteCount: slots[slot].byteCount, slot: slot)
  }

  /// Makes the memory of a frame that was removed free.
  mutating func release(_ arrived: consuming Arrived) {
    let slot = arrived.slot
    slots[slot].octets = arrived.octets
    let size = Self.size(of: arrived.byteCount)
    slots[slot].nextFree = firstFree[size]
    firstFree[size] = slot
  }
}

// The frames in a state, by arrival.
extension FramesInFlight {
  /// Writes the frames in the order in which they arrive.
  internal func write(to writer: inout StateWriter) {
    writer.write(each: heap.sorted { $0.isBefore($1) }) { writer, entry in
      let slot = slots[entry.slot]
      writer.write(entry.arrival.nanoseconds)
      writer.write(slot.octets.octets.extracting(first: slot.byteCount))
    }
  }

  /// Reads frames, which have to be in the order in which they arrive, and adds them.
  internal mutating func read(_ reader: inout StateReader) throws(StateError) {
    let count = try reader.readCount("number of frames under way", ofAtLeast: 16)
    var last = VirtualTime.start
    for _ in 0..<count {
      let arrival = try reader.readTime()
      guard arrival >= last else {
        throw .contradiction("a frame under way before an earlier one", offset: reader.offset)
      }
      last = arrival
      let octets = try reader.readOctets("octets of a frame under way")
      insert(octets.octets, arrival: arrival)
    }
  }
}

// The two ways through the heap; the children of `index` are `2 * index + 1` and `2 * index + 2`.
extension FramesInFlight {
  /// Moves an entry before its parents, as long as it comes before them.
  private mutating func rise(from index: Int) {
    let entry = heap[index]
    var index = index
    while index > 0 {
      let parent = (index - 1) / 2
      guard entry.isBefore(heap[parent]) else { break }
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = entry
  }

  /// Replaces the first entry by `entry`, and moves that after its children, as long as they come
  /// before it.
  private mutating func sink(_ entry: Entry) {
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
      guard heap[child].isBefore(entry) else { break }
      heap[index] = heap[child]
      index = child
    }
    heap[index] = entry
  }
}

extension FramesInFlight {
  /// The binary logarithm of the octets in the memory of a frame: at least 64 octets.
  private static func size(of byteCount: Int) -> Int {
    max(6, Int.bitWidth - max(0, byteCount - 1).leadingZeroBitCount)
  }

  /// Returns free memory for a frame.
  private mutating func takeSlot(byteCount: Int) -> Int {
    let size = Self.size(of: byteCount)
    let slot = firstFree[size]
    guard slot < 0 else {
      firstFree[size] = slots[slot].nextFree
      return slot
    }
    slots.append(Slot(octets: [UInt8](repeating: 0, count: 1 << size)))
    return slots.count - 1
  }
}
