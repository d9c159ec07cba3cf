import NetAdapterCore
import VirtualNICTesting
import WireFormats

/// A driver that returns what it pleases and writes nonsense into the rings.
final class Driver {
  private var random: SeededGenerator
  /// What it calls from within its callbacks.
  private let answer: (PacketQueue) -> Void

  init(seed: UInt64, _ answer: @escaping (PacketQueue) -> Void = { _ in }) {
    random = SeededGenerator(seed: seed)
    self.answer = answer
  }

  var callbacks: PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { self.serve($0, &$1) }, evtCancel: { self.serve($0, &$1) },
      evtSetNotificationEnabled: { queue, isEnabled in
        if isEnabled, self.random.oneIn(2) { queue.notify() }
        self.answer(queue)
      },
      evtSetOffloads: { queue, _ in self.answer(queue) },
      evtStart: { self.answer($0) }, evtStop: { self.answer($0) })
  }

  private func serve(_ queue: PacketQueue, _ rings: inout NetRingCollection) {
    answer(queue)
    if random.oneIn(3) { spoil(&rings) }
    switch random.below(4) {
    case 0: break
    case 1: if random.oneIn(2) { rings.returnFirstPacket() }
    default:
      for index in rings.packets.window where queue.direction == .receive {
        rings.packets[index].isIgnored = !random.oneIn(2)
        rings.packets[index].fragmentIndex = rings.fragments.beginIndex
        rings.packets[index].fragmentCount = random.below(3)
      }
      rings.packets.beginIndex = rings.packets.endIndex
      rings.fragments.beginIndex = rings.fragments.endIndex
    }
  }

  private func spoil(_ rings: inout NetRingCollection) {
    let index = random.pick([Int.min, -1, 0, 3, .max])
    switch random.below(12) {
    case 0: rings.packets.beginIndex = index
    case 1: rings.packets.endIndex = index
    case 2: rings.fragments.beginIndex = index
    case 3: rings.fragments.nextIndex = index
    case 4: rings.packets[index].fragmentCount = .max
    case 5: rings.packets[index].fragmentIndex = index
    case 6:
      var fragment = NetFragment()
      (fragment.validLength, fragment.offset) = (.max, .max)
      rings.fragments[index] = fragment
    case 7: rings.gso[index].mss = .max
    case 8: rings.checksum[index] = NetPacketChecksum(layer3: .required, layer4: .required)
    case 9: _ = rings.fillBuffer(ofFragment: index, with: random.octets(100).octets)
    case 10:
      var buffer = rings.buffer(ofFragment: index)
      if buffer.byteCount > 0 { buffer.storeBytes(of: 7, as: UInt8.self) }
    default: _ = rings.array(of: rings.packets[index])
    }
  }
}
