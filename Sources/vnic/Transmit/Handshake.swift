import NetAdapterCore
import Synchronization
import VirtualNIC

/// What was negotiated before the first frame: what the driver declared, what keywords and a
/// request switched off, and what the set-GSO callback was told.
struct Handshake: Encodable {
  /// What the driver declared.
  struct Declared: Encodable {
    let layer3: [String]
    let layer4: [String]
    let maximumOffloadSize: Int
    let minimumSegmentCount: Int
    let layer4HeaderOffsetLimit: UInt16
  }

  struct StoredKeyword: Encodable {
    let name: String
    let value: String
  }

  /// Nil for hardware that segments nothing.
  let declared: Declared?
  /// What hardware with the declared flags segments.
  let hardware: GsoAnswers
  let keywords: [StoredKeyword]
  /// What is wrong with keywords.
  let keywordIssues: [String]
  /// What keywords leave of the hardware.
  let afterKeywords: GsoAnswers
  /// What the request switched off, as `--gso` calls it.
  let requestedOff: [String]
  /// What the request leaves of that: what is active.
  let afterRequest: GsoAnswers
  /// What the set-GSO callback was told, call by call.
  let callbacks: [GsoAnswers]

  /// Declares what the hardware can do, starts the NIC, and notes the results.
  ///
  /// `onCallback` is called by the set-GSO callback with what that is told, also later on.
  init(
    starting nic: VirtualNIC, _ declaration: GsoDeclaration, _ keywords: KeywordStore,
    onCallback: @escaping @Sendable (GsoAnswers) -> Void = { _ in }
  ) throws {
    let told = CallbackNotes()
    let adapter = nic.adapter
    let capabilities = declaration.capabilities { _, offload in
      let answers = GsoAnswers(asking: offload)
      told.add(answers)
      onCallback(answers)
    }
    do throws(AdapterViolation) {
      if let capabilities { try adapter.setGsoCapabilities(capabilities) }
      if let checksum = declaration.checksumCapabilities() {
        try adapter.setTxChecksumCapabilities(checksum)
      }
    } catch {
      throw Failure("the adapter refuses what \(Self.option(error)) declares: \(error)")
    }
    for keyword in Keyword.allCases { adapter.setKeyword(keyword, to: keywords[keyword]) }
    try nic.start()
    if !declaration.unwanted.isEmpty { try adapter.setOffloadParameters(declaration.request) }

    let hardware = adapter.declaredCapabilities
    var negotiation = OffloadNegotiation(hardware: hardware, keywords: keywords)
    negotiation.start()
    declared = hardware.gso.map(Declared.init)
    self.hardware = GsoAnswers(hardware.hardwareOffloads)
    self.keywords = Keyword.allCases.compactMap { keyword in
      keywords[keyword].map { StoredKeyword(name: keyword.rawValue, value: $0.argument) }
    }
    keywordIssues = adapter.keywordIssues.map(\.description)
    afterKeywords = GsoAnswers(negotiation.driver)
    requestedOff = declaration.unwanted.map(\.rawValue)
    afterRequest = GsoAnswers(adapter.activeOffloads)
    callbacks = told.all
  }
}

extension Handshake {
  /// The option that declared what the adapter refuses.
  private static func option(_ violation: AdapterViolation) -> String {
    switch (violation.failureCode, violation.parameter3) {
    case (.invalidGsoCapabilities, 1): "`--max-offload`"
    case (.invalidGsoCapabilities, 2): "`--min-segments`"
    default: "`--gso`"
    }
  }
}

/// What a callback was told; callbacks may run on any thread.
private final class CallbackNotes: Sendable {
  private let notes = Mutex<[GsoAnswers]>([])

  var all: [GsoAnswers] { notes.withLock { $0 } }

  func add(_ answers: GsoAnswers) { notes.withLock { $0.append(answers) } }
}

extension Handshake.Declared {
  fileprivate init(_ gso: GsoCapabilities) {
    let layer3Names: [(Layer3Flags, String)] = [
      (.ipv4NoOptions, "ipv4_no_options"), (.ipv4WithOptions, "ipv4_with_options"),
      (.ipv6NoExtensions, "ipv6_no_extensions"), (.ipv6WithExtensions, "ipv6_with_extensions"),
    ]
    let layer4Names: [(Layer4Flags, String)] = [
      (.tcpNoOptions, "tcp_no_options"), (.tcpWithOptions, "tcp_with_options"), (.udp, "udp"),
    ]
    layer3 = layer3Names.filter { gso.layer3.contains($0.0) }.map(\.1)
    layer4 = layer4Names.filter { gso.layer4.contains($0.0) }.map(\.1)
    maximumOffloadSize = gso.maximumOffloadSize
    minimumSegmentCount = gso.minimumSegmentCount
    layer4HeaderOffsetLimit = gso.layer4HeaderOffsetLimit
  }
}
