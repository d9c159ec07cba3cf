internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

/// The driver and the hardware of an emulated NIC, for one transmit queue.
///
/// It sends the packets of the rings, segments them and computes checksums as their metadata asks.
/// It goes by the metadata of each packet, whether or not the offload is still active: a late
/// packet that asks to be segmented is. Length and checksum fields of such a packet may have any
/// form of NDIS.
internal final class TransmitHardware {
  /// When packets leave.
  var now = VirtualTime.start
  private let link: any Link
  private let rules: SegmentationRules
  /// The most packets that one call of `evtAdvance` sends.
  let packetsPerAdvance: Int
  private let renderer = FrameRenderer()
  /// The encapsulations to look into when a packet is segmented.
  private let tunnels: TunnelRecognition
  /// Packets with a tag beside their octets are copied, to insert it.
  private var tagged: FrameBuffer? = FrameBuffer()
  /// The buffers of the current packet, as ranges of the memory of the rings.
  private var buffers: [Range<Int>] = []

  init(
    link: any Link, rules: SegmentationRules, tunnels: TunnelRecognition, packetsPerAdvance: Int
  ) {
    (self.link, self.rules, self.tunnels) = (link, rules, tunnels)
    self.packetsPerAdvance = packetsPerAdvance
  }

  /// The callbacks of the queue.
  var callbacks: PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { _, rings in self.advance(&rings, atMost: self.packetsPerAdvance) },
      // Packets that are in the rings when the queue is cancelled are still sent.
      evtCancel: { _, rings in self.advance(&rings, atMost: .max) },
      evtSetNotificationEnabled: { queue, isEnabled in
        // Packets complete within `advance`, so there is no later event to notify about.
        if isEnabled { queue.notify() }
      })
  }

  private func advance(_ rings: inout NetRingCollection, atMost limit: Int) {
    var done = 0
    while rings.packets.beginIndex != rings.packets.endIndex, done < limit {
      let index = rings.packets.beginIndex
      let packet = rings.packets[index]
      if !packet.isIgnored { send(packet, at: index, of: rings) }
      rings.returnFirstPacket()
      done += 1
    }
  }

  /// Sends a packet.
  ///
  /// Each packet is sent. What its metadata asks for and its octets do not allow is not done.
  private func send(
    _ packet: NetPacket, at index: Int, of rings: borrowing NetRingCollection
  ) {
    let (gso, checksum) = (rings.gso[index], rings.checksum[index])
    if let tag = rings.ieee8021Q[index].tagToInsert {
      send(rings.array(of: packet).octets, tag, gso: gso, checksum: checksum)
      return
    }
    guard packet.fragmentCount > 1 else {
      send(rings.octets(ofFragment: packet.fragmentIndex), gso: gso, checksum: checksum)
      return
    }
    buffers.removeAll(keepingCapacity: true)
    for fragment in rings.fragments(of: packet) {
      buffers.append(rings.octetRange(ofFragment: fragment))
    }
    let buffers = buffers
    if let frame = try? ScatteredFrame(memory: rings.memory, buffers: buffers.span) {
      send(frame, gso: gso, checksum: checksum)
    } else {
      send(rings.array(of: packet).octets, gso: gso, checksum: checksum)
    }
  }

  /// Inserts a tag into a packet, and does what else its metadata asks for.
  private func send(
    _ frame: RawSpan, _ tag: VLANTag, gso: NetPacketGso, checksum: NetPacketChecksum
  ) {
    var buffer = tagged.take() ?? FrameBuffer()
    buffer.load(frame)
    buffer.insert(tag)
    send(buffer.octets, gso: gso, checksum: checksum)
    tagged = buffer
  }

  /// Does what the metadata of a packet asks for.
  private func send<Source: FrameSource & ~Escapable>(
    _ frame: Source, gso: NetPacketGso, checksum: NetPacketChecksum
  ) {
    var action = action(on: frame, gso: gso, checksum: checksum)
    renderer.perform(&action, on: frame, at: now, to: link)
    if case .drop = action {
      action = .sendUnmodified
      renderer.perform(&action, on: frame, at: now, to: link)
    }
  }

  /// Reads the headers of a packet, as hardware does: it gets neither plans nor layouts.
  private func action<Source: FrameSource & ~Escapable>(
    on frame: Source, gso: NetPacketGso, checksum: NetPacketChecksum
  ) -> TransmitAction {
    let fields = ChecksumPlan.Fields(checksum)
    // A segment may look like a tunnel, although the frame that it was made from does not: no
    // hardware computes checksums in tunnels.
    renderer.tunnels = gso.mss != 0 ? tunnels : .none
    do throws(SegmentationError) {
      if gso.mss != 0 {
        let request = SegmentationRequest(segmentSize: gso.mss, rules: rules)
        return .segment(try frame.plan(request, using: renderer), .hardware, .hardware)
      }
      guard !fields.isEmpty else { return .sendUnmodified }
      let plan = try frame.checksumPlan(fields, rules: rules, using: renderer)
      return .computeChecksums(plan, .hardware)
    } catch {
      return .sendUnmodified
    }
  }
}

extension ChecksumPlan.Fields {
  /// The checksums that the metadata of a packet asks for.
  internal init(_ checksum: NetPacketChecksum) {
    self = []
    if checksum.layer3Action == .required { insert(.ipv4Header) }
    if checksum.layer4Action == .required { insert(.transport) }
  }
}

extension NetPacketChecksum {
  /// The metadata that asks for some checksums of a packet.
  ///
  /// An IPv6 packet never has an action for layer 3.
  internal init(_ fields: ChecksumPlan.Fields, _ version: NetworkLayout.Version?) {
    self.init(
      layer3: fields.contains(.ipv4Header) && version != .ipv6 ? .required : .passthrough,
      layer4: fields.contains(.transport) ? .required : .passthrough)
  }
}
