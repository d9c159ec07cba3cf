import Foundation
import NetAdapterCore
import TestSupport
import VirtualNICTesting
import XCTest

/// Random calls of adapters, compared after each call with a model that shares no code with them:
/// by Microsoft's pages, and by the framework of 21H2.
///
/// `VNIC_TEST_OPERATIONS` says how many calls; by default a million in release and few in debug.
final class NegotiationDifferenceTests: XCTestCase {
  private static let operations: Int = {
    let text = ProcessInfo.processInfo.environment["VNIC_TEST_OPERATIONS"]
    #if DEBUG
      let count = text.flatMap { Int($0) } ?? 10_000
    #else
      let count = text.flatMap { Int($0) } ?? 1_000_000
    #endif
    print("VNIC_TEST_OPERATIONS=\(count)")
    return count
  }()

  func testByThePages() throws { try compare([]) }

  func testByThePagesWithOneLsoKeywordEnough() throws {
    try compare(.release2004LsoKeywords, share: 10)
  }

  func testByTheFramework() throws { try compare(.release21H2) }

  func testByTheFrameworkWithOneLsoKeywordEnough() throws {
    try compare([.release21H2, .release2004LsoKeywords], share: 10)
  }

  private func compare(_ quirks: Quirks, share: Int = 1) throws {
    let start = SeededGenerator.fromEnvironment()
    var seen: [String: Int] = [:]
    for number in 0..<Self.operations / share / 40 {
      let pair = try Pair(quirks, seed: start.seed &+ UInt64(number))
      var trace: [String] = []
      for _ in 0..<40 {
        let (call, difference) = pair.step()
        trace.append(call)
        seen[String(call.prefix { $0 != ":" }), default: 0] += 1
        if let difference {
          return XCTFail(
            "seed \(start.seed), adapter \(number): \(difference)\n"
              + trace.joined(separator: "\n"))
        }
      }
    }
    for call in ["start", "stop", "pause", "resume", "keyword", "accepted", "refused"] {
      XCTAssertGreaterThan(seen[call, default: 0], 10, call)
    }
  }
}

/// An adapter and its model.
private final class Pair {
  private let adapter: NetAdapter
  private var model: any ReferenceModel
  private let quirks: Quirks
  private var random: SeededGenerator

  private static let texts = [
    "0", "1", "2", "3", "4", "00", "", " ", " 0", " 1", "-0", "-1", "+1", "0x1", "0x0", "0b0",
    "0o7",
    "abc", "1abc", "4294967296", "99999999999", "18446744073709551616", "٣", "\t3", "0X1",
  ]
  private static let keywords = Keyword.allCases.filter(\.isRead)

  init(_ quirks: Quirks, seed: UInt64) throws {
    self.quirks = quirks
    random = SeededGenerator(seed: seed)
    adapter = try makeAdapter(validation: .framework, quirks: quirks)
    model = makeReference(quirks)
    for _ in 0..<random.below(8) { setKeyword() }
    try declare()
  }

  /// Makes one call, and returns it with the first difference from the model.
  func step() -> (String, String?) {
    let call = makeCall()
    let (driver, stack) = (names(adapter.activeOffloads), names(adapter.stackOffloads))
    if driver != model.driver {
      let (more, less) = (driver.subtracting(model.driver), model.driver.subtracting(driver))
      return (call, "active: \(more.sorted()) too much, \(less.sorted()) missing")
    }
    if stack != model.stack {
      let (more, less) = (stack.subtracting(model.stack), model.stack.subtracting(stack))
      return (call, "stack: \(more.sorted()) too much, \(less.sorted()) missing")
    }
    if adapter.keywords != KeywordStore(model.keywords) { return (call, "keywords differ") }
    return (call, difference)
  }

  /// What the last call did other than the model.
  private var difference: String?

  private func makeCall() -> String {
    difference = nil
    switch random.below(12) {
    case 0, 1: return setKeyword()
    case 2, 3: return start()
    case 4: return stop()
    case 5: return pause()
    case 6: return resume()
    default: return request()
    }
  }

  @discardableResult
  private func setKeyword() -> String {
    let keyword = random.pick(Self.keywords)
    let value: KeywordStore.Value? =
      switch random.below(6) {
      case 0: nil
      case 1: .integer(UInt32(random.below(6)))
      case 2: .string(random.pick(Self.texts))
      default: .string("\(random.below(4))")
      }
    adapter.setKeyword(keyword, to: value)
    model.keywords[keyword] = value
    return "keyword: \(keyword) = \(value.map { "\($0)" } ?? "none")"
  }

  private func start() -> String {
    guard (try? adapter.start()) != nil else { return "no start" }
    model.start()
    return "start"
  }

