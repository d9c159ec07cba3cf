import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// Nothing on the way of a received frame touches the heap.
final class CoalescingAllocationTests: XCTestCase {
  private func expectNone(_ rules: CoalescingRules, _ frames: [[UInt8]]) throws {
    var request = CoalescingRequest(rules: rules, window: 1_000)
    request.flowCapacity = 4
    var coalescer = try Coalescer(request)
    var octets = 0
    var time: UInt64 = 0
    func run() {
      var index = 0
      while index < frames.count {
        let frame = frames[index]
        index += 1
        time += 10
        coalescer.receive(frame.octets, at: time) { octets += $0.frame.byteCount }
      }
      coalescer.endBatch { octets += $0.frame.byteCount }
    }
    for _ in 0..<12 { run() }
    guard let count = allocations(during: run) else {
      throw XCTSkip("allocations are not counted in this build")
    }
    XCTAssertEqual(count, 0)
    XCTAssertGreaterThan(octets, 10_000)
  }

  /// Several flows, interleaved, more than fit, with frames that are not merged.
  private var frames: [[UInt8]] {
    var flows = [
      Conversation(), Conversation(.ipv6()), Conversation(.ipv4(), .udp()),
      Conversation(.ipv6(), .udp()), Conversation(encapsulation: .vxlan()),
      Conversation(.ipv6(), encapsulation: .gre(key: 3)),
    ]
    var frames: [[UInt8]] = []
    for round in 0..<10 {
      for index in flows.indices where (round + index) % 3 != 0 {
        frames.append(
          flows[index].next(round == 5 ? 0 : 700) {
            $0.checksum = round == 7 ? .wrong : .complete
            if round == 8 { $0.tcp.flags.insert(.psh) }
          })
      }
    }
    return frames + [[UInt8](repeating: 9, count: 60)]
  }

  func testLinux() throws { try expectNone(.linux, frames) }

  func testNdis() throws { try expectNone(.ndis, frames) }
}
