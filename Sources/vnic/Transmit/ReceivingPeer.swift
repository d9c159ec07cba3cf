import GsoEngine
import NetAdapterCore
import VirtualNIC
import WireFormats

/// The NIC at the far end of the wire, which coalesces what arrives: `--rsc`.
final class ReceivingPeer: Link {
  /// Nanoseconds that it holds a frame for those that follow.
  private static let window: UInt64 = 50_000

  private let nic: VirtualNIC
  private let next: any Link

  /// Creates a NIC with RSC and URO, which passes what it receives on to a link.
  init(next: any Link) throws {
    nic = try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_02), mtu: 65_575)
    self.next = next
    var rsc = RscCapabilities(
      layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: [.tcpNoOptions, .udp]
    ) { _, _ in }
    rsc.tcpTimestampOption = true
    try nic.adapter.setRscCapabilities(rsc)
    nic.receiveCoalescing.window = Self.window
    nic.onReceive = { frame, _, time in next.send(frame, at: time) }
    try nic.start()
  }

  func send(_ frames: FrameBatch, at time: VirtualTime) { nic.receive(frames, at: time) }

  func advance(to time: VirtualTime) {
    nic.advance(to: time)
    next.advance(to: time)
  }

  var nextArrival: VirtualTime? {
    [nic.nextReceiveDeadline, next.nextArrival].compactMap { $0 }.min()
  }

  /// What it counted.
  var counters: TransmitSummary.ReceiverCounters {
    TransmitSummary.ReceiverCounters(nic.counters)
  }

  /// The option that asks for it.
  static let option = CommandDescription.Option(
    "--rsc", "record what a NIC with RSC and URO at the far end delivers, not the wire")
}
