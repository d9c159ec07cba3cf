
// After the README's code: its results.
import Foundation

/// Ends the program if the README promises too much.
func check(_ isRight: Bool, line: Int = #line) {
  guard !isRight else { return }
  print("line \(line): the README's code does not do what it says")
  exit(1)
}

check(frames.count == 46 && frames.dropLast().allSatisfy { $0.count == 14 + 1500 })
check(plan.count == 46 && plan[45].payloadRange == 65_226..<65_292)
check(plan[45].tcpFlags.contains(.fin) && !plan[44].tcpFlags.contains(.fin))
check((0..<arena.count).map { arena.frame($0) } == frames)
check(report.segmentation == .hardware && report.outcome == .sent(frames: 46))
check(wire.counters.sent == 46)
check(segments == frames)
check(faults.isEmpty && failure == nil)
check(cable.leftToRight.counters.sent == 46 && cable.leftToRight.counters.lost > 0)
check(segmentationFaults(buggy, of: superFrame, mtu: 1500).first?.field == "ipv4.identification")
print("\(frames.count) segments from each of the README's examples")
