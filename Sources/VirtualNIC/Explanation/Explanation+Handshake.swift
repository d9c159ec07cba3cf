internal import NetAdapterCore

extension Explanation {
  /// The handshake of an adapter and its driver: what is declared, what keywords and requests leave
  /// of it, and what the driver is told.
  public struct Handshake: Hashable, Sendable, Encodable {
    /// One offload.
    public struct Offload: Hashable, Sendable, Encodable {
      /// Its name: `LSO IPv4`, `TCP checksum IPv6`.
      public let name: String
      /// Whether the hardware declares it.
      public let isDeclared: Bool
      /// Its keywords that are present: `*LsoV2IPv4=0`; empty if none is, which means enabled.
      public let keywords: [String]
      /// Whether the keywords leave it enabled.
      public let isLeftByKeywords: Bool
      /// What the requests since the latest start ask for: `enabled`, `disabled`; nil if nothing.
      public let request: String?
      /// Whether it is active, which is what the driver was told last.
      public let isActive: Bool
      /// Why it is not active although it is declared; nil otherwise.
      public let cause: String?
    }

    /// What segmentation hardware declares.
    public struct Hardware: Hashable, Sendable, Encodable {
      /// The IP headers: `IPv4, IPv4 with options`.
      public let layer3: String
      /// The transport headers: `TCP, UDP`.
      public let layer4: String
      /// The largest payload of a frame in octets.
      public let maximumOffloadSize: Int
      /// The smallest number of segments of a frame.
      public let minimumSegmentCount: Int
      /// The largest offset of the transport header in octets; 0 for no limit.
      public let layer4HeaderOffsetLimit: UInt16
    }

    /// Whether the adapter is started; no offload is active before.
    public let isStarted: Bool
    /// The segmentation hardware; nil if none is declared.
    public let hardware: Hardware?
    /// Segmentation for each transport and IP version, then checksums.
    public let offloads: [Offload]
    /// What is wrong with keywords.
    public let keywordIssues: [String]
  }
}

extension Explanation.Handshake {
  /// Reads the handshake of an adapter.
  internal init(of adapter: NetAdapter) {
    let declared = adapter.declaredCapabilities
    let (store, state) = (adapter.keywords, adapter.datapathState)
    var negotiation = OffloadNegotiation(hardware: declared, keywords: store)
    negotiation.start()
    isStarted = state.isRunning
    hardware = declared.gso.map(Hardware.init)
    keywordIssues = adapter.keywordIssues.map(\.description)
    let requested = adapter.requestedOffloads
    offloads = OffloadRow.all.map { row in
      let isActive = row.isEnabled(state.active)
      let isDeclared = row.isEnabled(declared.hardwareOffloads)
      return Offload(
        name: row.name, isDeclared: isDeclared,
        keywords: row.keywords.compactMap { keyword in
          store[keyword].map { "\(keyword.rawValue)=\($0.text)" }
        },
        isLeftByKeywords: row.isEnabled(negotiation.driver), request: row.request(requested),
        isActive: isActive,
        cause: isDeclared && !isActive && state.isRunning
          ? row.cause(state.causes).description : nil)
    }
  }
}

extension Explanation.Handshake.Hardware {
  fileprivate init(_ gso: GsoCapabilities) {
    (layer3, layer4) = (gso.layer3.description, gso.layer4.description)
    maximumOffloadSize = gso.maximumOffloadSize
    minimumSegmentCount = gso.minimumSegmentCount
    layer4HeaderOffsetLimit = gso.layer4HeaderOffsetLimit
  }
}

extension KeywordStore.Value {
  /// The value as a `.reg` file has it: text, or `dword:1`.
  fileprivate var text: String {
    switch self {
    case .string(let text): text
    case .integer(let number): "dword:" + String(number, radix: 16)
    }
  }
}
