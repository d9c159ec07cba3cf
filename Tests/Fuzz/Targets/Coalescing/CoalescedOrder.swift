import GsoEngine

/// Frames of one flow must not overtake each other.
struct CoalescedOrder {
  private var latest: [[UInt8]: Int] = [:]

  mutating func check(
    _ inputs: [Int], _ frames: [CoalescedFrame], _ rules: CoalescingRules
  ) throws {
    for (input, frame) in zip(inputs, frames) {
      guard let inner = frame.inner else { continue }
      let keepsAll = rules.unusableFrames == .endUnit
      guard keepsAll || frame.isHeld else { continue }
      // Addresses, protocol and ports; where flows are by all headers, those too.
      let addresses = inner.offset + (inner.version == 4 ? 12 : 8)
      var flow = Array(frame.octets[addresses..<(addresses + (inner.version == 4 ? 8 : 32))])
      flow.append(inner.upperProtocol)
      flow += frame.octets[inner.upperOffset..<(inner.upperOffset + 4)]
      if rules.flows == .headers { flow += frame.identity }
      if let before = latest[flow] {
        try require(before < input, "frame \(input) is delivered after \(before)")
      }
      latest[flow] = input
    }
  }
}
