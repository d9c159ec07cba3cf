internal import WireFormats

extension TransmitQueue {
  /// Hands a packet over to the driver, in as many fragments as it takes.
  ///
  /// The driver sees it in the next ``DatapathQueue/advance()``.
  ///
  /// - Parameters:
  ///   - octets: The packet from its link header; copied.
  ///   - metadata: What it carries beside its octets.
  ///   - tag: Comes back in ``CompletedPacket/tag``.
  /// - Throws: ``QueueError/full(packetsFree:fragmentsNeeded:fragmentsFree:)``,
  ///   ``QueueError/oversize(octets:limit:)`` or ``QueueError/empty``, and nothing has changed.
  /// - Complexity: O(*n*) in the number of octets. Does not allocate.
  public func post(
    _ octets: RawSpan, _ metadata: TransmitMetadata = .init(), tag: Int = 0
  ) throws(QueueError) {
    let count = try reserve(octets.byteCount)
    var start = 0
    for position in 0..<count {
      let index = fragmentCursor.index(fragmentCursor.end, advancedBy: position)
      let room = prepareFragment(index, isFirst: position == 0, octets.byteCount - start)
      rings.write(octets.extracting(start..<start + room.count), index, at: room.lowerBound)
      start += room.count
    }
    commit(metadata, fragmentCount: count, CompletedPacket(tag: tag, isIgnored: false))
  }

  /// Hands over a packet that is held as an array.
  ///
  /// - Parameters:
  ///   - frame: The packet from its link header; copied.
  ///   - metadata: What it carries beside its octets.
  ///   - tag: Comes back in ``CompletedPacket/tag``.
  /// - Throws: As the call with a span does.
  /// - Complexity: O(*n*) in the number of octets. Does not allocate.
  public func post(
    _ frame: [UInt8], _ metadata: TransmitMetadata = .init(), tag: Int = 0
  ) throws(QueueError) {
    try post(frame.octets, metadata, tag: tag)
  }

  /// Hands over a packet that is written in place.
  ///
  /// - Parameters:
  ///   - byteCount: Octets of the packet.
  ///   - metadata: What it carries beside its octets.
  ///   - tag: Comes back in ``CompletedPacket/tag``.
  ///   - write: Called once for each fragment, in order: which octets of the packet it holds, and
  ///     where to write them. What it does not write is what an earlier packet left there.
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
      let room = prepareFragment(index, isFirst: position == 0, byteCount - start)
      rings.write(index, room) { octets in write(start..<start + room.count, &octets) }
      start += room.count
    }
    isBusy = false
    commit(metadata, fragmentCount: count, CompletedPacket(tag: tag, isIgnored: false))
  }

  /// Hands over a packet that the driver skips and returns: `Ignore`, with no fragments.
  ///
  /// The framework does so with packets that it cannot send: without octets, or with too many.
  ///
  /// - Parameter tag: Comes back in ``CompletedPacket/tag``.
  /// - Throws: ``QueueError/full(packetsFree:fragmentsNeeded:fragmentsFree:)``, and nothing has
  ///   changed.
  public func postIgnored(tag: Int = 0) throws(QueueError) {
    try checkRoom(fragments: 0)
    commit(.init(), fragmentCount: 0, CompletedPacket(tag: tag, isIgnored: true))
  }
}

extension TransmitQueue {
  /// Looks whether there is room for a packet now, and returns its number of fragments.
  private func reserve(_ byteCount: Int) throws(QueueError) -> Int {
    guard byteCount > 0 else { throw .empty }
    guard byteCount <= maximumPacketLength else {
      throw .oversize(octets: byteCount, limit: maximumPacketLength)
    }
    let count = fragmentCount(forOctets: byteCount)
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

  /// Writes the fragment that takes as many of `remaining` octets as fit; returns where they go.
  private func prepareFragment(_ index: Int, isFirst: Bool, _ remaining: Int) -> Range<Int> {
    let offset = isFirst ? payloadBackfill : 0
    var fragment = NetFragment()
    fragment.capacity = configuration.bufferCapacity
    fragment.offset = offset
    fragment.validLength = min(remaining, configuration.bufferCapacity - offset)
    rings.fragments[index] = fragment
    return offset..<offset + fragment.validLength
  }

  /// Writes the packet and moves both ends.
  private func commit(
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
  /// Copies octets into the buffer of a fragment.
  fileprivate mutating func write(_ octets: RawSpan, _ fragment: Int, at offset: Int) {
    var buffer = buffer(ofFragment: fragment)
    buffer.copy(octets, at: offset)
  }

  /// Lets somebody write a part of the buffer of a fragment.
  fileprivate mutating func write(
    _ fragment: Int, _ range: Range<Int>, _ body: (inout MutableRawSpan) -> Void
  ) {
    var buffer = buffer(ofFragment: fragment)
    var part = buffer.part(range)
    body(&part)
  }
}
