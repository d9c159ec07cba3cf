import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// The forms in which fragments are written, and what hostile octets do to them.
final class FragmentRenderTests: XCTestCase {
  private let recipes: [FrameRecipe] = {
    let four = IPv4Recipe { $0.options = [IPv4Option.routerAlert, IPv4Option.timestamp(slots: 3)] }
    let six = IPv6Recipe {
      $0.extensions = [
        .hopByHop([5, 2, 0, 0]), .routing(), .destinationOptions([1, 4, 0, 0, 0, 0]),
      ]
    }
    let tagged = Link(.ethernet, tags: [VLANTag(), VLANTag()])
    return [
      FrameRecipe(transport: .udp(), payload: Payload(count: 700), checksum: .zero),
      FrameRecipe(network: .ipv4(four), payload: Payload(count: 700), trailerCount: 9),
      FrameRecipe(network: .ipv6(), transport: .udp(), payload: Payload(count: 701)),
      FrameRecipe(link: tagged, network: .ipv6(six), payload: Payload(count: 702)),
      FrameRecipe(network: .ipv6(six), transport: .udp(), payload: Payload(count: 60)),
    ]
  }()

  private let request = FragmentationRequest(
    fragmentSize: 104, identification: 0x0102_0304, rules: .copiedFlag)

  func testPlanAgreesWithTheOctets() throws {
    for recipe in recipes {
      let frame = recipe.build()
      let layout = recipe.layout
      for size in [8, 16, 104, 1_600] {
        var request = request
        request.size = .payload(size)
        let plan = try FragmentationPlan(of: frame, request: request)
        let frames = try plan.frames(of: frame)
        XCTAssertEqual(frames.count, plan.count)
        XCTAssertEqual(plan.map(\.frameLength), frames.map(\.count))
        XCTAssertEqual(plan.totalFrameLength, frames.reduce(0) { $0 + $1.count })
        XCTAssertEqual(plan.fragmentableRange.upperBound, layout.payloadEnd)
        var end = plan.fragmentableRange.lowerBound
        var position = 0
        for (fragment, octets) in zip(plan, frames) {
          XCTAssertEqual(fragment.payloadRange.lowerBound, end)
          end = fragment.payloadRange.upperBound
          XCTAssertEqual(plan.outputRange(of: fragment.index).lowerBound, position)
          position += octets.count
          let found = place(of: octets, layout.networkOffset, recipe.network.isIPv6, plan)
          XCTAssertEqual(found.offset, fragment.fragmentOffset)
          XCTAssertEqual(found.more, fragment.moreFragments)
          XCTAssertEqual(found.identification, plan.count > 1 ? fragment.identification : nil)
        }
        XCTAssertEqual(end, plan.fragmentableRange.upperBound)
      }
    }
  }

  private struct Place {
    var offset = 0
    var more = false
    var identification: UInt32?
  }

  /// What the header of a fragment says, found by walking it by hand.
  private func place(
    of frame: [UInt8], _ at: Int, _ isIPv6: Bool, _ plan: FragmentationPlan
  ) -> Place {
    func word(_ offset: Int) -> Int { Int(frame[offset]) << 8 | Int(frame[offset + 1]) }
    guard plan.count > 1 else { return Place() }
    guard isIPv6 else {
      let field = word(at + 6)
      return Place(
        offset: (field & 0x1FFF) * 8, more: field & 0x2000 != 0,
        identification: UInt32(word(at + 4)))
    }
    var (next, header) = (frame[at + 6], at + 40)
    while next != 44 {
      next = frame[header]
      header += 8 + 8 * Int(frame[header + 1])
    }
    let field = word(header + 2)
    return Place(
      offset: field & 0xFFF8, more: field & 1 != 0,
      identification: UInt32(word(header + 4)) << 16 | UInt32(word(header + 6)))
  }

  func testPartsAreSlicesOfTheWhole() throws {
    for recipe in recipes {
      let frame = recipe.build()
      let plan = try FragmentationPlan(of: frame, request: request)
      let whole = rendered(plan, frame, room: plan.totalFrameLength)
      XCTAssertEqual(try whole.written.get(), plan.totalFrameLength)
      for lower in 0...plan.count {
        for upper in lower...plan.count {
          let from =
            lower == plan.count ? plan.totalFrameLength : plan.outputRange(of: lower).lowerBound
          let to = upper == lower ? from : plan.outputRange(of: upper - 1).upperBound
          let part = rendered(plan, frame, segments: lower..<upper, room: to - from + 3)
          XCTAssertEqual(try part.written.get(), to - from)
          XCTAssertEqual(part.octets, Array(whole.octets[from..<to]) + [0xA5, 0xA5, 0xA5])
        }
      }
    }
  }

  func testNothingIsWrittenOnError() throws {
    let frame = recipes[0].build()
    let plan = try FragmentationPlan(of: frame, request: request)
    for room in [0, 1, 100, plan.totalFrameLength - 1] {
      let short = rendered(plan, frame, room: room)
      XCTAssertEqual(
        refusal(short.written), .outputTooSmall(needed: plan.totalFrameLength, available: room))
      XCTAssertEqual(short.octets, [UInt8](repeating: 0xA5, count: room))
    }
    for other in [Array(frame.dropLast()), frame + [0], []] {
      let wrong = rendered(plan, other, room: 2_000)
      XCTAssertEqual(
        refusal(wrong.written), .frameLengthChanged(planned: frame.count, given: other.count))
      XCTAssertEqual(wrong.octets, [UInt8](repeating: 0xA5, count: 2_000))
    }
  }