  private func stop() -> String {
    guard (try? adapter.stop()) != nil else { return "no stop" }
    model.stop()
    return "stop"
  }

  private func pause() -> String {
    let wasPaused = adapter.state == .paused
    guard (try? adapter.pauseOffloadCapabilities()) != nil else {
      if wasPaused, quirks.contains(.release21H2) { difference = "second pause refused" }
      return "no pause"
    }
    if wasPaused, !quirks.contains(.release21H2) { difference = "second pause accepted" }
    model.pause()
    return "pause"
  }

  private func resume() -> String {
    guard (try? adapter.resumeOffloadCapabilities()) != nil else { return "no resume" }
    model.resume()
    return "resume"
  }

  private func request() -> String {
    var request = OffloadParameters()
    request.skipsRegistryUpdate = random.oneIn(3)
    let checksums: [OffloadParameters.Checksum] = random.oneIn(2) ? [.noChange] : Code.allCases
    let switches: [OffloadParameters.Switch] = [.noChange, .noChange, .disabled, .enabled]
    request.ipv4Checksum = random.pick(checksums)
    request.tcpIPv4Checksum = random.pick(checksums)
    request.tcpIPv6Checksum = random.pick(checksums)
    request.udpIPv4Checksum = random.pick(checksums)
    request.udpIPv6Checksum = random.pick(checksums)
    request.lsoV1 = random.pick(switches)
    request.lsoV2IPv4 = random.pick(switches)
    request.lsoV2IPv6 = random.pick(switches)
    request.usoIPv4 = random.pick(switches)
    request.usoIPv6 = random.pick(switches)
    request.rscIPv4 = random.pick(switches)
    request.rscIPv6 = random.pick(switches)
    let state = adapter.state
    let parameters = request
    let error = adapterError { () throws(AdapterError) in
      try adapter.setOffloadParameters(parameters)
    }
    let isPossible =
      state == .started || state == .paused && quirks.contains(.release21H2)
    let refused = isPossible ? model.request(parameters) : []
    switch error {
    case nil:
      if !refused.isEmpty || !isPossible { difference = "accepted, expected \(refused)" }
      return "accepted: \(parameters)"
    case .refused(let refusal):
      if Set(refusal.members) != refused { difference = "\(refusal), expected \(refused)" }
      return "refused: \(parameters)"
    case .wrongState, .missing, .tooManyNestedChanges:
      if isPossible { difference = "a request is refused while \(state)" }
      return "no request"
    }
  }

  private typealias Code = OffloadParameters.Checksum

  /// Random hardware, with plain headers.
  private func declare() throws {
    func kinds() -> ReferenceHardware.Kinds {
      var kinds = ReferenceHardware.Kinds()
      (kinds.ipv4, kinds.tcp) = (!random.oneIn(3), !random.oneIn(3))
      (kinds.ipv6, kinds.udp) = (!kinds.ipv4 || random.oneIn(2), !kinds.tcp || random.oneIn(2))
      return kinds
    }
    func layer3(_ kinds: ReferenceHardware.Kinds) -> Layer3Flags {
      [kinds.ipv4 ? .ipv4NoOptions : [], kinds.ipv6 ? .ipv6NoExtensions : []]
    }
    func layer4(_ kinds: ReferenceHardware.Kinds) -> Layer4Flags {
      [kinds.tcp ? .tcpNoOptions : [], kinds.udp ? .udp : []]
    }
    if !random.oneIn(5) {
      model.hardware.segmentation = kinds()
      let gso = model.hardware.segmentation
      try adapter.setGsoCapabilities(makeGso(layer3(gso), layer4(gso)))
    }
    if !random.oneIn(3) {
      model.hardware.checksums = kinds()
      let kinds = model.hardware.checksums
      var tx = TxChecksumCapabilities(layer3: layer3(kinds), evtSetTxChecksum: nil)
      tx.layer4 = layer4(kinds)
      try adapter.setTxChecksumCapabilities(tx)
    }
    if !random.oneIn(3) {
      model.hardware.checksReceived = true
      try adapter.setRxChecksumCapabilities(.init(evtSetRxChecksum: nil))
    }
    if !random.oneIn(3) {
      var kinds = kinds()
      // TCP needs a version of IP, UDP does not.
      if quirks.contains(.release21H2) { (kinds.tcp, kinds.udp) = (true, false) }
      if !kinds.tcp { (kinds.ipv4, kinds.ipv6) = (false, false) }
      model.hardware.coalescing = kinds
      model.hardware.coalescesTimestamps = random.oneIn(2)
      var rsc = RscCapabilities(layer3: layer3(kinds), layer4: layer4(kinds), evtSetRsc: nil)
      rsc.tcpTimestampOption = model.hardware.coalescesTimestamps
      try adapter.setRscCapabilities(rsc)
    }
  }
}
