import NetAdapterCore
import TestSupport
import VirtualNICTesting
import XCTest

/// An adapter, its model, and the random calls that both get.
final class Walk {
  /// The result of a call, of the model or of the adapter.
  enum Outcome: Equatable {
    case accepted
    case violation([Int])
    case wrongState
    case refused(Set<OffloadRefusal.Member>)

    /// The result without its numbers.
    var kind: String {
      switch self {
      case .accepted: "accepted"
      case .violation: "violation"
      case .wrongState: "wrongState"
      case .refused: "refused"
      }
    }
  }

  let adapter: NetAdapter
  let log = CallLog()
  var model: AdapterModel
  private var random: SeededGenerator

  init(_ world: World, seed: UInt64) throws {
    adapter = try world.makeAdapter()
    random = SeededGenerator(seed: seed)
    model = AdapterModel(world: world, switches: makeReference(world.quirks))
  }

  private static let hardware: [(Layer3Flags, Layer4Flags, ReferenceHardware.Kinds)] = [
    (.all, .all, .init(ipv4: true, ipv6: true, tcp: true, udp: true)),
    (.ipv4NoOptions, .tcpNoOptions, .init(ipv4: true, tcp: true)),
    (.ipv6, .udp, .init(ipv6: true, udp: true)),
    ([.ipv4NoOptions, .ipv6NoExtensions], .tcp, .init(ipv4: true, ipv6: true, tcp: true)),
    (.ipv4, [.tcpNoOptions, .udp], .init(ipv4: true, tcp: true, udp: true)),
  ]
  private static let values: [KeywordStore.Value?] = [
    nil, .string("0"), .string("1"), .string("x"), .integer(0), .integer(1),
  ]

  /// Makes one call, and returns its name, the model's result and the adapter's.
  func call() -> (String, Outcome, Outcome) {
    switch random.below(14) {
    case 0, 1: return declareGso()
    case 2: return declareOther()
    case 3, 4: return setKeyword()
    case 5, 6: return start()
    case 7: return stop()
    case 8: return pause()
    case 9: return resume()
    default: return request()
    }
  }

  private func outcome(_ body: () throws(AdapterViolation) -> Void) -> Outcome {
    violation(body).map(Outcome.violation) ?? .accepted
  }

  private func outcome(_ body: () throws(AdapterError) -> Void) -> Outcome {
    switch adapterError(body) {
    case nil: .accepted
    case .refused(let refusal): .refused(Set(refusal.members))
    case .wrongState, .missing, .tooManyNestedChanges: .wrongState
    }
  }

  private func declareGso() -> (String, Outcome, Outcome) {
    let (layer3, layer4, kinds) = random.pick(Self.hardware)
    // The number of a declaration is its maximum offload size; 0 is invalid.
    let number = random.oneIn(6) ? 0 : random.within(1...60_000)
    let isSilent = random.oneIn(5)
    let gso = GsoCapabilities(
      layer3: layer3, layer4: layer4, maximumOffloadSize: number, minimumSegmentCount: 2,
      evtSetGso: isSilent ? nil : log.callback("gso\(number)"))
    let actual = outcome { () throws(AdapterViolation) in
      try adapter.setGsoCapabilities(gso)
    }
    if number == 0 { return ("declare", .violation([42, 0, 1]), actual) }
    if isSilent, model.world.validation == .documented {
      return ("declare", .violation([15, 0, 0]), actual)
    }
    if model.isStarted { return ("declare", .violation([3, 0, 0]), actual) }
    model.declared["gso"] = number
    model.isGsoSilent = isSilent
    model.switches.hardware.segmentation = kinds
    return ("declare", .accepted, actual)
  }

