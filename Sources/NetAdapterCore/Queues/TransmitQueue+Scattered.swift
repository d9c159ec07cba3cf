internal import WireFormats

// Packets that lie in several buffers of their sender.
extension TransmitQueue {
  /// Posts a packet that lies in several buffers of one memory.
  ///
  /// Each buffer becomes a fragment, or several if it is longer than a fragment's. A packet that
  /// would take more fragments than the driver or the ring does is copied into as few as possible,
  /// as the framework bounces it.
  ///
  /// - Parameters:
  ///   - buffers: Where the buffers lie in the memory, in the order of the packet; what lies
  ///     outside is left out.
  ///   - memory: The memory that has all buffers; copied.
  ///   - metadata: The data that it carries beside its octets.
  ///   - tag: A number of the caller's, returned in ``CompletedPacket/tag``.
  /// - Throws: As ``post(_:_:tag:)-(RawSpan,_,_)`` does; nothing changes then.
  /// - Complexity: O(*n*) in the numbers of octets and buffers. Does not allocate.
  package func post(
    _ buffers: Span<Range<Int>>, of memory: RawSpan, _ metadata: TransmitMetadata = .init(),
    tag: Int = 0
  ) throws(QueueError) {
    var (byteCount, pieceCount) = (0, 0)
    for index in 0..<buffers.count {
      let count = buffers[index].clamped(to: 0..<memory.byteCount).count
      byteCount += count
      pieceCount += fragmentCount(ofPiece: count, isFirst: byteCount == count)
    }
    let isBounced = pieceCount > maximumFragmentCount
    let count = try reserve(byteCount, fragmentCount: isBounced ? nil : pieceCount)
    var target = FragmentTarget(remaining: byteCount)
    for index in 0..<buffers.count {
      let buffer = buffers[index].clamped(to: 0..<memory.byteCount)
      write(memory.extracting(buffer), endsFragment: !isBounced, &target)
    }
    commit(metadata, fragmentCount: count, CompletedPacket(tag: tag, isIgnored: false))
  }

  /// Returns the number of fragments that a buffer of the sender takes.
  private func fragmentCount(ofPiece byteCount: Int, isFirst: Bool) -> Int {
    let octets = byteCount + (isFirst ? payloadBackfill : 0)
    guard byteCount > 0 else { return 0 }
    return (octets + configuration.bufferCapacity - 1) / configuration.bufferCapacity
  }

  /// Writes octets after those that are written already.
  ///
  /// - Parameters:
  ///   - octets: The octets of one buffer of the sender.
  ///   - endsFragment: True if a fragment holds octets of this buffer only.
  ///   - target: Where the octets go, and how many are left.
  private func write(_ octets: RawSpan, endsFragment: Bool, _ target: inout FragmentTarget) {
    var start = 0
    while start < octets.byteCount {
      let index = fragmentCursor.index(fragmentCursor.end, advancedBy: target.count)
      if target.room.isEmpty {
        let remaining = endsFragment ? octets.byteCount - start : target.remaining
        target.room = prepareFragment(
          index, isFirst: target.count == 0, remaining: remaining)
      }
      let count = min(target.room.count, octets.byteCount - start)
      rings.copy(
        octets.extracting(start..<start + count), toFragment: index, at: target.room.lowerBound)
      target.room = (target.room.lowerBound + count)..<target.room.upperBound
      target.remaining -= count
      start += count
      if target.room.isEmpty { target.count += 1 }
    }
  }
}

/// Where the next octets of a packet go.
private struct FragmentTarget {
  /// Fragments that are full.
  var count = 0
  /// The rest of the buffer of the fragment that is not full.
  var room = 0..<0
  /// Octets of the packet that are not written.
  var remaining: Int
}
