import NetAdapterCore
import Synchronization
import VirtualNIC

/// A driver for a NIC of ours: declares what its hardware can do, notes what it is told, and serves
/// queues.
///
/// `@unchecked Sendable`, because an adapter may be started by any thread, and so its callbacks
/// must be `@Sendable`. A lock protects the notes. It does not protect the hardware: queues call it
/// on the thread that advances them, and there is one.
final class ToyDriver: @unchecked Sendable {
  let transmitHardware: ToyTransmitHardware
  let receiveHardware = ToyReceiveHardware()
  private let log = Mutex<[String]>([])

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
    log.withLock { notes in
      defer { notes = [] }
      return notes
    }
  }

  private func note(_ text: String) { log.withLock { $0.append(text) } }

  /// What a driver does when Windows finds its device: it says everything before the start.
  func add(to adapter: NetAdapter) throws {
    try declare(to: adapter)
    try serveQueues(of: adapter)
  }

  /// Declares offloads; the callbacks will say what is left of them.
  func declare(to adapter: NetAdapter) throws {
    var transmit = TxChecksumCapabilities(layer3: [.ipv4NoOptions]) { _, offload in
      self.note("tx checksum: \(offload.isTxChecksumTcpEnabled ? "on" : "off")")
    }
    transmit.layer4 = [.tcpNoOptions]
    try adapter.setTxChecksumCapabilities(transmit)
    try adapter.setRxChecksumCapabilities(
      RxChecksumCapabilities { _, offload in
        self.note("rx checksum: \(offload.isRxChecksumTcpEnabled ? "on" : "off")")
        // The callback's argument is valid within the call only, so a value is kept.
        self.receiveHardware.active = offload.offloads.rxChecksum
      })
    try adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: [.ipv4NoOptions], layer4: [.tcpNoOptions], maximumOffloadSize: 65_536,
        minimumSegmentCount: 2
      ) { _, offload in
        self.note("gso: \(offload.isLsoIPv4Enabled ? "on" : "off")")
      })
  }

  /// Says what to do with queues.
  ///
  /// Without this the NIC's own hardware serves them.
  func serveQueues(of adapter: NetAdapter) throws {
    try adapter.setDatapathCallbacks(
      DatapathCallbacks(
        evtAdapterCreateTxQueue: { _, queue in
          self.note("create transmit queue of \(queue.ringSize) packets")
          return self.callbacks(
            "transmit", advance: self.transmitHardware.advance,
            cancel: self.transmitHardware.complete)
        },
        evtAdapterCreateRxQueue: { _, queue in
          self.note("create receive queue of \(queue.ringSize) packets")
          return self.callbacks(
            "receive", advance: self.receiveHardware.advance,
            cancel: self.receiveHardware.returnAll)
        }))
  }

  /// What a queue of either direction calls.
  private func callbacks(
    _ name: String, advance: @escaping (inout NetRingCollection) -> Void,
    cancel: @escaping (inout NetRingCollection) -> Void
  ) -> PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { _, rings in advance(&rings) },
      evtCancel: { _, rings in
        self.note("cancel \(name)")
        cancel(&rings)
      },
      // This hardware has no interrupt that could say "there is work": its queues are polled.
      evtSetNotificationEnabled: { queue, isEnabled in if isEnabled { queue.notify() } },
      evtStart: { _ in self.note("start \(name)") },
      evtStop: { _ in self.note("stop \(name)") })
  }
}
