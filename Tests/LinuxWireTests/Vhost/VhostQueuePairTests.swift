import FrameRecipes
import LinuxWire
import WireFormats
import XCTest

/// Several queue pairs: fair to all, and a flow stays on one.
final class VhostQueuePairTests: XCTestCase {
  private func frame(from port: UInt16, to other: UInt16, isReply: Bool = false) throws -> [UInt8] {
    try FrameRecipe(
      link: .ethernet(from: "02:00:00:00:00:01", to: "02:00:00:00:00:02"),
      network: isReply
        ? .ipv4(from: "192.0.2.2", to: "192.0.2.1") : .ipv4(from: "192.0.2.1", to: "192.0.2.2"),
      transport: .udp(from: port, to: other), payload: .counting(100)
    ).octets
  }

  private let header = VirtioNetHeader()

  func testAReplyGoesToThePairOfItsFlow() throws {
    let frontEnd = try ScriptedFrontEnd(VhostUserConfiguration { $0.queuePairCount = 4 })
    try frontEnd.connect(features: ScriptedFrontEnd.allFeatures | 1 << 22 | 1 << 17)
    XCTAssertEqual(frontEnd.queues.count, 8)
    for (pair, port) in zip([3, 1, 0, 2, 3], UInt16(1_000)...) {
      for queue in frontEnd.queues where queue.index % 2 == 0 { queue.post([2_048]) }
      frontEnd.queues[2 * pair + 1].transmit(header.octets() + (try frame(from: port, to: 53)))
      XCTAssertEqual(try frontEnd.pump(), 1)
      let before = frontEnd.queues.map(\.usedIndex)
      let reply = try frame(from: 53, to: port, isReply: true)
      XCTAssertEqual(try frontEnd.give(reply, header), .sent)
      XCTAssertEqual(frontEnd.queues[2 * pair].usedIndex, before[2 * pair] + 1)
    }
    XCTAssertEqual(frontEnd.faults, [])
  }

  func testAPairThatIsOffGivesItsFramesToTheFirst() throws {
    let frontEnd = try ScriptedFrontEnd(VhostUserConfiguration { $0.queuePairCount = 2 })
    try frontEnd.connect()
    frontEnd.send(18, words([2, 0]))
    try frontEnd.pump()
    for _ in 0..<20 { frontEnd.queues[0].post([2_048]) }
    for port in UInt16(1)...20 {
      let frame = try frame(from: port, to: 9)
      XCTAssertEqual(try frontEnd.give(frame, header), .sent)
    }
    XCTAssertEqual(frontEnd.queues[0].usedIndex, 20)
  }

  func testAllPairsHaveTheirTurn() throws {
    let frontEnd = try ScriptedFrontEnd(VhostUserConfiguration { $0.queuePairCount = 3 })
    try frontEnd.connect()
    for pair in 0..<3 {
      for _ in 0..<30 {
        frontEnd.queues[2 * pair + 1].transmit(header.octets() + [UInt8(pair)])
      }
    }
    for _ in 0..<6 { XCTAssertEqual(try frontEnd.pump(limit: 10), 10) }
    let pairs = frontEnd.taken.map { Int($0.frame[0]) }
    for pair in 0..<3 { XCTAssertEqual(pairs.count { $0 == pair }, 20) }
  }
}
