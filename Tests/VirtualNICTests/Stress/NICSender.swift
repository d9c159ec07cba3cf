import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting

/// The thread that a NIC belongs to: sends without a queue, and makes queues that soon go again.
struct NICSender {
  /// What it did and found.
  struct Findings: Sendable {
    var tally = WireCheck.Tally()
    var queueCount = 0
    var complaints: [String] = []
  }

  private let nic: VirtualNIC
  private let wire = QueueLink()
  private let pool: TrafficPool
  private var random: SeededGenerator
  private var check = WireCheck()
  private var past = Findings()

  init(_ nic: VirtualNIC, _ pool: TrafficPool, _ random: SeededGenerator) {
    (self.nic, self.pool, self.random) = (nic, pool, random)
    nic.link = wire
  }

  /// What it did and found so far.
  var findings: Findings {
    var findings = past
    findings.tally = findings.tally + check.counters
    findings.complaints += check.complaints.lines
    return findings
  }

  /// Sends a frame, or some through a queue.
  mutating func step() {
    if random.oneIn(50) { return useShortLivedQueue() }
    let item = random.pick(pool.items)
    let report = nic.transmit(item.octets, item.request)
    check.saw(wire.takeAll().map(\.octets))
    check.reported(report, of: item)
    check.end()
  }

  private mutating func useShortLivedQueue() {
    // Refused while the adapter is stopped.
    guard
      let queue = try? nic.makeTransmitQueue(ringSize: 8, fragmentRingSize: 16, frameCount: 4)
    else { return }
    var sender = QueueSender(queue, wire, pool, SeededGenerator(seed: random.next()))
    sender.run { $0 >= 3 }
    past.queueCount += 1
    past.tally = past.tally + sender.check.counters
    if past.complaints.count < 10 { past.complaints += sender.complaints }
  }
}
