import GsoEngine
import NetAdapterCore
import VirtualNIC
import VirtualNICTesting
import WireFormats

extension Call {
  static let nicCalls: [Call] = [
    Call("VirtualNIC.init(macAddress:mtu:link:rules:validation:quirks:keywords:pool:)") { walk in
      let nic = try VirtualNIC(
        macAddress: MACAddress(walk.random.next()), mtu: walk.number(1...9_000),
        link: walk.station().wire, rules: walk.rules(),
        pool: walk.random.oneIn(2) ? ArenaPool() : nil)
      try nic.start()
      nic.transmit(walk.frame(), walk.request(), at: walk.time())
      // Queues outlive their NIC.
      let queue = try nic.makeTransmitQueue(ringSize: 16)
      let isAccepted = queue.post(walk.frame(), walk.request(), tag: 1 << 40)
      walk.station().transmit.append((queue, isAccepted ? [1 << 40] : [], false))
    },
    Call("ArenaPool.init()") { walk in
      // NICs that send to each other, with memory in common.
      let pool = ArenaPool()
      let wire = walk.station().wire
      for address in 1...2 {
        let nic = try VirtualNIC(
          macAddress: MACAddress(UInt64(address)), mtu: 1_500, link: wire, pool: pool)
        try nic.start()
        nic.transmit(walk.frame(), walk.request(), at: walk.time())
      }
    },
    Call("VirtualNIC.transmit(_:_:at:)") { walk in
      let (nic, frame) = (walk.station().nic, walk.frame())
      guard walk.random.oneIn(2), !frame.isEmpty else {
        nic.transmit(frame, walk.request(), at: walk.time())
        return
      }
      let cut = walk.random.below(frame.count)
      let buffers = [0..<cut, cut..<frame.count, 0..<0]
      nic.transmit(
        try ScatteredFrame(memory: frame.octets, buffers: buffers.span), walk.request(),
        at: walk.time())
    },
    Call("VirtualNIC.explain(_:_:)") { walk in
      let (nic, frame, request) = (walk.station().nic, walk.frame(), walk.request())
      _ = nic.explain(frame, request)
    },
    Call("CoalescingExplanation.init(of:_:)") { walk in
      let arrivals = (0..<3).map { _ in ArrivedFrame(octets: walk.frame(), time: walk.time()) }
      var request = CoalescingRequest(window: walk.random.next() >> 40)
      request.flowCapacity = walk.flowCapacity()
      _ = try CoalescingExplanation(of: arrivals, request)
    },
    Call("VirtualNIC.transmit(_:segmentSize:at:)") { walk in
      walk.station().nic.transmit(
        walk.frame(), segmentSize: walk.number(0...1_460), at: walk.time())
    },
    Call("VirtualNIC.transmit(_:segmentedAs:at:)") { walk in
      // The plan of one frame, and often another frame.
      let (nic, planned) = (walk.station().nic, walk.frame())
      let plan = try SegmentationPlan(
        of: planned, request: SegmentationRequest(segmentSize: walk.number(1...9_000)))
      let frame = walk.random.oneIn(2) ? planned : walk.frame()
      nic.transmit(frame.octets, segmentedAs: plan, at: walk.time())
    },
    Call("VirtualNIC.decision(for:)") { walk in
      let plan = try SegmentationPlan(
        of: walk.frame(), request: SegmentationRequest(segmentSize: walk.number(1...9_000)))
      _ = walk.station().nic.decision(for: plan)
    },
    Call("VirtualNIC.receive(_:at:)") { walk in
      walk.station().nic.receive(walk.frame(), at: walk.time())
    },
    Call("VirtualNIC.advance(to:)") { $0.station().nic.advance(to: $0.time()) },
    Call("VirtualNIC.drainReceived()") { $0.station().nic.drainReceived() },
    Call("rules, tunnels and counters of a NIC") { walk in
      let nic = walk.station().nic
      nic.rules = walk.rules()
      nic.tunnels = walk.random.pick([.wellKnown, .none])
      _ = nic.counters + nic.liveCounters.value
    },
  ]