  func testArena() throws {
    for recipe in recipes {
      let frame = recipe.build()
      let plan = try FragmentationPlan(of: frame, request: request)
      let frames = try plan.frames(of: frame)
      var arena = try SegmentArena(byteCount: 2 * plan.totalFrameLength, slotCount: 2 * plan.count)
      try plan.render(frame, into: &arena)
      try plan.render(frame.octets, segments: 0..<1, into: &arena)
      XCTAssertEqual(arena.count, plan.count + 1)
      for index in 0..<plan.count { XCTAssertEqual(arena.frame(index), frames[index]) }
      XCTAssertEqual(arena.frame(plan.count), frames[0])
      var slots = try SegmentArena(byteCount: plan.totalFrameLength, slotCount: 1)
      var octets = try SegmentArena(byteCount: plan.totalFrameLength - 1, slotCount: plan.count)
      let noSlots = refusal { () throws(SegmentationError) in
        try plan.render(frame, into: &slots)
      }
      let noOctets = refusal { () throws(SegmentationError) in
        try plan.render(frame, into: &octets)
      }
      let (needed, available) = (plan.totalFrameLength, plan.totalFrameLength - 1)
      XCTAssertEqual(
        noSlots, plan.count == 1 ? nil : .tooFewSlots(needed: plan.count, available: 1))
      XCTAssertEqual(noOctets, .outputTooSmall(needed: needed, available: available))
      XCTAssertEqual(octets.count, 0)
    }
  }

  func testNothingIsAllocated() throws {
    let frames = recipes.map { $0.build() }
    var arena = try SegmentArena(byteCount: 20_000, slotCount: 400)
    var written = 0
    _ = try allocations { written += try fragmented(frames, into: &arena) }
    guard let count = try allocations(during: { written += try fragmented(frames, into: &arena) })
    else {
      throw XCTSkip("allocations are not counted in this build")
    }
    XCTAssertEqual(count, 0)
    XCTAssertGreaterThan(written, 40)
  }

  private func fragmented(_ frames: [[UInt8]], into arena: inout SegmentArena) throws -> Int {
    arena.reset()
    // By index: in debug builds, each step of an array's iterator allocates.
    for index in frames.indices {
      try FragmentationPlan(of: frames[index], request: request).render(frames[index], into: &arena)
    }
    return arena.count
  }

  // MARK: hostile octets

  private func assertSoundOrRefused(
    _ frame: [UInt8], _ size: Int, _ note: @autoclosure () -> String
  ) {
    for rules in [FragmentationRules.linux, .standard] {
      let request = FragmentationRequest(fragmentSize: size, rules: rules)
      guard case .success(let frames) = fragments(of: frame, request) else { continue }
      guard frames.count > 1 else {
        XCTAssertLessThanOrEqual(frames[0].count, frame.count, note())
        continue
      }
      for fragment in frames {
        let complaints = frameFaults(fragment).filter {
          !$0.field.hasPrefix("udp") && !$0.field.hasPrefix("tcp")
        }
        XCTAssertEqual(complaints, [], note())
      }
      XCTAssertNotNil(reassemble(frames), note())
    }
  }

  func testEveryTruncationIsRefusedOrSound() {
    for recipe in recipes {
      let frame = recipe.build()
      for count in 0..<(frame.count - recipe.trailerCount) {
        let front = Array(frame[..<count])
        let error = refusal(fragments(of: front, request))
        XCTAssertNotNil(error, "\(count) octets")
      }
    }
  }

  func testRandomMutationsAreRefusedOrSound() {
    var random = SeededGenerator.fromEnvironment(0x3A7A)
    for round in 0..<10_000 {
      let recipe = random.pick(recipes)
      var frame = recipe.build()
      let headers = recipe.layout.payloadOffset
      for _ in 0..<random.within(1...4) {
        let at = random.oneIn(5) ? random.below(frame.count) : 12 + random.below(headers - 12)
        frame[at] = random.oneIn(3) ? random.pick([0, 1, 0x7F, 0x80, 0xFF, 44]) : random.integer()
      }
      if random.oneIn(4) { frame.removeLast(random.below(frame.count)) }
      let size = 8 * random.within(1...40)
      assertSoundOrRefused(frame, size, "seed \(random.seed), round \(round): \(frame)")
      let mtu = FragmentationRequest(mtu: random.within(-10...900), rules: .linux)
      if case .success(let frames) = fragments(of: frame, mtu), case .mtu(let most) = mtu.size {
        let layout = try? PacketLayout(parsing: frame, tunnels: .none)
        let longest = frames.map(\.count).max() ?? 0
        XCTAssertLessThanOrEqual(longest - (layout?.linkHeaderLength ?? 0), most, "round \(round)")
      }
    }
  }
}
