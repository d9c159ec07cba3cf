import Foundation
import NetAdapterCore
import TestSupport
import VirtualNICTesting

/// Control calls in random order, as fit the state of an adapter.
struct ControlMoves: Sendable {
  let adapter: NetAdapter
  var random: SeededGenerator
  /// What is called when segmentation changes, with every declaration.
  var evtSetGso: EvtAdapterSetOffload = { _, _ in }
  /// What is called when checksums change.
  var evtSetTxChecksum: EvtAdapterSetOffload = { _, _ in }
  /// Calls that were accepted, by name.
  private(set) var accepted: [String: Int] = [:]
  /// Calls that were refused: another thread was faster, or keywords forbid it.
  private(set) var refused = 0

  init(_ adapter: NetAdapter, _ random: SeededGenerator) {
    (self.adapter, self.random) = (adapter, random)
  }

  /// Number of calls that were accepted.
  var acceptedCount: Int { accepted.values.reduce(0, +) }
  /// Number of accepted calls that lead to a round of callbacks.
  var announcedCount: Int {
    ["start", "pause", "resume", "request"].reduce(0) { $0 + (accepted[$1] ?? 0) }
  }

  /// Makes one call.
  mutating func move() {
    switch adapter.state {
    case .initialized, .stopped:
      random.oneIn(3) ? attempt("declare") : attempt("start")
    case .started:
      // Most of the time the adapter runs, so that most frames are sent.
      attempt(random.oneIn(20) ? "stop" : random.pick(["pause", "request", "keyword", "MTU"]))
    case .paused:
      attempt(random.oneIn(20) ? "stop" : random.pick(["resume", "resume", "keyword", "MTU"]))
    }
  }

  /// Makes one call, and lets the others work for a moment unless the adapter is stopped.
  mutating func moveAndRest() {
    move()
    guard [.started, .paused].contains(adapter.state) else { return }
    Thread.sleep(forTimeInterval: 0.000_001 * Double(random.below(200)))
  }

  /// Makes one call of a kind.
  mutating func attempt(_ name: String) {
    do {
      switch name {
      case "start": try adapter.start()
      case "stop": try adapter.stop()
      case "pause": try adapter.pauseOffloadCapabilities()
      case "resume": try adapter.resumeOffloadCapabilities()
      case "request": try adapter.setOffloadParameters(parameters())
      case "keyword":
        let keyword = random.pick(Keyword.allCases)
        adapter.setKeyword(keyword, to: random.pick([.string("0"), .string("1"), nil, nil]))
      case "MTU": try adapter.setLinkLayerMtuSize(random.pick(TrafficPool.mtus))
      default: try declare()
      }
      accepted[name, default: 0] += 1
    } catch {
      refused += 1
    }
  }

  /// Declares hardware that can do more or less.
  mutating func declare() throws {
    try adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: .all, layer4: random.pick([[.tcp, .udp], [.tcp, .udp], .tcp]),
        maximumOffloadSize: random.pick([2_000, 65_536]),
        minimumSegmentCount: random.pick([1, 2, 3]), evtSetGso: evtSetGso))
    var checksum = TxChecksumCapabilities(layer3: .all, evtSetTxChecksum: evtSetTxChecksum)
    checksum.layer4 = random.pick([.all, .tcpNoOptions])
    try adapter.setTxChecksumCapabilities(checksum)
  }

  private mutating func parameters() -> OffloadParameters {
    var parameters = OffloadParameters()
    let choices = OffloadParameters.Switch.allCases
    parameters.lsoV2IPv4 = random.pick(choices)
    parameters.lsoV2IPv6 = random.pick(choices)
    parameters.usoIPv4 = random.pick(choices)
    parameters.usoIPv6 = random.pick(choices)
    parameters.tcpIPv4Checksum = random.pick(OffloadParameters.Checksum.allCases)
    parameters.udpIPv6Checksum = random.pick(OffloadParameters.Checksum.allCases)
    return parameters
  }
}
