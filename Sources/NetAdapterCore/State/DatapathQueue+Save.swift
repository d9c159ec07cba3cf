package import WireFormats

extension DatapathQueue {
  /// Writes what the rings were made with, and the stage of the queue's life cycle.
  ///
  /// - Throws: ``SaveError/insideDelivery(call:)``, ``SaveError/wrongQueueState(_:)``, or
  ///   ``SaveError/packetsWithDriver(packets:fragments:)`` for returned packets that were not
  ///   taken.
  fileprivate func saveRings(to writer: inout StateWriter) throws(SaveError) {
    guard !isBusy else { throw .insideDelivery(call: "save()") }
    guard state == .started || state == .stopped else { throw .wrongQueueState(state) }
    guard returnedPacketCount == 0 else {
      throw .packetsWithDriver(
        packets: returnedPacketCount + outstandingPacketCount, fragments: outstandingFragmentCount)
    }
    writer.write(handle.queueId)
    writer.write(configuration.ringSize)
    writer.write(configuration.fragmentRingSize)
    writer.write(configuration.bufferCapacity)
    writer.write(configuration.bufferAlignment)
    writer.write(each: configuration.extensions) { $0.write($1, of: PacketExtension.all) }
    writer.write(isVerified)
    writer.write(state == .started)
    writer.write(handle.isNotificationArmed)
  }

  /// Throws if the driver, which is not the library's, has packets or fragments.
  package final func checkDriverHasNothing() throws(SaveError) {
    let packets = outstandingPacketCount + returnedPacketCount
    guard packets > 0 || outstandingFragmentCount > 0 else { return }
    throw .packetsWithDriver(packets: packets, fragments: outstandingFragmentCount)
  }
}

extension TransmitQueue {
  /// Writes the rings and the packets that the driver has.
  ///
  /// - Throws: As for any queue.
  package func save(to writer: inout StateWriter) throws(SaveError) {
    try saveRings(to: &writer)
    writer.write(payloadBackfill)
    writer.write(maximumFragmentCount)
    let indices = (0..<outstandingPacketCount).map {
      packetCursor.index(packetCursor.returned, advancedBy: $0)
    }
    writer.write(indices.count)
    for index in indices { writePacket(index, to: &writer) }
  }

  private func writePacket(_ index: Int, to writer: inout StateWriter) {
    let (packet, note) = (rings.packets[index], notes[index])
    writer.write(note.tag)
    writer.write(note.isIgnored)
    writer.write(packet.layout)
    writer.write(rings.gso[index].word)
    writer.write(rings.checksum[index].bits)
    writer.write(rings.ieee8021Q[index].word)
    let fragments = rings.fragments(of: packet)
    writer.write(fragments.count)
    for fragment in fragments { Self.write(fragment, of: rings, to: &writer) }
  }

  private static func write(
    _ fragment: Int, of rings: borrowing NetRingCollection, to writer: inout StateWriter
  ) {
    writer.write(rings.fragments[fragment].offset)
    writer.write(rings.octets(ofFragment: fragment))
  }
}

extension ReceiveQueue {
  /// Writes the rings, and how many empty packets and buffers the driver has.
  ///
  /// - Throws: As for any queue.
  package func save(to writer: inout StateWriter) throws(SaveError) {
    try saveRings(to: &writer)
    writer.write(ignoredPacketCount)
    writer.write(outstandingPacketCount)
    writer.write(outstandingFragmentCount)
  }
}

extension PacketExtension {
  /// All extensions; their places stay the same for ever.
  internal static let all: [PacketExtension] = [
    .gso, .checksum, .rsc, .rscWithUdp, .rscTimestamp, .ieee8021Q, .legacyLso,
  ]
}

extension StateWriter {
  fileprivate mutating func write(_ layout: NetPacketLayout) {
    for octet in [layout.low, layout.high, layout.length4, layout.types2And3, layout.type4] {
      write(octet)
    }
  }
}
