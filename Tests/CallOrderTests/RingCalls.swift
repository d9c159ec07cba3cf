import NetAdapterCore
import VirtualNIC
import VirtualNICTesting
import XCTest

extension Call {
  static let ringCalls: [Call] = [
    Call(
      "NetAdapter.makeTransmitQueue(ringSize:fragmentRingSize:bufferCapacity:isVerified:servedBy:)"
    ) { walk in
      let station = walk.station()
      station.packets.append(
        try station.nic.adapter.makeTransmitQueue(
          ringSize: walk.ringSize(), bufferCapacity: walk.size(64...2_048),
          isVerified: walk.random.oneIn(2), servedBy: walk.driver(station).callbacks))
    },
    Call(
      "NetAdapter.makeReceiveQueue(ringSize:fragmentRingSize:bufferCapacity:isVerified:servedBy:)"
    ) { walk in
      let station = walk.station()
      station.buffers.append(
        try station.nic.adapter.makeReceiveQueue(
          ringSize: walk.ringSize(), bufferCapacity: walk.size(64...2_048),
          isVerified: walk.random.oneIn(2), servedBy: walk.driver(station).callbacks))
    },
    Call("DatapathQueue.start()") { try $0.packetQueue()?.start() },
    Call("DatapathQueue.advance()") { try $0.packetQueue()?.advance() },
    Call("DatapathQueue.cancel()") { try $0.packetQueue()?.cancel() },
    Call("DatapathQueue.stop()") { try $0.packetQueue()?.stop() },
    Call("DatapathQueue.onNotification(_:)") { walk in
      let queue = walk.packetQueue()
      queue?.onNotification { [weak queue] in walk.answer { _ in try queue?.advance() } }
    },
    Call("DatapathQueue.setNotificationEnabled(_:)") { walk in
      try walk.packetQueue()?.setNotificationEnabled(walk.random.oneIn(2))
    },
    Call("PacketQueue.notify()") { $0.packetQueue()?.handle.notify() },
    Call("TransmitQueue.post(_:_:tag:)") { walk in
      try walk.transmitQueue()?.post(walk.frame(), walk.metadata(), tag: walk.number(0...9))
    },
    Call("TransmitQueue.post(byteCount:_:tag:write:)") { walk in
      let queue = walk.transmitQueue()
      try queue?.post(byteCount: walk.number(1...3_000), walk.metadata()) { range, octets in
        XCTAssertEqual(range.count, octets.byteCount)
        walk.answer { _ in try queue?.post([1, 2, 3]) }
      }
    },
    Call("TransmitQueue.postIgnored(tag:)") { walk in
      try walk.transmitQueue()?.postIgnored(tag: walk.number(0...9))
    },
    Call("TransmitQueue.takeCompleted()") { walk in
      guard let queue = walk.transmitQueue() else { return }
      for _ in 0..<walk.random.below(4) { _ = queue.takeCompleted() }
    },
    Call("TransmitQueue.fragmentCount(forOctets:)") { walk in
      _ = walk.transmitQueue()?.fragmentCount(forOctets: walk.number(1...3_000))
    },
    Call("ReceiveQueue.replenish(packets:fragments:)") { walk in
      try walk.receiveQueue()?.replenish(
        packets: walk.number(0...8), fragments: walk.number(0...8))
    },
    Call("ReceiveQueue.takeReceived(_:)") { walk in
      let queue = walk.receiveQueue()
      _ = try queue?.takeReceived { packet in
        walk.answer { _ in _ = try queue?.takeReceived { _ in } }
        return packet.array().count
      }
    },
    // A driver of the walk calls these whenever it runs.
    Call("NetRingCollection.buffer(ofFragment:)") { try $0.packetQueue()?.advance() },
    Call("NetRingCollection.fillBuffer(ofFragment:with:)") { try $0.packetQueue()?.advance() },
    Call("NetRingCollection.returnFirstPacket()") { try $0.packetQueue()?.advance() },
    Call("RingWindow.Iterator.next()") { try $0.packetQueue()?.advance() },
    Call("NetFragment.init(validLength:capacity:offset:)") { walk in
      _ = try NetFragment(
        validLength: walk.number(0...9), capacity: walk.number(0...9), offset: walk.number(0...9))
    },
    Call("NetPacket.init(fragmentIndex:fragmentCount:layout:)") { walk in
      _ = try NetPacket(fragmentIndex: walk.number(0...9), fragmentCount: walk.number(0...9))
    },
    Call("NetPacketGso.init(mss:)") { _ = try NetPacketGso(mss: $0.number(0...1_460)) },
    Call("NetPacketIeee8021Q.init(priorityCodePoint:vlanIdentifier:tagging:)") { walk in
      _ = try NetPacketIeee8021Q(
        priorityCodePoint: walk.number(0...7), vlanIdentifier: walk.number(0...4_095))
    },
    Call(
      "NetPacketLayout.init(layer2:layer2HeaderLength:layer3:layer3HeaderLength:layer4:"
        + "layer4HeaderLength:)"
    ) { walk in
      _ = try NetPacketLayout(
        layer2: .ethernet, layer2HeaderLength: walk.number(0...14), layer3: .ipv4NoOptions,
        layer3HeaderLength: walk.number(0...40), layer4: .tcp,
        layer4HeaderLength: walk.number(0...20))
    },
  ]
}

extension Walk {
  func transmitQueue() -> TransmitQueue? {
    let queues = station().packets
    return queues.isEmpty ? nil : random.pick(queues)
  }

  func receiveQueue() -> ReceiveQueue? {
    let queues = station().buffers
    return queues.isEmpty ? nil : random.pick(queues)
  }

  func packetQueue() -> DatapathQueue? { random.oneIn(2) ? transmitQueue() : receiveQueue() }

  func metadata() -> TransmitMetadata {
    var metadata = TransmitMetadata(
      checksum: NetPacketChecksum(
        layer3: random.pick([.required, .passthrough]),
        layer4: random.pick([.required, .passthrough])))
    metadata.gso.mss = number(0...1_460)
    return metadata
  }
}
