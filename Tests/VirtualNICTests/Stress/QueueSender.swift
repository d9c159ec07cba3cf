import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting

/// A thread's transmit queue: sends frames of a pool and checks everything that becomes of them.
struct QueueSender {
  let queue: TransmitFrameQueue
  let wire: QueueLink
  let pool: TrafficPool
  var random: SeededGenerator
  private(set) var check = WireCheck()
  /// Frames that were posted and have not completed, by their place in the pool.
  private var waiting: [Int] = []
  private(set) var postedCount = 0
  private var completedCount = 0
  private var errors = Complaints()

  init(
    _ queue: TransmitFrameQueue, _ wire: QueueLink, _ pool: TrafficPool, _ random: SeededGenerator
  ) {
    (self.queue, self.wire, self.pool, self.random) = (queue, wire, pool, random)
  }

  /// Everything that was wrong.
  var complaints: [String] { check.complaints.lines + errors.lines }

  /// Sends frames until there is enough, then waits for all of them.
  mutating func run(until isEnough: (Int) -> Bool) {
    while !isEnough(postedCount) {
      for _ in 0..<random.within(0...4) { post() }
      advance()
    }
    // A ring of one packet takes some advances; none may take more.
    for _ in 0..<10_000 where !waiting.isEmpty { advance() }
    errors.expect(waiting.isEmpty, "\(waiting.count) frames never completed")
    errors.expect(queue.takeCompleted() == nil, "a frame completed twice")
    check.end()
  }

  private mutating func post() {
    let index = random.below(pool.items.count)
    let item = pool.items[index]
    guard queue.post(item.octets, item.request, tag: postedCount) else { return }
    waiting.append(index)
    postedCount += 1
  }

  private mutating func advance() {
    do { try queue.advance() } catch { errors.add("\(error)") }
    check.saw(wire.takeAll().map(\.octets))
    while let done = queue.takeCompleted() {
      errors.expect(done.tag == completedCount, "\(done.tag) instead of \(completedCount)")
      completedCount += 1
      guard !waiting.isEmpty else { return errors.add("one completion too many") }
      check.reported(done.report, of: pool.items[waiting.removeFirst()])
    }
  }
}
