import NetAdapterCore
import WireFormats
import XCTest

/// The arguments of callbacks, in order.
final class CallLog: Sendable {
  struct Entry: Equatable {
    let name: String
    let offloads: ActiveOffloads
  }

  private let entries = Guarded<[Entry]>([])

  var all: [Entry] { entries.withLock { $0 } }
  var names: [String] { all.map(\.name) }
  func clear() { entries.withLock { $0 = [] } }
  func add(_ name: String, _ offloads: ActiveOffloads) {
    entries.withLock { $0.append(Entry(name: name, offloads: offloads)) }
  }

  /// Returns a callback that logs its name and argument.
  func callback(_ name: String) -> EvtAdapterSetOffload {
    { _, offload in self.add(name, offload.offloads) }
  }
}

/// The rules and quirks of an adapter under test.
struct World: CustomStringConvertible {
  let validation: CapabilityValidation
  let quirks: Quirks

  /// Both modes of validation, with and without the quirks of release 21H2.
  static let all: [World] = CapabilityValidation.allCases.flatMap { mode in
    [Quirks(), .release21H2].map { World(validation: mode, quirks: $0) }
  }

  var is21H2: Bool { quirks.contains(.release21H2) }
  var description: String { "\(validation)\(is21H2 ? ", 21H2" : "")" }

  /// Returns an adapter of this world that can be started and has no offloads.
  func makeAdapter(keywords: [Keyword: KeywordStore.Value] = [:]) throws -> NetAdapter {
    try NetAdapterCoreTests.makeAdapter(
      validation: validation, quirks: quirks, keywords: KeywordStore(keywords))
  }
}

/// Returns an adapter that can be started and has no offloads.
func makeAdapter(
  validation: CapabilityValidation = .documented, quirks: Quirks = [],
  keywords: KeywordStore = .init()
) throws -> NetAdapter {
  let adapter = NetAdapter(
    permanentLinkLayerAddress: MACAddress(0x02_00_00_00_00_01), validation: validation,
    quirks: quirks, keywords: keywords)
  try adapter.setDatapathCapabilities(transmit: .init(), receive: .init(maximumFrameSize: 1_514))
  adapter.setLinkLayerCapabilities(.init(maximumTxLinkSpeed: 1_000_000_000))
  try adapter.setLinkLayerMtuSize(1_500)
  return adapter
}

func makeGso(
  _ layer3: Layer3Flags = .all, _ layer4: Layer4Flags = .all,
  evtSetGso: @escaping EvtAdapterSetOffload = { _, _ in }
) -> GsoCapabilities {
  GsoCapabilities(
    layer3: layer3, layer4: layer4, maximumOffloadSize: 64_000, minimumSegmentCount: 2,
    evtSetGso: evtSetGso)
}

/// Declares every offload with a callback that logs.
func declareAll(_ adapter: NetAdapter, _ log: CallLog) throws {
  try adapter.setRscCapabilities(
    RscCapabilities(
      layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: .tcpNoOptions,
      evtSetRsc: log.callback("rsc")))
  try adapter.setGsoCapabilities(makeGso(evtSetGso: log.callback("gso")))
  try adapter.setRxChecksumCapabilities(.init(evtSetRxChecksum: log.callback("rx")))
  var tx = TxChecksumCapabilities(layer3: .all, evtSetTxChecksum: log.callback("tx"))
  tx.layer4 = .all
  try adapter.setTxChecksumCapabilities(tx)
}

/// The four queries about segmentation as text, such as "lso4 uso6"; "" if all are false.
func segmentation(_ offloads: ActiveOffloads) -> String {
  var names: [String] = []
  if offloads.isLsoIPv4Enabled { names.append("lso4") }
  if offloads.isLsoIPv6Enabled { names.append("lso6") }
  if offloads.isUsoIPv4Enabled { names.append("uso4") }
  if offloads.isUsoIPv6Enabled { names.append("uso6") }
  return names.joined(separator: " ")
}

/// Code and parameters of the violation that `body` throws; nil if it throws none.
func violation(_ body: () throws(AdapterViolation) -> Void) -> [Int]? {
  do throws(AdapterViolation) {
    try body()
    return nil
  } catch {
    return [error.failureCode?.rawValue ?? -1, error.parameter2, error.parameter3]
  }
}

/// Every keyword of segmentation, switched on.
let segmentationKeywords: [Keyword: KeywordStore.Value] = [
  .lsoV1IPv4: .string("1"), .lsoV2IPv4: .string("1"), .lsoV2IPv6: .string("1"),
  .usoIPv4: .string("1"), .usoIPv6: .string("1"),
]

/// The error of `body`; nil if it throws none.
func adapterError(_ body: () throws(AdapterError) -> Void) -> AdapterError? {
  do throws(AdapterError) {
    try body()
    return nil
  } catch {
    return error
  }
}
