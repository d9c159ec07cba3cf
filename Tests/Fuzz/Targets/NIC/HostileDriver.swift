import NetAdapterCore

/// A driver that does anything with the rings, as a script of octets says.
final class HostileDriver {
  private var script: Choices
  private let frame: OctetBlock
  private var depth = 0
  /// Calls into the queues from inside of a callback.
  var reenter: ((inout Choices) -> Void)?
  /// What should not have been seen in a ring; a callback cannot throw.
  private(set) var finding: Finding?

  init(_ script: [UInt8], _ frame: OctetBlock) {
    (self.script, self.frame) = (Choices(script), frame)
  }

  var callbacks: PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { self.act(on: &$1, $0) },
      evtCancel: { queue, rings in
        if self.script.octet() < 180 {
          self.returnAll(&rings, queue)
        } else {
          self.act(on: &rings, queue)
        }
      },
      evtSetNotificationEnabled: { queue, isEnabled in
        if isEnabled, self.script.bool() { _ = queue.notify() }
      },
      evtStart: { _ in if self.script.octet() == 9 { self.callBack() } },
      evtStop: { _ in if self.script.octet() == 9 { self.callBack() } })
  }

  private func callBack() {
    guard depth < 2 else { return }
    depth += 1
    // A copy, because the calls may run other callbacks of this driver.
    var rest = script
    reenter?(&rest)
    script = rest
    depth -= 1
  }

  private func returnAll(_ rings: inout NetRingCollection, _ queue: PacketQueue) {
    while !rings.packets.window.isEmpty {
      rings.packets[rings.packets.beginIndex].isIgnored = queue.direction == .receive
      rings.returnFirstPacket()
    }
    rings.fragments.beginIndex = rings.fragments.endIndex
  }

  private func index(_ count: Int) -> Int {
    let choice = script.small()
    switch choice {
    case 0..<200: return choice % count
    case 200..<210: return count
    case 210..<220: return -1
    case 220..<225: return .max
    case 225..<230: return .min
    default: return choice &* 1_000_003 &- 50_000_000
    }
  }

  private func act(on rings: inout NetRingCollection, _ queue: PacketQueue) {
    for _ in 0..<(script.small() % 12) {
      switch script.octet() % 22 {
      case 0, 1, 2, 3: rings.returnFirstPacket()
      case 4: rings.packets.beginIndex = index(rings.packets.count)
      case 5: rings.packets.nextIndex = index(rings.packets.count)
      case 6: if script.octet() > 200 { rings.packets.endIndex = index(rings.packets.count) }
      case 7: rings.fragments.beginIndex = index(rings.fragments.count)
      case 8: rings.fragments.nextIndex = index(rings.fragments.count)
      case 9: if script.octet() > 200 { rings.fragments.endIndex = index(rings.fragments.count) }
      case 10: rings.packets[index(rings.packets.count)] = packet(rings.fragments.count)
      case 11: rings.fragments[index(rings.fragments.count)] = fragment(rings.bufferCapacity)
      case 12: storeExtensions(&rings)
      case 13:
        let block = frame
        _ = rings.fillBuffer(ofFragment: index(rings.fragments.count), with: block.octets)
      case 14: read(rings.packets[index(rings.packets.count)], rings)
      case 15: _ = rings.octets(ofFragment: index(rings.fragments.count)).byteCount
      case 16:
        var buffer = rings.buffer(ofFragment: index(rings.fragments.count))
        if buffer.byteCount > 0 { buffer.storeBytes(of: 1, toByteOffset: 0, as: UInt8.self) }
      case 17: _ = queue.notify()
      case 18: callBack()
      case 19: receiveOne(&rings, queue)
      case 20: rings.packets.beginIndex = rings.packets.endIndex
      default: rings.fragments.beginIndex = rings.fragments.endIndex
      }
    }
  }

  private func packet(_ fragmentCount: Int) -> NetPacket {
    var packet = NetPacket()
    packet.fragmentIndex = index(fragmentCount)
    packet.fragmentCount = script.octet() > 200 ? Int(script.word()) : script.small() % 5
    packet.isIgnored = script.octet() > 220
    packet.scratch = script.bool()
    packet.reserved = script.octet() > 220 ? script.octet() : 0
    packet.layout.layer2HeaderLength = script.small()
    packet.layout.layer3HeaderLength = Int(script.word())
    packet.layout.layer4HeaderLength = script.small()
    packet.layout.layer3Type = .init(rawValue: script.octet() & 15)
    packet.layout.layer4Type = .init(rawValue: script.octet() & 15)
    return packet
  }

  private func fragment(_ capacity: Int) -> NetFragment {
    var fragment = NetFragment()
    fragment.offset = script.octet() > 128 ? Int(script.word()) : 0
    fragment.validLength = script.octet() > 220 ? Int(script.double()) : script.small()
    fragment.capacity = script.octet() > 200 ? Int(script.double()) : capacity
    fragment.isBounced = script.bool()
    return fragment
  }

  private func storeExtensions(_ rings: inout NetRingCollection) {
    let count = rings.packets.count
    var gso = NetPacketGso()
    gso.mss = Int(script.double())
    rings.gso[index(count)] = gso
    rings.checksum[index(count)] = NetPacketChecksum(
      layer3: NetPacketChecksum.Evaluation.invalid, layer4: .valid)
    var tag = NetPacketIeee8021Q()
    tag.vlanIdentifier = Int(script.word())
    rings.ieee8021Q[index(count)] = tag
    rings.rsc[index(count)].coalescedSegmentCount = 7
  }

  private func read(_ packet: NetPacket, _ rings: borrowing NetRingCollection) {
    guard packet.fragmentCount < 300 else { return }
    let target = OctetBlock(count: script.small())
    var octets = target.mutableOctets
    let copied = rings.copyOctets(of: packet, into: &octets)
    let count = rings.octetCount(of: packet)
    if rings.array(of: packet).count != count || copied > min(count, target.count) {
      finding = Finding("octets of a packet in a ring: \(count), \(copied) copied")
    }
  }

  /// What a good driver does with one frame.
  private func receiveOne(_ rings: inout NetRingCollection, _ queue: PacketQueue) {
    guard queue.direction == .receive, !rings.packets.window.isEmpty,
      !rings.fragments.window.isEmpty
    else { return }
    let (at, block) = (rings.fragments.beginIndex, frame)
    _ = rings.fillBuffer(ofFragment: at, with: block.octets)
    var packet = NetPacket()
    (packet.fragmentIndex, packet.fragmentCount) = (at, 1)
    rings.packets[rings.packets.beginIndex] = packet
    rings.returnFirstPacket()
  }
}
