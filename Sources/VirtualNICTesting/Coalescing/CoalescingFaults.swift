public import FrameRecipes

/// A frame that a receiver got, and the numbers of the frames that it was merged from.
public struct DeliveredFrame: Equatable, Sendable {
  /// The octets, from the link header.
  public var octets: [UInt8]
  /// The indices of the received frames that went in, in the order of their payload.
  public var inputs: [Int]

  /// Takes both.
  public init(_ octets: [UInt8], inputs: [Int]) {
    (self.octets, self.inputs) = (octets, inputs)
  }
}

/// What is wrong with the frames that a NIC, a driver or an engine has delivered for received ones.
///
/// It checks four things, whatever was merged and whenever units ended:
/// - Every received frame was delivered once, alone or in one merged frame (`inputs`).
/// - The frames of a merged frame may be merged with each other, in this order (`inputs`).
/// - A frame that was not merged is unmodified, and a merged one has the payload of its frames and
///   the headers that follow from them: the field is named.
/// - No frame overtakes another one of its flow, except for one that cannot be merged where the
///   rules permit that (`order`).
///
/// ```swift
/// let faults = coalescingFaults(delivered, of: received, rules: .init(.ndisRsc))
/// XCTAssertEqual(faults, [])
/// ```
///
/// - Parameters:
///   - delivered: What the receiver got, in order.
///   - received: The frames that arrived, in order.
///   - rules: Which frames may be merged; those of Linux by default.
///   - checksum: What the checksums of merged frames are.
///   - link: The link header of all frames; Ethernet by default.
/// - Returns: The faults; the index of a fault is that of the delivered frame, for a frame that was
///   never delivered the number of those that were.
/// - Complexity: O(n · m) for n delivered and m received frames, with large constants.
public func coalescingFaults(
  _ delivered: [DeliveredFrame], of received: [[UInt8]],
  rules: ReferenceCoalescingRules = ReferenceCoalescingRules(),
  checksum: ReferenceMergedChecksum = .complete, link: FrameRecipe.LinkKind = .ethernet
) -> [FrameFault] {
  let frames = received.enumerated().map {
    ReceivedFrame($1, number: $0, link: link, isPartial: false, rules)
  }
  var times = [Int](repeating: 0, count: frames.count)
  var out: [FrameFault] = []
  for (index, unit) in delivered.enumerated() {
    if let stray = unit.inputs.first(where: { !frames.indices.contains($0) }) {
      out.append(.inputs(index, "an index below \(frames.count)", "\(stray)"))
      continue
    }
    for input in unit.inputs {
      times[input] += 1
      if times[input] == 2 { out.append(.inputs(index, "received frame \(input) once", "twice")) }
    }
    out += faults(of: unit, index, unit.inputs.map { frames[$0] }, rules, checksum, link)
  }
  for (input, count) in times.enumerated() where count == 0 {
    out.append(.inputs(delivered.count, "received frame \(input)", "nothing"))
  }
  return out + orderFaults(delivered, frames, rules)
}

private func faults(
  of unit: DeliveredFrame, _ index: Int, _ frames: [ReceivedFrame],
  _ rules: ReferenceCoalescingRules, _ checksum: ReferenceMergedChecksum,
  _ link: FrameRecipe.LinkKind
) -> [FrameFault] {
  guard let first = frames.first else { return [.inputs(index, "a received frame", "none")] }
  var expected = first.octets
  if frames.count > 1 {
    guard first.kind == .mergeable, let recipe = first.recipe else {
      return [.inputs(index, "received frame \(first.number) alone", "merged")]
    }
    var held = HeldFrames(first, recipe)
    for frame in frames.dropFirst() {
      guard frame.kind == .mergeable, let recipe = frame.recipe, held.isFlow(of: recipe, rules),
        held.takes(recipe, rules)
      else {
        let text = "none that cannot follow received frame \(held.numbers.last ?? 0)"
        return [.inputs(index, text, "\(frame.number)")]
      }
      held.recipes.append(recipe)
      held.numbers.append(frame.number)
    }
    expected = held.unit(checksum, rules).frame
  }
  let udpTunnels = rules.tunnels != .unseen && rules.knowsUDPTunnels
  return frameDifferences(
    expected: expected, actual: unit.octets, frame: index, link: link, udpTunnels: udpTunnels)
}

/// Frames of a flow that were delivered after later ones.
private func orderFaults(
  _ delivered: [DeliveredFrame], _ frames: [ReceivedFrame], _ rules: ReferenceCoalescingRules
) -> [FrameFault] {
  var latest: [(frame: ReceivedFrame, recipe: FrameRecipe)] = []
  var out: [FrameFault] = []
  for (index, unit) in delivered.enumerated() {
    for input in unit.inputs where frames.indices.contains(input) {
      let frame = frames[input]
      guard let recipe = frame.recipe, rules.keepsOrderOfAll || frame.kind == .mergeable else {
        continue
      }
      let flow = latest.firstIndex {
        $0.recipe.hasAddressesAndPorts(of: recipe)
          && (!rules.flowHasAllHeaders || $0.recipe.hasOuterHeaders(of: recipe))
      }
      guard let flow else {
        latest.append((frame, recipe))
        continue
      }
      if latest[flow].frame.number > input {
        out.append(
          FrameFault(
            frame: index, field: "order",
            expected: .text("received frame \(input) before \(latest[flow].frame.number)"),
            found: .text("after it")))
      } else {
        latest[flow] = (frame, recipe)
      }
    }
  }
  return out
}

extension FrameFault {
  fileprivate static func inputs(_ frame: Int, _ expected: String, _ found: String) -> FrameFault {
    FrameFault(frame: frame, field: "inputs", expected: .text(expected), found: .text(found))
  }
}
