import NetAdapterCore
import VirtualNIC
import VirtualNICTesting
import WireFormats

// Saving and restoring at any time, also in the middle of deliveries and with damaged octets.
extension Call {
  static let stateCalls: [Call] = [
    Call("VirtualNIC.save()") { walk in walk.keep(try walk.station().nic.save()) },
    Call(
      "VirtualNIC.init(restoring:capabilities:datapathCallbacks:context:link:pool:memoryLimit:)"
    ) { walk in
      let station = walk.station()
      let adapter = station.nic.adapter
      let octets = try station.nic.save()
      let nic = try VirtualNIC(
        restoring: walk.damaged(octets), capabilities: adapter.declaredCapabilities,
        datapathCallbacks: adapter.hasDatapathCallbacks ? walk.noQueues : nil,
        context: walk.random.oneIn(2) ? adapter : nil, link: station.sink,
        memoryLimit: walk.number(1 << 22...1 << 24))
      nic.transmit(walk.frame(), walk.request(), at: walk.time())
      nic.receive(walk.frame(), at: walk.time())
      if nic.adapter.state == .paused { try nic.adapter.resumeOffloadCapabilities() }
      _ = try nic.save()
    },
    Call("TransmitFrameQueue.save()") { walk in
      let station = walk.station()
      guard !station.transmit.isEmpty else { return }
      walk.keep(try walk.random.pick(station.transmit).queue.save())
    },
    Call("VirtualNIC.restoreTransmitQueue(_:to:servedBy:memoryLimit:)") { walk in
      try walk.exchangeQueue { walk, station, octets, driver in
        try station.nic.restoreTransmitQueue(
          octets, to: walk.random.oneIn(2) ? station.sink : nil, servedBy: driver)
      }
    },
    Call("QueueFactory.restoreTransmitQueue(_:to:servedBy:memoryLimit:)") { walk in
      try walk.exchangeQueue { walk, station, octets, driver in
        try station.nic.queueFactory.restoreTransmitQueue(
          octets, to: station.sink, servedBy: driver)
      }
    },
    Call("ReceiveFrameQueue.save()") { walk in
      let station = walk.station()
      guard !station.receive.isEmpty else { return }
      walk.keep(try walk.random.pick(station.receive).save())
    },
    Call("VirtualNIC.restoreReceiveQueue(_:servedBy:memoryLimit:)") { walk in
      let station = walk.station()
      guard !station.receive.isEmpty else { return }
      let octets = try station.receive[0].save()
      station.receive.removeFirst()
      station.receive.append(
        try station.nic.restoreReceiveQueue(
          walk.damaged(octets),
          servedBy: walk.random.oneIn(4) ? walk.driver(station).callbacks : nil,
          memoryLimit: walk.number(1 << 18...1 << 22)))
    },
    Call("a state of another kind") { walk in
      let octets = walk.kept
      _ = try? QueueLink(restoring: octets)
      _ = try? walk.station().nic.restoreReceiveQueue(octets)
      _ = try VirtualNIC(restoring: octets)
    },
    Call("QueueLink.save()") { $0.keep($0.station().sink.save()) },
    Call("QueueLink.init(restoring:)") { walk in
      let octets = walk.station().sink.save()
      walk.station().link(try QueueLink(restoring: walk.damaged(octets)))
    },
    Call("ImpairedLink.save()") { walk in walk.keep(try walk.station().wire.save()) },
    Call("ImpairedLink.init(restoring:next:)") { walk in
      let wire = try ImpairedLink(
        restoring: walk.damaged(try walk.station().wire.save()), next: walk.station().sink)
      wire.send(walk.frame(), at: walk.time())
      wire.advance(to: walk.time())
    },
    Call("CapturingLink.save()") { walk in
      walk.keep(try CapturingLink(next: walk.station().sink) { _, _ in }.save())
    },
    Call("CapturingLink.init(restoring:next:_:)") { walk in
      let octets = try CapturingLink(next: walk.station().sink) { _, _ in }.save()
      let tap = try CapturingLink(restoring: walk.damaged(octets), next: walk.station().wire) {
        _, _ in
      }
      walk.station().link(tap)
    },
    Call("ClosureLink.save()") { walk in walk.keep(try ClosureLink { _, _ in }.save()) },
    Call("ClosureLink.init(restoring:_:)") { walk in
      let octets = try ClosureLink { _, _ in }.save()
      try ClosureLink(restoring: walk.damaged(octets)) { _, _ in }.send(walk.frame())
    },
    Call("LoopbackLink.save()") { walk in
      walk.keep(LoopbackLink(of: walk.station().nic).save())
    },
    Call("LoopbackLink.init(restoring:of:)") { walk in
      let station = walk.station()
      let octets = LoopbackLink(of: station.nic).save()
      station.link(try LoopbackLink(restoring: walk.damaged(octets), of: station.nic))
    },
  ]
}

extension Walk {
  /// Callbacks of a driver that makes no queues.
  fileprivate var noQueues: DatapathCallbacks {
    DatapathCallbacks(
      evtAdapterCreateTxQueue: { _, _ in nil }, evtAdapterCreateRxQueue: { _, _ in nil })
  }

  /// The octets, which are changed sometimes.
  fileprivate func damaged(_ octets: [UInt8]) -> [UInt8] {
    guard random.oneIn(4), !octets.isEmpty else { return octets }
    var octets = octets
    octets[random.below(octets.count)] ^= UInt8(1 << random.below(8))
    return octets
  }

  /// Puts a restored queue in the place of a queue, with the frames that it has.
  fileprivate func exchangeQueue(
    _ restore: (Walk, Station, [UInt8], PacketQueueCallbacks?) throws -> TransmitFrameQueue
  ) throws {
    let station = station()
    guard !station.transmit.isEmpty else { return }
    let place = random.below(station.transmit.count)
    let octets = try station.transmit[place].queue.save()
    let (tags, isEmulated) = (station.transmit[place].tags, station.transmit[place].isEmulated)
    station.transmit.remove(at: place)
    let driver = isEmulated ? nil : driver(station).callbacks
    station.transmit.append((try restore(self, station, octets, driver), tags, isEmulated))
  }
}