  static let linkCalls: [Call] = [
    Call("Link.send(_:at:)") { $0.station().nic.link.send($0.frame(), at: $0.time()) },
    Call("Link.advance(to:)") { $0.station().nic.link.advance(to: $0.time()) },
    Call("ImpairedLink.send(_:at:)") { $0.station().wire.send($0.frame(), at: $0.time()) },
    Call("ImpairedLink.advance(to:)") { $0.station().wire.advance(to: $0.time()) },
    Call("ImpairedLink.init(_:seed:next:)") { walk in
      let station = walk.station()
      let next: any VirtualNICLink =
        walk.random.oneIn(2) ? station.sink : LoopbackLink(of: walk.station().nic)
      station.replaceWire(try walk.impairments(), seed: walk.random.next(), next: next)
    },
    Call("Impairments.init(_:)") { $0.station().wire.impairments = try $0.impairments() },
    Call("Impairments.changed(_:)") { walk in
      let wire = walk.station().wire
      wire.impairments = try wire.impairments.changed { $0.delay = walk.random.next() >> 40 }
    },
    Call("QueueLink.init()") { walk in
      let link = QueueLink()
      link.send(walk.frame(), at: walk.time())
      walk.station().link(link)
    },
    Call("QueueLink.init(capacity:)") { walk in
      walk.station().link(try QueueLink(capacity: walk.number(0...4)))
    },
    Call("QueueLink.send(_:at:)") { $0.station().sink.send($0.frame(), at: $0.time()) },
    Call("QueueLink.takeAll()") { _ = $0.station().sink.takeAll() },
    Call("ClosureLink.init(_:)") { walk in
      let station = walk.station()
      station.link(
        ClosureLink { [unowned station] frame, time in
          walk.answer { walk in
            switch walk.random.below(4) {
            case 0: station.nic.transmit(frame, TransmitRequest(), at: time)
            case 1: station.nic.link.send(frame, at: time)
            case 2: try station.transmit.first?.queue.advance()
            default: station.nic.receive(frame, at: time)
            }
          }
        })
    },
    Call("ClosureLink.send(_:at:)") { walk in
      ClosureLink { frame, _ in _ = frame.byteCount }.send(walk.frame(), at: walk.time())
    },
    Call("CapturingLink.init(next:_:)") { walk in
      let station = walk.station()
      station.link(
        CapturingLink(next: station.wire) { [unowned station] frame, time in
          walk.answer { _ in station.wire.send(frame, at: time) }
        })
    },
    Call("CapturingLink.send(_:at:)") { walk in
      CapturingLink(next: walk.station().sink) { _, _ in }.send(walk.frame(), at: walk.time())
    },
    Call("CapturingLink.advance(to:)") { walk in
      CapturingLink(next: walk.station().wire) { _, _ in }.advance(to: walk.time())
    },
    Call("LoopbackLink.init(of:)") { walk in
      let station = walk.station()
      station.link(LoopbackLink(of: station.nic))
    },
    Call("LoopbackLink.send(_:at:)") { walk in
      LoopbackLink(of: walk.station().nic).send(walk.frame(), at: walk.time())
    },
    Call("NICLink.init(to:)") { $0.station().link(NICLink(to: $0.station().nic)) },
    Call("NICLink.advance(to:)") { NICLink(to: $0.station().nic).advance(to: $0.time()) },
    Call("NICLink.send(_:at:)") { walk in
      NICLink(to: walk.station().nic).send(walk.frame(), at: walk.time())
    },
  ]
}

extension Walk {
  fileprivate func impairments() throws -> Impairments {
    let rates = [0, 0, 0.1, 0.5, 1, -1, .nan, .infinity]
    let times: [UInt64] = [0, 0, 1, 1_000, 100_000, .max]
    return try Impairments {
      $0.lossRate = random.pick(rates)
      $0.duplicationRate = random.pick(rates)
      $0.corruptionRate = random.pick(rates)
      $0.reorderingRate = random.pick(rates)
      $0.reorderingDelay = random.pick(times)
      $0.delay = random.pick(times)
      $0.bandwidth = random.pick([nil, nil, 0, 1, 1_000_000_000, .max])
    }
  }
}
