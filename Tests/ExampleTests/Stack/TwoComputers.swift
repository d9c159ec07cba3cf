import NetAdapterCore
import VirtualNIC
import WireFormats

/// Two computers, a cable with faults between them, and one clock for everything.
final class TwoComputers {
  let left: ToyStack
  let right: ToyStack
  /// The wire from left to right.
  let there: ImpairedLink
  /// The wire from right to left.
  let back: ImpairedLink
  /// The clock: time passes only in ``run(for:until:)``.
  private(set) var now = VirtualTime.start

  /// Connects two NICs.
  ///
  /// - Parameters:
  ///   - faults: What both wires do to frames.
  ///   - seed: The luck of the wires; the way back has a luck of its own.
  ///   - keywords: INF keywords of the left adapter.
  ///   - tap: Sees every frame as it leaves a NIC, before the wire.
  /// - Throws: What the adapters refuse; nothing, unmodified declared here.
  init(
    faults: Impairments = Impairments(), seed: UInt64 = 1, keywords: KeywordStore = KeywordStore(),
    tap: @escaping (RawSpan, VirtualTime) -> Void = { _, _ in }
  ) throws {
    let ends = [
      Endpoint(mac: MACAddress(0x02_00_00_00_00_01), ip: IPv4Address(0xC000_0201), port: 50_000),
      Endpoint(mac: MACAddress(0x02_00_00_00_00_02), ip: IPv4Address(0xC000_0202), port: 80),
    ]
    let leftNIC = try VirtualNIC(macAddress: ends[0].mac, mtu: 1_500, keywords: keywords)
    let rightNIC = try VirtualNIC(macAddress: ends[1].mac, mtu: 1_500)
    // A chain of links: NIC, tap, wire, the other NIC.
    there = ImpairedLink(faults, seed: seed, next: NICLink(to: rightNIC))
    back = ImpairedLink(faults, seed: ~seed, next: NICLink(to: leftNIC))
    leftNIC.link = CapturingLink(next: there, tap)
    rightNIC.link = CapturingLink(next: back, tap)
    for nic in [leftNIC, rightNIC] {
      try Self.declareOffloads(of: nic.adapter)
      try nic.start()
    }
    left = ToyStack(on: leftNIC, here: ends[0], there: ends[1])
    right = ToyStack(on: rightNIC, here: ends[1], there: ends[0])
  }

  deinit {
    // Each NIC keeps the other alive through its link, until somebody pulls the plug.
    left.nic.link = QueueLink()
    right.nic.link = QueueLink()
  }

  /// Says what the hardware can do.
  ///
  /// Without this everything works, too, in software.
  private static func declareOffloads(of adapter: NetAdapter) throws {
    try adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: [.ipv4NoOptions], layer4: [.tcpNoOptions], maximumOffloadSize: 65_536,
        minimumSegmentCount: 2
      ) { _, _ in })
    var checksums = TxChecksumCapabilities(layer3: [.ipv4NoOptions]) { _, _ in }
    checksums.layer4 = [.tcpNoOptions]
    try adapter.setTxChecksumCapabilities(checksums)
    try adapter.setRxChecksumCapabilities(RxChecksumCapabilities { _, _ in })
  }

  /// Lets both computers work, and time pass, until something is the case.
  ///
  /// Time jumps from one event to the next: an arrival on a wire, or a timeout of a stack. Nothing
  /// ever sleeps.
  ///
  /// - Parameters:
  ///   - limit: Most nanoseconds to let pass; ten seconds by default.
  ///   - isDone: Ends the run.
  /// - Returns: Whether it was the case before the time was up.
  @discardableResult
  func run(for limit: UInt64 = 10_000_000_000, until isDone: () -> Bool) -> Bool {
    let end = now.adding(nanoseconds: limit)
    while !isDone() {
      left.run(at: now)
      right.run(at: now)
      if left.hasWork || right.hasWork { continue }
      let events = [
        there.nextArrival, back.nextArrival, left.sender.deadline, right.sender.deadline,
      ]
      guard let next = events.compactMap({ $0 }).min(), next <= end else { return isDone() }
      now = max(now, next)
      there.advance(to: now)
      back.advance(to: now)
    }
    return true
  }
}
