internal import WireFormats

extension TransmitQueue {
  /// Posts a packet, in as many fragments as it needs.
  ///
  /// The driver gets it in the next ``DatapathQueue/advance()``.
  ///
  /// - Parameters:
  ///   - octets: The packet, starting with its link header; copied.
  ///   - metadata: The data that it carries beside its octets.
  ///   - tag: A number of the caller's, returned in ``CompletedPacket/tag``.
  /// - Throws: ``QueueError/full(packetsFree:fragmentsNeeded:fragmentsFree:)``,
  ///   ``QueueError/oversize(octets:limit:)``, ``QueueError/empty``,
  ///   ``QueueError/wrongState(call:state:remedy:)`` unless the queue is started, or
  ///   ``QueueError/reentered(call:)``; nothing changes then.
  /// - Complexity: O(*n*) in the number of octets. Does not allocate.
  public func post(
    _ octets: RawSpan, _ metadata: TransmitMetadata = .init(), tag: Int = 0
  ) throws(QueueError) {
    let count = try reserve(octets.byteCount)
    var start = 0
    for position in 0..<count {
      let index = fragmentCursor.index(fragmentCursor.end, advancedBy: position)
      let room = prepareFragment(
        index, isFirst: position == 0, remaining: octets.byteCount - start)
      rings.copy(
        octets.extracting(start..<start + room.count), toFragment: index, at: room.lowerBound)
      start += room.count
    }
    commit(metadata, fragmentCount: count, CompletedPacket(tag: tag, isIgnored: false))
  }

  /// Posts a packet that is an array.
  ///
  /// - Parameters:
  ///   - frame: The packet, starting with its link header; copied.
  ///   - metadata: The data that it carries beside its octets.
  ///   - tag: A number of the caller's, returned in ``CompletedPacket/tag``.
  /// - Throws: As the call with a span does.
  /// - Complexity: O(*n*) in the number of octets. Does not allocate.
  public func post(
    _ frame: [UInt8], _ metadata: TransmitMetadata = .init(), tag: Int = 0
  ) throws(QueueError) {
    try post(frame.octets, metadata, tag: tag)
  }

  /// Posts a packet whose octets the caller writes in place.
  ///
  /// - Parameters:
  ///   - byteCount: Octets of the packet.
  ///   - metadata: The data that it carries beside its octets.
  ///   - tag: A number of the caller's, returned in ``CompletedPacket/tag``.
  ///   - write: Called once for each fragment, in order, with the range of the packet's octets that
  ///     the fragment holds and the memory for them. Octets that it does not write are those of an
  ///     earlier packet.
  /// - Throws: As the call with a span does; `write` is not called then.
  /// - Complexity: O(*n*) in the number of fragments, and what `write` does. Does not allocate.
  public func post(
    byteCount: Int, _ metadata: TransmitMetadata = .init(), tag: Int = 0,
    write: (Range<Int>, inout MutableRawSpan) -> Void
  ) throws(QueueError) {
    let count = try reserve(byteCount)
    var start = 0
    isBusy = true
    for position in 0..<count {
      let index = fragmentCursor.index(fragmentCursor.end, advancedBy: position)
      let room = prepareFragment(index, isFirst: position == 0, remaining: byteCount - start)
      rings.withBuffer(ofFragment: index, room) { octets in
        write(start..<start + room.count, &octets)
      }
      start += room.count
    }
    isBusy = false
    commit(metadata, fragmentCount: count, CompletedPacket(tag: tag, isIgnored: false))
  }

  /// Posts a packet that the driver returns without sending it: `Ignore`, with no fragments.
  ///
  /// The framework posts packets so that it cannot send: those without octets, and those with too
  /// many.
  ///
  /// - Parameter tag: A number of the caller's, returned in ``CompletedPacket/tag``.
  /// - Throws: ``QueueError/full(packetsFree:fragmentsNeeded:fragmentsFree:)``,
  ///   ``QueueError/wrongState(call:state:remedy:)`` unless the queue is started, or
  ///   ``QueueError/reentered(call:)``; nothing changes then.
  public func postIgnored(tag: Int = 0) throws(QueueError) {
    try checkRoom(fragments: 0)
    commit(.init(), fragmentCount: 0, CompletedPacket(tag: tag, isIgnored: true))
  }
}

extension TransmitQueue {
  /// Checks that there is room for a packet, and returns its number of fragments.
  ///
  /// That is `fragmentCount`, or else the smallest possible.
  internal func reserve(
    _ byteCount: Int, fragmentCount: Int? = nil
  ) throws(QueueError) -> Int {
    guard byteCount > 0 else { throw .empty }
    guard byteCount <= maximumPacketLength else {
      throw .oversize(octets: byteCount, limit: maximumPacketLength)
    }
    let count = fragmentCount ?? self.fragmentCount(forOctets: byteCount)
    try checkRoom(fragments: count)
    return count
  }

  private func checkRoom(fragments: Int) throws(QueueError) {
    try enter("post()", in: .started, remedy: "start()")
    guard packetCursor.free > 0, fragmentCursor.free >= fragments else {
      throw .full(
        packetsFree: packetCursor.free, fragmentsNeeded: fragments,
        fragmentsFree: fragmentCursor.free)
    }
  }

  /// Writes the ring element of a fragment that holds as many of `remaining` octets as fit.
  ///
  /// - Returns: The range of the fragment's buffer that they go to.
  internal func prepareFragment(
    _ index: Int, isFirst: Bool, remaining: Int
  ) -> Range<Int> {
    let offset = isFirst ? payloadBackfill : 0
    var fragment = NetFragment()
    fragment.capacity = configuration.bufferCapacity
    fragment.offset = offset
    fragment.validLength = min(remaining, configuration.bufferCapacity - offset)
    rings.fragments[index] = fragment
    return offset..<offset + fragment.validLength
  }

  /// Writes the ring element and the metadata of a packet, and moves the ends of both rings.
  internal func commit(
    _ metadata: TransmitMetadata, fragmentCount: Int, _ note: CompletedPacket
  ) {
    let index = packetCursor.end
    var packet = NetPacket()
    packet.fragmentIndex = fragmentCursor.end
    packet.fragmentCount = fragmentCount
    packet.layout = metadata.layout
    packet.isIgnored = note.isIgnored
    rings.packets[index] = packet
    rings.gso[index] = metadata.gso
    rings.checksum[index] = metadata.checksum
    rings.ieee8021Q[index] = metadata.ieee8021Q
    notes[index] = note
    packetCursor.end = packetCursor.index(index, advancedBy: 1)
    fragmentCursor.end = fragmentCursor.index(fragmentCursor.end, advancedBy: fragmentCount)
    rings.packets.endIndex = packetCursor.end
    rings.fragments.endIndex = fragmentCursor.end
  }
}

extension NetRingCollection {
  /// Copies octets to an offset in the buffer of a fragment.
  internal mutating func copy(_ octets: RawSpan, toFragment fragment: Int, at offset: Int) {
    var buffer = buffer(ofFragment: fragment)
    buffer.copy(octets, at: offset)
  }

  /// Runs `body` with a part of the buffer of a fragment.
  fileprivate mutating func withBuffer(
    ofFragment fragment: Int, _ range: Range<Int>, _ body: (inout MutableRawSpan) -> Void
  ) {
    var buffer = buffer(ofFragment: fragment)
    var part = buffer.part(range)
    body(&part)
  }
}
