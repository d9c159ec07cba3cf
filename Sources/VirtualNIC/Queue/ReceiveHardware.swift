internal import NetAdapterCore
internal import WireFormats

/// The driver and the hardware of an emulated NIC, for one receive queue: it keeps what comes from the
/// wire until there are buffers, looks at checksums, and fills the rings.
internal final class ReceiveHardware {
  /// Frames that came when no more could wait.
  private(set) var overflowCount = 0
  private let watch: AdapterWatch
  private weak var queue: PacketQueue?
  /// The memory of the hardware.
  private var frames: SlotRing<FrameBuffer>

  init(_ adapter: NetAdapter, frameCount: Int) {
    watch = AdapterWatch(adapter)
    frames = SlotRing(repeating: FrameBuffer(), capacity: frameCount)
  }

  /// What a queue calls.
  var callbacks: PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { _, rings in self.fill(&rings) },
      evtCancel: { _, rings in Self.returnAll(&rings) },
      evtSetNotificationEnabled: { queue, isEnabled in
        if isEnabled, self.frames.count > 0 { queue.notify() }
      },
      evtStart: { queue in self.queue = queue })
  }

  /// Keeps a frame; one for which there is no room is dropped and counted.
  ///
  /// - Complexity: O(*n*). Allocates only to grow.
  func store(_ frame: RawSpan) {
    guard frames.append({ $0.load(frame) }) else {
      overflowCount += 1
      return
    }
    queue?.notify()
  }

  /// Puts as many frames into the rings as there is room for.
  private func fill(_ rings: inout NetRingCollection) {
    watch.refresh()
    while frames.count > 0, !rings.packets.window.isEmpty {
      let buffer = frames.slots[frames.index(at: 0)]
      let frame = buffer.octets
      let needed = max(1, (frame.byteCount + rings.bufferCapacity - 1) / rings.bufferCapacity)
      guard needed < rings.fragments.count else {
        // Longer than all buffers together.
        overflowCount += 1
        frames.removeFirst()
        continue
      }
      guard rings.fragments.window.count >= needed else { return }
      write(frame, inFragments: needed, &rings)
      frames.removeFirst()
    }
  }

  private func write(_ frame: RawSpan, inFragments needed: Int, _ rings: inout NetRingCollection) {
    let start = rings.fragments.beginIndex
    for position in 0..<needed {
      let index = rings.fragments.index(start, advancedBy: position)
      let from = position * rings.bufferCapacity
      let piece = frame.extracting(from..<min(from + rings.bufferCapacity, frame.byteCount))
      rings.fillBuffer(ofFragment: index, with: piece)
    }
    let index = rings.packets.beginIndex
    var packet = NetPacket()
    packet.fragmentIndex = start
    packet.fragmentCount = needed
    if let layout = try? PacketLayout(parsing: frame, tunnels: .none) {
      packet.layout = NetPacketLayout(layout)
    }
    rings.packets[index] = packet
    rings.checksum[index] = NetPacketChecksum(
      ReceivedChecksums(of: frame, active: watch.state.active.rxChecksum))
    rings.returnFirstPacket()
  }

  /// Gives back what was not used, as a cancelled queue must.
  private static func returnAll(_ rings: inout NetRingCollection) {
    for index in rings.packets.window { rings.packets[index].isIgnored = true }
    rings.packets.beginIndex = rings.packets.endIndex
    rings.fragments.beginIndex = rings.fragments.endIndex
  }
}
