import NetAdapterCore
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

extension Call {
  static let queueCalls: [Call] = [
    Call(
      "VirtualNIC.makeTransmitQueue(ringSize:fragmentRingSize:bufferCapacity:frameCount:"
        + "packetsPerAdvance:isVerified:servedBy:)"
    ) { walk in
      let station = walk.station()
      let driver = walk.random.oneIn(4) ? walk.driver(station).callbacks : nil
      let isEmulated = driver == nil && !station.nic.adapter.hasDatapathCallbacks
      let queue = try station.nic.makeTransmitQueue(
        ringSize: walk.ringSize(), fragmentRingSize: walk.random.oneIn(3) ? walk.ringSize() : nil,
        bufferCapacity: walk.size(64...2_048), frameCount: walk.number(1...8),
        packetsPerAdvance: walk.number(1...8), isVerified: walk.random.oneIn(2), servedBy: driver)
      station.transmit.append((queue, [], isEmulated))
    },
    Call(
      "VirtualNIC.makeReceiveQueue(ringSize:fragmentRingSize:bufferCapacity:frameCount:"
        + "isVerified:servedBy:)"
    ) { walk in
      let station = walk.station()
      let driver = walk.random.oneIn(4) ? walk.driver(station).callbacks : nil
      station.receive.append(
        try station.nic.makeReceiveQueue(
          ringSize: walk.ringSize(), bufferCapacity: walk.size(64...2_048),
          frameCount: walk.number(1...8), isVerified: walk.random.oneIn(2), servedBy: driver))
    },
    Call(
      "QueueFactory.makeTransmitQueue(to:ringSize:fragmentRingSize:bufferCapacity:frameCount:"
        + "packetsPerAdvance:isVerified:)"
    ) { walk in
      let station = walk.station()
      let queue = try station.nic.queueFactory.makeTransmitQueue(
        to: station.sink, ringSize: walk.ringSize(), bufferCapacity: walk.size(64...2_048),
        frameCount: walk.number(1...8), packetsPerAdvance: walk.number(1...8))
      station.transmit.append((queue, [], true))
    },
    Call(
      "QueueFactory.makeTransmitQueue(servedBy:ringSize:fragmentRingSize:bufferCapacity:"
        + "frameCount:isVerified:)"
    ) { walk in
      let station = walk.station()
      let queue = try station.nic.queueFactory.makeTransmitQueue(
        servedBy: walk.random.oneIn(2) ? walk.driver(station).callbacks : nil,
        ringSize: walk.ringSize(), frameCount: walk.number(1...8), isVerified: true)
      station.transmit.append((queue, [], false))
    },
    Call(
      "QueueFactory.makeReceiveQueue(servedBy:ringSize:fragmentRingSize:bufferCapacity:isVerified:)"
    ) { walk in
      let station = walk.station()
      station.receive.append(
        try station.nic.queueFactory.makeReceiveQueue(
          servedBy: walk.random.oneIn(2) ? walk.driver(station).callbacks : nil,
          ringSize: walk.ringSize()))
    },
    Call("TransmitFrameQueue.post(_:_:tag:)") { walk in
      walk.station().post(walk.frame(), walk.request())
    },
    Call("TransmitFrameQueue.decide()") { $0.frameQueue()?.decide() },
    Call("TransmitFrameQueue.advance(at:)") { walk in
      try walk.frameQueue()?.advance(at: walk.time())
    },
    Call("TransmitFrameQueue.takeCompleted()") { walk in
      let station = walk.station()
      for place in station.transmit.indices { station.takeCompleted(place) }
    },
    Call("ReceiveFrameQueue.advance(_:)") { walk in
      let station = walk.station()
      guard !station.receive.isEmpty else { return }
      let queue = walk.random.pick(station.receive)
      try queue.advance { packet in
        _ = packet.array()
        for place in 0..<packet.fragmentCount { _ = packet.octets(ofFragment: place).byteCount }
        walk.answer { _ in try queue.advance { _ in } }
      }
    },
    Call("QueueView.setNotificationEnabled(_:)") { walk in
      let view = walk.frameQueue()?.packetQueue
      view?.onNotification { walk.answer { try $0.frameQueue()?.advance() } }
      try view?.setNotificationEnabled(walk.random.oneIn(2))
      let station = walk.station()
      try station.receive.first?.packetQueue.setNotificationEnabled(walk.random.oneIn(2))
    },
    // Queues go, too, and with them their frames.
    Call("release of queues") { walk in
      let station = walk.station()
      switch walk.random.below(8) {
      case 0 where !station.transmit.isEmpty: station.transmit.removeFirst()
      case 1 where !station.receive.isEmpty: station.receive.removeFirst()
      case 2: station.packets = []
      case 3: station.buffers = []
      default: break
      }
    },
  ]
}

extension Walk {
  func ringSize() -> Int {
    random.oneIn(5) ? random.pick([.min, -1, 0, 1, 3, .max, 1 << 40]) : 1 << random.within(1...6)
  }

  func frameQueue() -> TransmitFrameQueue? {
    let queues = station().transmit
    return queues.isEmpty ? nil : random.pick(queues).queue
  }

  /// A driver that calls queues and adapters of the walk from within its callbacks.
  func driver(_ station: Station) -> Driver {
    Driver(seed: random.next()) { [unowned self, unowned station] queue in
      self.answer { walk in
        switch walk.random.below(7) {
        case 0: try walk.frameQueue()?.advance()
        case 1: try station.packets.first?.advance()
        case 2: try station.buffers.first?.replenish()
        case 3: queue.notify()
        case 4: try station.nic.adapter.setOffloadParameters(walk.parameters())
        case 5: try station.nic.stop()
        default: station.post(walk.frame(), walk.request())
        }
      }
    }
  }
}
