import NetAdapterCore

/// How hardware, keywords and requests become active segmentation, as sets of names.
///
/// Names are "lso4", "lso6", "uso4", "uso6".
struct ReferenceSwitches {
  static let all: Set<String> = ["lso4", "lso6", "uso4", "uso6"]

  let quirks: Quirks
  /// The offloads that the driver declared.
  var hardware: Set<String> = []
  /// The offloads that the driver is told.
  private(set) var driver: Set<String> = []
  /// The offloads that the stack is told.
  private(set) var stack: Set<String> = []
  /// The offloads that protocols have disabled.
  private var switchedOff: Set<OffloadRefusal.Member> = []
  private var is21H2: Bool { quirks.contains(.release21H2) }

  init(quirks: Quirks) { self.quirks = quirks }

  mutating func start(_ values: [Keyword: KeywordStore.Value]) {
    let keywords = ReferenceKeywords(values: values, quirks: quirks)
    if is21H2 {
      switchedOff = []
      stack = keywords.offered.intersection(keywords.left)
      driver = stack
    } else {
      activate(keywords)
    }
  }

  /// The members for which a request is refused; empty if it was accepted.
  mutating func request(
    _ parameters: OffloadParameters, _ values: [Keyword: KeywordStore.Value]
  ) -> Set<OffloadRefusal.Member> {
    let keywords = ReferenceKeywords(values: values, quirks: quirks)
    let requests = Self.requests(parameters)
    let refused = requests.filter { $0.value == .enabled && isRefused($0.key, keywords) }
    guard refused.isEmpty else { return Set(refused.keys) }
    for (member, value) in requests {
      if value == .disabled { switchedOff.insert(member) }
      // "No change" keeps the earlier request; for the framework it means "enabled".
      if value == .enabled || (is21H2 && value == .noChange) { switchedOff.remove(member) }
    }
    if is21H2 {
      stack = keywords.offered.intersection(wanted)
      driver = stack.intersection(hardware)
    } else {
      activate(keywords)
    }
    return []
  }

  /// The offloads after a resume.
  mutating func resume() { if is21H2 { driver = stack } }

  private mutating func activate(_ keywords: ReferenceKeywords) {
    stack = keywords.left.intersection(wanted)
    driver = stack.intersection(hardware)
  }

  /// Both versions of LSO over IPv4 are one switch to a driver: off only if both are disabled.
  private var wanted: Set<String> {
    var names = Self.all
    if switchedOff.contains(.lsoV1), switchedOff.contains(.lsoV2IPv4) { names.remove("lso4") }
    if switchedOff.contains(.lsoV2IPv6) { names.remove("lso6") }
    if switchedOff.contains(.usoIPv4) { names.remove("uso4") }
    if switchedOff.contains(.usoIPv6) { names.remove("uso6") }
    return names
  }

  private func isRefused(_ member: OffloadRefusal.Member, _ keywords: ReferenceKeywords) -> Bool {
    let isLsoIPv4 = member == .lsoV1 || member == .lsoV2IPv4
    guard is21H2 else {
      let name: String
      switch member {
      case .lsoV1, .lsoV2IPv4: name = "lso4"
      case .lsoV2IPv6: name = "lso6"
      case .usoIPv4: name = "uso4"
      default: name = "uso6"
      }
      return !keywords.left.contains(name)
    }
    // LSO over IPv4 is refused only for a keyword of 0, the others only if there is no keyword.
    if isLsoIPv4 {
      return keywords.exists(ReferenceKeywords.lso) && !keywords.left.contains("lso4")
    }
    return keywords.offered.isEmpty
  }

  private static func requests(
    _ parameters: OffloadParameters
  ) -> [OffloadRefusal.Member: OffloadParameters.Switch] {
    [
      .lsoV1: parameters.lsoV1, .lsoV2IPv4: parameters.lsoV2IPv4,
      .lsoV2IPv6: parameters.lsoV2IPv6, .usoIPv4: parameters.usoIPv4,
      .usoIPv6: parameters.usoIPv6,
    ]
  }
}
