import NetAdapterCore
import VirtualNIC
import VirtualNICTesting

extension Call {
  static let declarationCalls: [Call] = [
    Call("NetAdapter.setGsoCapabilities(_:)") { walk in
      try walk.stoppedAdapter().setGsoCapabilities(walk.gso())
    },
    Call("GsoCapabilities.validate(_:)") { try $0.gso().validate($0.validation()) },
    Call("NetAdapter.setTxChecksumCapabilities(_:)") { walk in
      try walk.stoppedAdapter().setTxChecksumCapabilities(walk.txChecksum())
    },
    Call("TxChecksumCapabilities.validate(_:)") {
      try $0.txChecksum().validate($0.validation())
    },
    Call("NetAdapter.setRxChecksumCapabilities(_:)") { walk in
      try walk.stoppedAdapter().setRxChecksumCapabilities(walk.rxChecksum())
    },
    Call("RxChecksumCapabilities.validate(_:)") {
      try $0.rxChecksum().validate($0.validation())
    },
    Call("NetAdapter.setRscCapabilities(_:)") { walk in
      try walk.stoppedAdapter().setRscCapabilities(walk.rsc())
    },
    Call("RscCapabilities.validate(_:)") { try $0.rsc().validate($0.validation()) },
    Call("NetAdapter.setIeee8021QTagCapabilities(_:)") { walk in
      try walk.stoppedAdapter().setIeee8021QTagCapabilities(walk.tags())
    },
    Call("Ieee8021QTagCapabilities.validate()") { try $0.tags().validate() },
    Call("NetAdapter.setDatapathCapabilities(transmit:receive:)") { walk in
      try walk.stoppedAdapter().setDatapathCapabilities(
        transmit: walk.transmitCapabilities(), receive: walk.receiveCapabilities())
    },
    Call("TransmitCapabilities.validate()") { try $0.transmitCapabilities().validate() },
    Call("ReceiveCapabilities.validate()") { try $0.receiveCapabilities().validate() },
    Call("NetAdapter.setDatapathCallbacks(_:)") { walk in
      // Few, because queues then have drivers that send nothing.
      guard walk.random.oneIn(10) else { return }
      try walk.stoppedAdapter().setDatapathCallbacks(walk.datapathCallbacks())
    },
    Call("DatapathCallbacks.validate()") { try $0.datapathCallbacks().validate() },
  ]
}

extension Walk {
  /// An adapter, mostly one that can be declared.
  fileprivate func stoppedAdapter() -> NetAdapter {
    let adapter = station().nic.adapter
    if random.oneIn(2) { try? adapter.stop() }
    return adapter
  }

  fileprivate func validation() -> CapabilityValidation {
    random.pick([.documented, .framework])
  }

  private func layer3() -> Layer3Flags {
    random.pick([.all, .all, .ipv4, .ipv6, .ipv4NoOptions, Layer3Flags(rawValue: random.integer())])
  }

  private func layer4() -> Layer4Flags {
    random.pick([.all, .all, .tcp, .udp, .tcpNoOptions, Layer4Flags(rawValue: random.integer())])
  }

  fileprivate func gso() -> GsoCapabilities {
    var gso = GsoCapabilities(
      layer3: layer3(), layer4: layer4(), maximumOffloadSize: number(1_000...65_536),
      minimumSegmentCount: number(1...3), evtSetGso: callback())
    if random.oneIn(20) { gso.size = number(0...100) }
    if random.oneIn(4) { gso.layer4HeaderOffsetLimit = random.integer() }
    return gso
  }

  fileprivate func txChecksum() -> TxChecksumCapabilities {
    var checksum = TxChecksumCapabilities(layer3: layer3(), evtSetTxChecksum: callback())
    checksum.layer4 = layer4()
    if random.oneIn(4) { checksum.layer4HeaderOffsetLimit = random.integer() }
    return checksum
  }

  fileprivate func rxChecksum() -> RxChecksumCapabilities {
    RxChecksumCapabilities(evtSetRxChecksum: callback())
  }

  fileprivate func rsc() -> RscCapabilities {
    RscCapabilities(layer3: layer3(), layer4: layer4(), evtSetRsc: callback())
  }

  fileprivate func tags() -> Ieee8021QTagCapabilities {
    Ieee8021QTagCapabilities(flags: .init(rawValue: random.integer()))
  }

  fileprivate func transmitCapabilities() -> TransmitCapabilities {
    var transmit = TransmitCapabilities(maximumNumberOfQueues: number(1...4))
    if random.oneIn(4) { transmit.payloadBackfill = number(0...64) }
    if random.oneIn(4) { transmit.maximumNumberOfFragments = number(1...20) }
    if random.oneIn(4) { transmit.fragmentBufferAlignment = random.pick([1, 64, 3, -1, 1 << 40]) }
    if random.oneIn(4) {
      transmit.fragmentRingNumberOfElementsHint = random.pick([0, 8, 256, 3, -1, 1 << 40])
    }
    return transmit
  }

  fileprivate func receiveCapabilities() -> ReceiveCapabilities {
    var receive = ReceiveCapabilities(
      maximumFrameSize: size(1...2_000), maximumNumberOfQueues: number(1...4))
    if random.oneIn(10) { receive.attachmentMode = .driver }
    if random.oneIn(10) { receive.allocationMode = .driver }
    return receive
  }

  fileprivate func datapathCallbacks() -> DatapathCallbacks {
    if random.oneIn(5) {
      return DatapathCallbacks(evtAdapterCreateTxQueue: nil, evtAdapterCreateRxQueue: nil)
    }
    let seed = random.next()
    return DatapathCallbacks(
      evtAdapterCreateTxQueue: { _, _ in
        var dice = SeededGenerator(seed: seed)
        return dice.oneIn(4) ? nil : Driver(seed: seed).callbacks
      }, evtAdapterCreateRxQueue: { _, _ in Driver(seed: seed).callbacks })
  }
}
