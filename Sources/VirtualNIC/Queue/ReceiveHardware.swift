internal import NetAdapterCore
internal import WireFormats

/// The driver and the hardware of an emulated NIC, for one receive queue.
///
/// It keeps frames from the link until the rings have buffers, checks checksums, and fills the
/// rings.
internal final class ReceiveHardware {
  /// Frames that were dropped because there was no room.
  internal var overflowCount = 0
  private let watch: AdapterWatch
  private weak var queue: PacketQueue?
  /// The memory of the hardware.
  internal var frames: FrameRing<ReceivedFrame>

  init(_ adapter: NetAdapter, frameCount: Int) {
    watch = AdapterWatch(adapter)
    frames = FrameRing(repeating: ReceivedFrame(), capacity: frameCount)
  }

  /// The callbacks of the queue.
  var callbacks: PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { _, rings in self.fill(&rings) },
      evtCancel: { _, rings in Self.returnAll(&rings) },
      evtSetNotificationEnabled: { queue, isEnabled in
        if isEnabled, self.frames.count > 0 { queue.notify() }
      },
      evtStart: { queue in self.queue = queue })
  }

  /// Keeps a copy of a frame; without room for it, the frame is dropped and counted.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - metadata: What is known of it; nil to check its checksums once the rings have room.
  /// - Complexity: O(*n*). Allocates only to grow.
  func store(_ frame: RawSpan, _ metadata: ReceivedMetadata?) {
    watch.refresh()
    let tagging = watch.state.tagging
    let isKept = frames.append { slot in
      slot.buffer.load(frame)
      slot.metadata = metadata
      if !tagging.isEmpty { slot.buffer.removeTag { tagging.removes($0) } }
    }
    guard isKept else {
      overflowCount += 1
      return
    }
    queue?.notify()
  }

  /// Moves frames into the rings, as many as they have room for.
  private func fill(_ rings: inout NetRingCollection) {
    watch.refresh()
    while frames.count > 0, !rings.packets.window.isEmpty {
      let slot = frames.slots[frames.index(at: 0)]
      let frame = slot.buffer.octets
      let needed = max(1, (frame.byteCount + rings.bufferCapacity - 1) / rings.bufferCapacity)
      guard needed < rings.fragments.count else {
        // Longer than all buffers of the rings together.
        overflowCount += 1
        frames.removeFirst()
        continue
      }
      guard rings.fragments.window.count >= needed else { return }
      write(
        frame, slot.metadata, slot.buffer.removedTag, fragmentCount: needed, to: &rings)
      frames.removeFirst()
    }
  }

  private func write(
    _ frame: RawSpan, _ metadata: ReceivedMetadata?, _ tag: VLANTag?, fragmentCount needed: Int,
    to rings: inout NetRingCollection
  ) {
    let start = rings.fragments.beginIndex
    for position in 0..<needed {
      let index = rings.fragments.index(start, advancedBy: position)
      let from = position * rings.bufferCapacity
      let part = frame.extracting(from..<min(from + rings.bufferCapacity, frame.byteCount))
      rings.fillBuffer(ofFragment: index, with: part)
    }
    let index = rings.packets.beginIndex
    var packet = NetPacket()
    packet.fragmentIndex = start
    packet.fragmentCount = needed
    if let layout = try? PacketLayout(parsing: frame, tunnels: .none) {
      packet.layout = NetPacketLayout(layout)
    }
    rings.packets[index] = packet
    let known =
      metadata ?? ReceivedMetadata(of: frame, active: watch.state.active.rxChecksum)
    rings.checksum[index] = NetPacketChecksum(known)
    rings.rsc[index] = known.rsc
    rings.rscTimestamp[index] = known.rscTimestamp
    rings.ieee8021Q[index] = tag.map { NetPacketIeee8021Q(received: $0) } ?? .init()
    rings.returnFirstPacket()
  }

  /// Returns unused packets and buffers, as the driver of a cancelled queue must.
  private static func returnAll(_ rings: inout NetRingCollection) {
    for index in rings.packets.window { rings.packets[index].isIgnored = true }
    rings.packets.beginIndex = rings.packets.endIndex
    rings.fragments.beginIndex = rings.fragments.endIndex
  }
}

/// A frame that the hardware keeps.
internal struct ReceivedFrame {
  /// Its octets.
  var buffer = FrameBuffer()
  /// What is known of it; nil if its checksums are yet to be checked.
  var metadata: ReceivedMetadata?
}
