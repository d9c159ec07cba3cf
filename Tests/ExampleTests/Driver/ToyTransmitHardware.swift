import GsoEngine
import NetAdapterCore
import VirtualNIC

/// Hardware that sends: holds a few packets at a time, and completes a few per advance.
///
/// ```
///   beginIndex       nextIndex         endIndex
///       ▼                ▼                 ▼
///       │ in the hardware│  not looked at  │
/// ```
final class ToyTransmitHardware {
  /// The hardware's clock: rings have no time, so the sender sets it.
  var now = VirtualTime.start
  /// Packets with a segment size, which the hardware segments.
  private(set) var cutCount = 0
  /// Packets whose checksums the hardware computed.
  private(set) var checksumCount = 0
  /// Packets that it could not make sense of; none, if the other side is right.
  private(set) var failures: [SegmentationError] = []
  private let wire: any Link
  private let slots: Int
  private let packetsPerAdvance: Int

  init(wire: any Link, slots: Int, packetsPerAdvance: Int) {
    (self.wire, self.slots, self.packetsPerAdvance) = (wire, slots, packetsPerAdvance)
  }

  /// `EvtPacketQueueAdvance`: completes packets that it had, then takes new ones.
  func advance(_ rings: inout NetRingCollection) {
    complete(&rings, atMost: packetsPerAdvance)
    while rings.packets.nextIndex != rings.packets.endIndex,
      rings.packets.distance(from: rings.packets.beginIndex, to: rings.packets.nextIndex) < slots
    {
      let packet = rings.packets[rings.packets.nextIndex]
      rings.packets.nextIndex = rings.packets.index(after: rings.packets.nextIndex)
      rings.fragments.nextIndex = rings.fragments.index(
        rings.fragments.nextIndex, advancedBy: packet.fragmentCount)
    }
  }

  /// `EvtPacketQueueCancel`: this driver sends what it was given rather than throw it away.
  func complete(_ rings: inout NetRingCollection) {
    rings.packets.nextIndex = rings.packets.endIndex
    rings.fragments.nextIndex = rings.fragments.endIndex
    complete(&rings, atMost: .max)
  }

  private func complete(_ rings: inout NetRingCollection, atMost limit: Int) {
    var count = 0
    while rings.packets.beginIndex != rings.packets.nextIndex, count < limit {
      let index = rings.packets.beginIndex
      let packet = rings.packets[index]
      // A packet that is ignored has no fragments; it is only returned.
      if !packet.isIgnored {
        do throws(SegmentationError) {
          try send(rings.array(of: packet), rings.gso[index].mss, rings.checksum[index])
        } catch {
          failures.append(error)
        }
      }
      // Done: the operating system may have it back, with its fragments.
      rings.returnFirstPacket()
      count += 1
    }
  }

  /// Does what the packet asks for, as the data sheet would have it.
  private func send(
    _ frame: [UInt8], _ mss: Int, _ checksum: NetPacketChecksum
  ) throws(SegmentationError) {
    var fields: ChecksumPlan.Fields = []
    if checksum.layer3Action == .required { fields.insert(.ipv4Header) }
    if checksum.layer4Action == .required { fields.insert(.transport) }
    if mss != 0 {
      // Hardware that segments always computes the checksums of the segments.
      let plan = try SegmentationPlan(of: frame, request: SegmentationRequest(segmentSize: mss))
      for segment in try plan.frames(of: frame) { wire.send(segment, at: now) }
      cutCount += 1
    } else if !fields.isEmpty {
      var complete = frame
      try ChecksumPlan(of: frame, fields: fields).apply(to: &complete)
      wire.send(complete, at: now)
      checksumCount += 1
    } else {
      wire.send(frame, at: now)
    }
  }
}
