import NetAdapterCore
import VirtualNIC
import VirtualNICTesting
import WireFormats

extension Impairments {
  /// A wire of 100 Mbit/s with every fault at once.
  static func everything() throws -> Impairments {
    try Impairments {
      ($0.lossRate, $0.duplicationRate, $0.corruptionRate) = (0.02, 0.02, 0.02)
      ($0.reorderingRate, $0.reorderingDelay) = (0.1, 300_000)
      ($0.delay, $0.bandwidth) = (100_000, 100_000_000)
    }
  }
}

/// Two computers, a cable with faults between them, and one clock for everything.
final class TwoComputers {
  let left: ToyStack
  let right: ToyStack
  let cable: Cable

  /// Connects two NICs.
  ///
  /// - Parameters:
  ///   - faults: What both wires do to frames.
  ///   - seed: The luck of the wires; the way back has a luck of its own.
  ///   - keywords: INF keywords of the left adapter.
  ///   - tap: Sees every frame as it leaves a NIC, before the wire.
  /// - Throws: What the adapters refuse; nothing, as they are declared here.
  init(
    faults: Impairments = Impairments(), seed: UInt64 = 1, keywords: KeywordStore = KeywordStore(),
    tap: @escaping ([UInt8], VirtualTime) -> Void = { _, _ in }
  ) throws {
    let ends = [
      Endpoint(mac: MACAddress(0x02_00_00_00_00_01), ip: IPv4Address(0xC000_0201), port: 50_000),
      Endpoint(mac: MACAddress(0x02_00_00_00_00_02), ip: IPv4Address(0xC000_0202), port: 80),
    ]
    let leftNIC = try VirtualNIC(macAddress: ends[0].mac, mtu: 1_500, keywords: keywords)
    let rightNIC = try VirtualNIC(macAddress: ends[1].mac, mtu: 1_500)
    cable = Cable(leftNIC, rightNIC, impairments: faults, seed: seed)
    cable.leftToRight.onFrame = tap
    cable.rightToLeft.onFrame = tap
    for nic in [leftNIC, rightNIC] {
      // Without this everything works, too, in software.
      try OffloadRecorder().declareAll(on: nic.adapter)
      try nic.start()
    }
    left = ToyStack(on: leftNIC, here: ends[0], there: ends[1])
    right = ToyStack(on: rightNIC, here: ends[1], there: ends[0])
  }

  /// Lets both computers work, and time pass, until something is the case.
  ///
  /// - Returns: Whether it was the case within ten seconds of the cable's time.
  @discardableResult
  func run(until isDone: () -> Bool) -> Bool {
    cable.run(
      working: { now in
        left.run(at: now)
        right.run(at: now)
        return [left.sender.deadline, right.sender.deadline].compactMap { $0 }.min()
      }, until: isDone)
  }
}
