import NetAdapterCore
import VirtualNIC
import VirtualNICTesting
import WireFormats

extension Call {
  static let adapterCalls: [Call] = [
    Call("NetAdapter.start()") { try $0.station().nic.adapter.start() },
    Call("NetAdapter.stop()") { try $0.station().nic.adapter.stop() },
    Call("VirtualNIC.start()") { try $0.station().nic.start() },
    Call("VirtualNIC.stop()") { walk in
      // Else hardly anything would ever run.
      if walk.random.oneIn(3) { try walk.station().nic.stop() }
    },
    Call("NetAdapter.pauseOffloadCapabilities()") {
      try $0.station().nic.adapter.pauseOffloadCapabilities()
    },
    Call("NetAdapter.resumeOffloadCapabilities()") {
      try $0.station().nic.adapter.resumeOffloadCapabilities()
    },
    Call("NetAdapter.setOffloadParameters(_:)") { walk in
      try walk.station().nic.adapter.setOffloadParameters(walk.parameters())
    },
    Call("NetAdapter.setKeyword(_:to:)") { walk in
      walk.station().nic.adapter.setKeyword(
        walk.random.pick(Keyword.allCases),
        to: walk.random.pick([nil, .string("0"), .string("1"), .string("x"), .integer(.max)]))
    },
    Call("NetAdapter.setKeyword(name:to:)") { walk in
      walk.station().nic.adapter.setKeyword(
        name: walk.random.pick(["", "*LsoV2IPv4", "*lsov2ipv4", "Own", "*\u{0}"]),
        to: walk.random.pick([nil, .string("0"), .string("x"), .integer(.max)]))
    },
    Call("NetAdapter.setContext(_:)") { walk in
      walk.station().nic.adapter.setContext(
        walk.random.oneIn(3) ? nil : Locked(walk.random.next()))
    },
    Call("NetAdapter.context(as:)") { walk in
      let adapter = walk.station().nic.adapter
      _ = adapter.context(as: Locked<UInt64>.self)?.withLock { $0 }
      _ = adapter.context(as: OffloadRecorder.self)
    },
    Call("NetAdapter.setLinkLayerMtuSize(_:)") { walk in
      try walk.station().nic.adapter.setLinkLayerMtuSize(walk.number(576...9_000))
    },
    Call("NetAdapter.setLinkLayerCapabilities(_:)") { walk in
      walk.station().nic.adapter.setLinkLayerCapabilities(
        LinkLayerCapabilities(maximumTxLinkSpeed: walk.random.next()))
    },
    Call("NetAdapter.setCurrentLinkLayerAddress(_:)") { walk in
      walk.station().nic.adapter.setCurrentLinkLayerAddress(MACAddress(walk.random.next()))
    },
    Call("NetAdapter.setLinkState(_:)") { walk in
      var state = LinkState.connected(linkSpeed: walk.random.next())
      state.autoNegotiation = .init(rawValue: UInt32(walk.random.below(20)))
      try walk.station().nic.adapter.setLinkState(state)
    },
    Call("NetAdapter.init(permanentLinkLayerAddress:validation:quirks:keywords:)") { walk in
      let adapter = NetAdapter(
        permanentLinkLayerAddress: MACAddress(walk.random.next()),
        validation: walk.random.pick([.documented, .framework]),
        quirks: Quirks(rawValue: walk.random.integer()))
      try adapter.start()
    },
  ]
}

extension Walk {
  func parameters() -> OffloadParameters {
    let codes: [OffloadParameters.Switch] = [.noChange, .noChange, .disabled, .enabled]
    var parameters = OffloadParameters()
    parameters.lsoV1 = random.pick(codes)
    parameters.lsoV2IPv4 = random.pick(codes)
    parameters.lsoV2IPv6 = random.pick(codes)
    parameters.usoIPv4 = random.pick(codes)
    parameters.usoIPv6 = random.pick(codes)
    return parameters
  }

  /// A set callback that sometimes calls its adapter again.
  func callback() -> EvtAdapterSetOffload? {
    if random.oneIn(20) { return nil }
    let dice = Locked(SeededGenerator(seed: random.next()))
    return { adapter, _ in
      switch dice.withLock({ $0.below(14) }) {
      case 0: try? adapter.setOffloadParameters(.init())
      case 1: try? adapter.pauseOffloadCapabilities()
      case 2: try? adapter.resumeOffloadCapabilities()
      case 3: try? adapter.stop()
      case 4: try? adapter.start()
      case 5: try? adapter.setLinkLayerMtuSize(1_400)
      default: break
      }
    }
  }
}
