import NetAdapterCore

/// A driver that does what the transmit path of Microsoft's public sample for a Realtek card does,
/// in its order: reclaims what the device has given back, and programs descriptors for new packets.
///
/// It trusts what the framework promises. Headers are where the layout of a packet says, checksums
/// are computed only where they are asked for, and a packet with a segment size is one that the
/// device can segment.
final class SampleDriver {
  let device: SampleDevice
  /// The most descriptors that the device works through between two calls.
  let budget: Int
  /// Large sends, and packets whose checksums were asked for.
  private(set) var largeSendCount = 0
  private(set) var checksumCount = 0
  /// Descriptors that are programmed and not reclaimed, from the oldest.
  private var programmed = 0
  private var oldest = 0
  /// The numbers of descriptors of the packets that are not returned, from the oldest.
  private var packetSizes: [Int] = []

  init(device: SampleDevice, budget: Int) { (self.device, self.budget) = (device, budget) }

  /// The numbers of the sample: large sends of 64,000 octets and 2 segments, transport headers that
  /// start up to octet 127, checksums of TCP up to 1,023, and 16 fragments of a packet.
  static func declare(to adapter: NetAdapter) throws {
    var transmit = TransmitCapabilities()
    transmit.maximumNumberOfFragments = 16
    try adapter.setDatapathCapabilities(
      transmit: transmit, receive: ReceiveCapabilities(maximumFrameSize: 1_514))
    let layer3: Layer3Flags = [.ipv4NoOptions, .ipv4WithOptions, .ipv6NoExtensions]
    var gso = GsoCapabilities(
      layer3: layer3, layer4: .tcp, maximumOffloadSize: 64_000, minimumSegmentCount: 2
    ) { _, _ in }
    gso.layer4HeaderOffsetLimit = 127
    try adapter.setGsoCapabilities(gso)
    var checksum = TxChecksumCapabilities(layer3: layer3) { _, _ in }
    checksum.layer4 = .tcp
    (checksum.layer3HeaderOffsetLimit, checksum.layer4HeaderOffsetLimit) = (1_023, 1_023)
    try adapter.setTxChecksumCapabilities(checksum)
  }

  var callbacks: PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { _, rings in self.advance(&rings) },
      evtCancel: { _, rings in
        // The device finishes what it has.
        self.device.work(budget: .max, rings)
        self.reclaim(&rings)
      },
      evtSetNotificationEnabled: { queue, isEnabled in if isEnabled { queue.notify() } })
  }

  private func advance(_ rings: inout NetRingCollection) {
    // The device has worked since the last call, on what it had then.
    device.work(budget: budget, rings)
    reclaim(&rings)
    program(&rings)
  }

  /// `RtCompleteTransmitPackets`: returns packets whose descriptors are all the driver's again.
  private func reclaim(_ rings: inout NetRingCollection) {
    while let size = packetSizes.first {
      let indices = (0..<size).map { (oldest + $0) % device.descriptors.count }
      guard indices.allSatisfy({ !device.descriptors[$0].isOwnedByDevice }) else { return }
      packetSizes.removeFirst()
      (oldest, programmed) = ((oldest + size) % device.descriptors.count, programmed - size)
      rings.returnFirstPacket()
    }
  }

  /// `RtProgramTransmitPackets`: hands new packets to the device, as long as descriptors are free.
  private func program(_ rings: inout NetRingCollection) {
    while rings.packets.nextIndex != rings.packets.endIndex {
      let index = rings.packets.nextIndex
      let packet = rings.packets[index]
      let fragments = packet.isIgnored ? [] : rings.fragments(of: packet).map { $0 }
      guard programmed + fragments.count <= device.descriptors.count else { return }
      var descriptor = SampleDevice.Descriptor()
      describe(packet, at: index, of: rings, &descriptor)
      for (number, fragment) in fragments.enumerated() {
        let position = (oldest + programmed) % device.descriptors.count
        descriptor.fragment = fragment
        descriptor.isLast = number == fragments.count - 1
        descriptor.isOwnedByDevice = true
        device.descriptors[position] = descriptor
        programmed += 1
      }
      packetSizes.append(fragments.count)
      rings.packets.nextIndex = rings.packets.index(after: index)
      rings.fragments.nextIndex = rings.fragments.index(
        rings.fragments.nextIndex, advancedBy: fragments.count)
    }
  }

  /// `RtGetPacketGsoMss`, `RtGetPacketChecksumSetting`: what is asked for, by metadata and layout.
  private func describe(
    _ packet: NetPacket, at index: Int, of rings: borrowing NetRingCollection,
    _ descriptor: inout SampleDevice.Descriptor
  ) {
    let (layout, checksum) = (packet.layout, rings.checksum[index])
    descriptor.mss = rings.gso[index].mss
    descriptor.ipOffset = layout.layer2HeaderLength
    descriptor.transportOffset = descriptor.ipOffset + layout.layer3HeaderLength
    descriptor.headerLength = descriptor.transportOffset + layout.layer4HeaderLength
    descriptor.isIPv6 = layout.layer3Type == .ipv6NoExtensions
    descriptor.wantsIPChecksum = checksum.layer3Action == .required
    descriptor.wantsTCPChecksum = checksum.layer4Action == .required
    if descriptor.mss > 0 { largeSendCount += 1 }
    if descriptor.wantsTCPChecksum { checksumCount += 1 }
  }
}
