import NetAdapterCore
import VirtualNIC
import VirtualNICTesting

/// A driver for a NIC of ours: declares what its hardware can do, serves queues, and notes what it
/// is told.
///
/// A plain class without a lock: its queues call it on the thread that advances them, and the
/// compiler keeps it there.
final class ToyDriver {
  let transmitHardware: ToyTransmitHardware
  let receiveHardware = ToyReceiveHardware()
  private var notes: [String] = []

  /// A driver whose hardware sends to `wire`.
  ///
  /// - Parameters:
  ///   - wire: Where frames go.
  ///   - slots: Packets that the hardware can work on at a time.
  ///   - packetsPerAdvance: The most packets that complete in one advance.
  init(wire: any Link, slots: Int = .max, packetsPerAdvance: Int = .max) {
    transmitHardware = ToyTransmitHardware(
      wire: wire, slots: slots, packetsPerAdvance: packetsPerAdvance)
  }

  /// What the driver was told since the last time, in order.
  func takeNotes() -> [String] {
    defer { notes = [] }
    return notes
  }

  /// Declares offloads, before the start of the adapter.
  ///
  /// Set callbacks run on any thread that changes the adapter. The recorder collects what they are
  /// told; the queues tell the driver.
  static func declare(to adapter: NetAdapter, telling told: OffloadRecorder) throws {
    var transmit = TxChecksumCapabilities(
      layer3: [.ipv4NoOptions], evtSetTxChecksum: told.callback(.txChecksum))
    transmit.layer4 = [.tcpNoOptions]
    try adapter.setTxChecksumCapabilities(transmit)
    try adapter.setRxChecksumCapabilities(
      RxChecksumCapabilities(evtSetRxChecksum: told.callback(.rxChecksum)))
    try adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: [.ipv4NoOptions], layer4: [.tcpNoOptions], maximumOffloadSize: 65_536,
        minimumSegmentCount: 2, evtSetGso: told.callback(.gso)))
  }

  /// What a transmit queue calls.
  var transmitCallbacks: PacketQueueCallbacks {
    callbacks("transmit", transmitHardware.advance, cancel: transmitHardware.complete) {
      self.notes.append("transmit: gso \($0.isLsoIPv4Enabled ? "on" : "off")")
    }
  }

  /// What a receive queue calls.
  var receiveCallbacks: PacketQueueCallbacks {
    callbacks("receive", receiveHardware.advance, cancel: receiveHardware.returnAll) {
      self.receiveHardware.active = $0.rxChecksum
    }
  }

  private func callbacks(
    _ name: String, _ advance: @escaping (inout NetRingCollection) -> Void,
    cancel: @escaping (inout NetRingCollection) -> Void,
    setOffloads: @escaping (ActiveOffloads) -> Void
  ) -> PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { _, rings in advance(&rings) },
      evtCancel: { _, rings in
        self.notes.append("cancel \(name)")
        cancel(&rings)
      },
      // This hardware has no interrupt that could say "there is work": its queues are polled.
      evtSetNotificationEnabled: { queue, isEnabled in if isEnabled { queue.notify() } },
      // The callback's argument is valid within the call only, so a value is passed on.
      evtSetOffloads: { _, offload in setOffloads(offload.offloads) },
      evtStart: { _ in self.notes.append("start \(name)") },
      evtStop: { _ in self.notes.append("stop \(name)") })
  }
}