  private func declareOther() -> (String, Outcome, Outcome) {
    let number = random.within(1...60_000)
    let name = random.pick(["tx", "rx", "rsc"])
    let callback = log.callback("\(name)\(number)")
    let actual = outcome { () throws(AdapterViolation) in
      switch name {
      case "tx":
        var tx = TxChecksumCapabilities(layer3: .all, evtSetTxChecksum: callback)
        tx.layer4 = .all
        tx.layer4HeaderOffsetLimit = UInt16(number)
        try adapter.setTxChecksumCapabilities(tx)
      case "rx": try adapter.setRxChecksumCapabilities(.init(evtSetRxChecksum: callback))
      default:
        try adapter.setRscCapabilities(
          RscCapabilities(
            layer3: .ipv4NoOptions, layer4: .tcpNoOptions, evtSetRsc: callback))
      }
    }
    if model.isStarted { return ("declare", .violation([3, 0, 0]), actual) }
    model.declared[name] = number
    let all = ReferenceHardware.Kinds(ipv4: true, ipv6: true, tcp: true, udp: true)
    switch name {
    case "tx": model.switches.hardware.checksums = all
    case "rx": model.switches.hardware.checksReceived = true
    default: model.switches.hardware.coalescing = .init(ipv4: true, tcp: true)
    }
    return ("declare", .accepted, actual)
  }

  private func setKeyword() -> (String, Outcome, Outcome) {
    let keyword = random.pick(SegmentationKeywords.all)
    let value = random.pick(Self.values)
    adapter.setKeyword(keyword, to: value)
    model.switches.keywords[keyword] = value
    return ("keyword", .accepted, .accepted)
  }

  private func start() -> (String, Outcome, Outcome) {
    let actual = outcome { () throws(AdapterError) in try adapter.start() }
    if model.isStarted { return ("start", .wrongState, actual) }
    model.state = .started
    model.switches.start()
    model.round = model.callbacks
    return ("start", .accepted, actual)
  }

  private func stop() -> (String, Outcome, Outcome) {
    let actual = outcome { () throws(AdapterError) in try adapter.stop() }
    if !model.isStarted { return ("stop", .wrongState, actual) }
    model.state = .stopped
    model.switches.stop()
    return ("stop", .accepted, actual)
  }

  private func pause() -> (String, Outcome, Outcome) {
    let actual = outcome { () throws(AdapterViolation) in
      try adapter.pauseOffloadCapabilities()
    }
    if !model.isStarted { return ("pause", .violation([96, 0, 0]), actual) }
    if model.state == .paused, !model.world.is21H2 {
      return ("pause", .violation([-1, 0, 0]), actual)
    }
    model.state = .paused
    model.switches.pause()
    model.round = model.callbacks
    return ("pause", .accepted, actual)
  }

  private func resume() -> (String, Outcome, Outcome) {
    let actual = outcome { () throws(AdapterViolation) in
      try adapter.resumeOffloadCapabilities()
    }
    if !model.isStarted { return ("resume", .violation([96, 0, 0]), actual) }
    if model.state != .paused { return ("resume", .violation([97, 0, 0]), actual) }
    model.state = .started
    model.switches.resume()
    model.round = model.callbacks
    return ("resume", .accepted, actual)
  }

  private func request() -> (String, Outcome, Outcome) {
    let codes: [OffloadParameters.Switch] = [.noChange, .noChange, .disabled, .enabled]
    var parameters = OffloadParameters()
    parameters.lsoV1 = random.pick(codes)
    parameters.lsoV2IPv4 = random.pick(codes)
    parameters.lsoV2IPv6 = random.pick(codes)
    parameters.usoIPv4 = random.pick(codes)
    parameters.usoIPv6 = random.pick(codes)
    parameters.skipsRegistryUpdate = random.oneIn(2)
    let request = parameters
    let actual = outcome { () throws(AdapterError) in
      try adapter.setOffloadParameters(request)
    }
    guard model.state == .started || model.world.is21H2 && model.state == .paused else {
      return ("request", .wrongState, actual)
    }
    let refused = model.switches.request(parameters)
    guard refused.isEmpty else { return ("request", .refused(refused), actual) }
    model.round = model.callbacks
    return ("request", .accepted, actual)
  }
}
