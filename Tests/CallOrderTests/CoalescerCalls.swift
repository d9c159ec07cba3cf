import GsoEngine
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

extension Call {
  static let coalescerCalls: [Call] = [
    Call("Coalescer.init(_:)") { walk in
      var request = walk.coalescing()
      request.flowCapacity = walk.flowCapacity()
      walk.memory.coalescer = try Coalescer(request)
      (walk.memory.received, walk.memory.delivered) = (0, 0)
    },
    Call("Coalescer.receive(_:at:hasPartialChecksum:_:)") { walk in
      guard walk.memory.coalescer != nil else { return }
      let (frame, time, isPartial) = (walk.frame(), walk.time(), walk.random.oneIn(4))
      walk.memory.received += 1
      walk.memory.coalescer?.receive(
        frame.octets, at: time.nanoseconds, hasPartialChecksum: isPartial, walk.memory.deliver)
    },
    Call("Coalescer.receive(_:at:_:)") { walk in
      guard walk.memory.coalescer != nil else { return }
      let (frame, time) = (walk.frame(), walk.time())
      walk.memory.received += 1
      walk.memory.coalescer?.receive(frame, at: time.nanoseconds, walk.memory.deliver)
    },
    Call("Coalescer.receive(_:describedBy:at:_:)") { walk in
      guard walk.memory.coalescer != nil else { return }
      let (frame, time, header) = (walk.frame(), walk.time(), walk.virtioHeader())
      walk.memory.received += 1
      walk.memory.coalescer?.receive(
        frame.octets, describedBy: header, at: time.nanoseconds, walk.memory.deliver)
    },
    Call("Coalescer.advance(to:_:)") { walk in
      let time = walk.time()
      walk.memory.coalescer?.advance(to: time.nanoseconds, walk.memory.deliver)
    },
    Call("Coalescer.endBatch(_:)") { walk in
      walk.memory.coalescer?.endBatch(walk.memory.deliver)
      walk.memory.checkCoalescer()
    },
    Call("Coalescer.flush(_:)") { walk in
      walk.memory.coalescer?.flush(walk.memory.deliver)
      walk.memory.checkCoalescer()
    },
    Call("Coalescer.flush(flowOf:_:)") { walk in
      let frame = walk.frame()
      walk.memory.coalescer?.flush(flowOf: frame.octets, walk.memory.deliver)
    },
    Call("Coalescer.restore(_:)") { walk in
      guard var state = walk.memory.coalescer?.save() else { return }
      try walk.memory.coalescer?.restore(state)
      let place = walk.random.below(state.count)
      state[place] = ~state[place]
      XCTAssertThrowsError(try walk.memory.coalescer?.restore(state))
    },
    Call("coalesce(_:request:)") { walk in
      let frames = (0..<4).map { _ in walk.frame() }
      _ = try coalesce(frames, request: walk.coalescing())
    },
  ]
}

extension Walk {
  fileprivate func coalescing() -> CoalescingRequest {
    var request = CoalescingRequest(rules: random.pick(CoalescingRules.presets).rules)
    request.window = random.pick([nil, 0, 1, 1_000, .max])
    request.flowCapacity = 4
    return request
  }
}
