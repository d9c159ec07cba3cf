internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

/// The driver and the hardware of an emulated NIC, for one transmit queue: it segments, sums
/// and sends the packets of the rings.
internal final class TransmitHardware {
  /// When packets leave.
  var now = VirtualTime.start
  private let link: any Link
  private let rules: SegmentationRules
  /// How many packets it works through before it lets others do something.
  private let packetsPerAdvance: Int
  let renderer = FrameRenderer()
  /// Where the buffers of the current packet lie.
  private var buffers: [Range<Int>] = []

  init(_ link: any Link, _ rules: SegmentationRules, packetsPerAdvance: Int) {
    (self.link, self.rules) = (link, rules)
    self.packetsPerAdvance = packetsPerAdvance
  }

  /// What a queue calls.
  var callbacks: PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { _, rings in self.advance(&rings, atMost: self.packetsPerAdvance) },
      // What was handed over is sent rather than thrown away.
      evtCancel: { _, rings in self.advance(&rings, atMost: .max) },
      evtSetNotificationEnabled: { queue, isEnabled in
        // A packet is done when `advance` returns, so there is never anything to wait for.
        if isEnabled { queue.notify() }
      })
  }

  private func advance(_ rings: inout NetRingCollection, atMost limit: Int) {
    var done = 0
    while rings.packets.beginIndex != rings.packets.endIndex, done < limit {
      let index = rings.packets.beginIndex
      let packet = rings.packets[index]
      if !packet.isIgnored { send(packet, index, rings) }
      rings.returnFirstPacket()
      done += 1
    }
  }

  private func send(_ packet: NetPacket, _ index: Int, _ rings: borrowing NetRingCollection) {
    let (gso, checksum) = (rings.gso[index], rings.checksum[index])
    guard packet.fragmentCount > 1 else {
      send(rings.octets(ofFragment: packet.fragmentIndex), gso, checksum)
      return
    }
    buffers.removeAll(keepingCapacity: true)
    for fragment in rings.fragments(of: packet) {
      buffers.append(rings.octetRange(ofFragment: fragment))
    }
    let buffers = buffers
    // Ranges of the ring's own memory lie in it.
    guard let frame = try? ScatteredFrame(memory: rings.memory, buffers: buffers.span) else {
      return
    }
    send(frame, gso, checksum)
  }

  /// Does what the packet asks for; whoever posted it has planned the same, so that cannot fail.
  private func send<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ gso: NetPacketGso, _ checksum: NetPacketChecksum
  ) {
    var action: TransmitAction
    let fields = ChecksumPlan.Fields(checksum)
    if gso.mss != 0 {
      let request = SegmentationRequest(segmentSize: gso.mss, rules: rules)
      guard let plan = try? frame.plan(request, using: renderer) else { return }
      action = .segment(plan, .hardware, .hardware)
    } else if !fields.isEmpty {
      guard let plan = try? frame.checksumPlan(fields, rules, using: renderer) else { return }
      action = .computeChecksums(plan, .hardware)
    } else {
      action = .sendUnmodified
    }
    renderer.perform(&action, on: frame, at: now, to: link)
  }
}

extension ChecksumPlan.Fields {
  /// What a packet asks for.
  internal init(_ checksum: NetPacketChecksum) {
    self = []
    if checksum.layer3Action == .required { insert(.ipv4Header) }
    if checksum.layer4Action == .required { insert(.transport) }
  }
}

extension NetPacketChecksum {
  /// What a packet asks for.
  internal init(_ fields: ChecksumPlan.Fields) {
    self.init(
      layer3: fields.contains(.ipv4Header) ? .required : .passthrough,
      layer4: fields.contains(.transport) ? .required : .passthrough)
  }
}
