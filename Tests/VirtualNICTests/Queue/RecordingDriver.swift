import NetAdapterCore
import TestSupport

/// A driver that records what it finds in the rings, returns it, and sends nothing.
final class RecordingDriver: Sendable {
  /// A packet as the driver sees it.
  struct Packet: Equatable {
    var mss = 0
    var actions: [NetPacketChecksum.Action] = []
    var isIgnored = false
    var fragmentCount = 0
    var layer4 = NetPacketLayout.Layer4Type.unspecified
    var octets: [UInt8] = []
  }

  private let recorded = Box<[Packet]>([])

  /// All packets so far, in order.
  var packets: [Packet] { recorded.value }

  /// The callbacks of a queue that this driver serves.
  func callbacks(onStart: @escaping @Sendable () -> Void = {}) -> PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { _, rings in self.record(&rings) },
      evtCancel: { _, rings in self.record(&rings) },
      evtSetNotificationEnabled: { _, _ in },
      evtStart: { _ in onStart() })
  }

  /// Records and returns all packets of the rings.
  func record(_ rings: inout NetRingCollection) {
    for index in rings.packets.window {
      let packet = rings.packets[index]
      let checksum = rings.checksum[index]
      recorded.value.append(
        Packet(
          mss: rings.gso[index].mss, actions: [checksum.layer3Action, checksum.layer4Action],
          isIgnored: packet.isIgnored, fragmentCount: packet.fragmentCount,
          layer4: packet.layout.layer4Type, octets: rings.array(of: packet)))
    }
    rings.packets.beginIndex = rings.packets.endIndex
    rings.fragments.beginIndex = rings.fragments.endIndex
  }
}
