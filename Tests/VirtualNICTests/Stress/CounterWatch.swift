import NetAdapterCore
import VirtualNIC

/// Looks at counters while others count.
struct CounterWatch: Sendable {
  let live: LiveCounters
  private var last = NICCounters()
  private(set) var complaints = Complaints()
  private(set) var lookCount = 0

  init(_ live: LiveCounters) { self.live = live }

  /// Looks once: everything adds up, and nothing goes back.
  mutating func look() {
    let now = live.value
    lookCount += 1
    let ways = now.sentWhole + now.hardwareFrames + now.softwareFrames.total + now.dropped
    complaints.expect(now.sourceFrames == ways, "\(now.sourceFrames) frames, \(ways) went away")
    for (before, after) in zip(Self.numbers(last), Self.numbers(now)) {
      complaints.expect(before <= after, "\(before) became \(after)")
    }
    last = now
  }

  private static func numbers(_ counters: NICCounters) -> [Int] {
    [
      counters.sourceFrames, counters.wireFrames, counters.wireOctets, counters.sentWhole,
      counters.hardwareFrames, counters.softwareFrames.total, counters.hardwareChecksums,
      counters.softwareChecksums.total, counters.tcpSuccess, counters.tcpFailure,
      counters.udpSuccess, counters.udpFailure, counters.dropped, counters.receivedFrames,
      counters.receivedWhileStopped,
    ]
  }
}
