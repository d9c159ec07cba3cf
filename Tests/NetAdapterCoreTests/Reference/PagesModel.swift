import NetAdapterCore

/// Active offloads by Microsoft's pages: what the hardware has, no keyword disables and no request
/// disabled.
///
/// Sources: "Generic Segmentation Offload", "Using Registry Values to Enable and Disable Task
/// Offloading", "UDP Segmentation Offload (USO)", `OID_TCP_OFFLOAD_PARAMETERS` and "Using the
/// TCP/IP Offload Administrator Interface".
struct PagesModel: ReferenceModel {
  /// Whether LSO over IPv4 is off only if both of its keywords are 0.
  let isEitherEnough: Bool
  var hardware = ReferenceHardware()
  var keywords: [Keyword: KeywordStore.Value] = [:]
  private(set) var driver: Set<String> = []
  private(set) var stack: Set<String> = []
  /// What requests asked for since the start.
  private var asked: [OffloadRefusal.Member: Int] = [:]

  init(isEitherEnough: Bool) { self.isEitherEnough = isEitherEnough }

  mutating func start() {
    asked = [:]
    activate()
  }

  mutating func stop() { (driver, stack) = ([], []) }

  /// The state while paused; `resume` finds it again by the same rules.
  mutating func pause() {
    beforePause = (driver, stack)
    (driver, stack) = ([], [])
  }

  mutating func resume() { (driver, stack) = beforePause }

  private var beforePause: (Set<String>, Set<String>) = ([], [])

  mutating func request(_ parameters: OffloadParameters) -> Set<OffloadRefusal.Member> {
    let wishes = wishes(of: parameters)
    var after = keywords
    if !parameters.skipsRegistryUpdate {
      for (member, number) in wishes { after[keyword(of: member)] = .string(String(number)) }
    }
    // A wish that the keywords forbid, written ones included, is refused.
    let refused = wishes.filter { member, number in
      if member == .lsoV1 || member == .lsoV2IPv4 { return number == 1 && !lsoIPv4IsOn(after) }
      return number & ~Self.value(keyword(of: member), after) != 0
    }
    guard refused.isEmpty else { return Set(refused.keys) }
    keywords = after
    for (member, number) in wishes { asked[member] = number }
    activate()
    return []
  }

  /// 0 to 3 for checksums, 0 or 1 for the rest; everything by default, and for nonsense.
  private static func value(_ keyword: Keyword, _ keywords: [Keyword: KeywordStore.Value]) -> Int {
    let isChecksum = keyword.rawValue.contains("Checksum")
    let everything = isChecksum ? 3 : 1
    let number: Int
    switch keywords[keyword] {
    case nil: return everything
    case .integer(let integer): number = Int(integer)
    case .string(let text):
      guard !text.isEmpty, text.utf8.count < 20, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 })
      else { return everything }
      number = Int(text) ?? everything
    }
    return number > everything ? everything : number
  }

  private func lsoIPv4IsOn(_ keywords: [Keyword: KeywordStore.Value]) -> Bool {
    let (v1, v2) = (Self.value(.lsoV1IPv4, keywords), Self.value(.lsoV2IPv4, keywords))
    return isEitherEnough ? v1 + v2 > 0 : v1 * v2 > 0
  }

  /// Whether the keyword and the requests allow bit 0 (sending, or on) or bit 1 (receiving).
  private func isAllowed(_ member: OffloadRefusal.Member, bit: Int = 0) -> Bool {
    let mask = 1 << bit
    guard Self.value(keyword(of: member), keywords) & mask != 0 else { return false }
    return asked[member].map { $0 & mask != 0 } ?? true
  }

  private mutating func activate() {
    var allowed: Set<String> = []
    if lsoIPv4IsOn(keywords), asked[.lsoV1] != 0 || asked[.lsoV2IPv4] != 0 {
      allowed.insert("lso4")
    }
    if isAllowed(.lsoV2IPv6) { allowed.insert("lso6") }
    if isAllowed(.usoIPv4) { allowed.insert("uso4") }
    if isAllowed(.usoIPv6) { allowed.insert("uso6") }
    if isAllowed(.rscIPv4) { allowed.insert("rsc4") }
    if isAllowed(.rscIPv6) { allowed.insert("rsc6") }
    if isAllowed(.ipv4Checksum) { allowed.insert("txIP") }
    if isAllowed(.tcpIPv4Checksum) { allowed.insert("tcp4") }
    if isAllowed(.tcpIPv6Checksum) { allowed.insert("tcp6") }
    if isAllowed(.udpIPv4Checksum) { allowed.insert("udp4") }
    if isAllowed(.udpIPv6Checksum) { allowed.insert("udp6") }
    if isAllowed(.ipv4Checksum, bit: 1) { allowed.insert("rxIP") }
    if isAllowed(.tcpIPv4Checksum, bit: 1) || isAllowed(.tcpIPv6Checksum, bit: 1) {
      allowed.insert("rxTCP")
    }
    if isAllowed(.udpIPv4Checksum, bit: 1) || isAllowed(.udpIPv6Checksum, bit: 1) {
      allowed.insert("rxUDP")
    }
    let timestamps = Self.value(.rscTimestamp, keywords) != 0
    let checksums = hardwareChecksums
    let rx: Set<String> = hardware.checksReceived ? ["rxIP", "rxTCP", "rxUDP"] : []
    let uro: Set<String> = hardware.coalescing.udp ? ["uro"] : []
    // Software segments and coalesces TCP whatever the hardware has.
    let software: Set<String> = ["lso4", "lso6", "uso4", "uso6", "rsc4", "rsc6"]
    stack = Self.complete(
      allowed.intersection(software.union(checksums).union(rx)).union(uro), timestamps)
    driver = Self.complete(
      allowed.intersection(hardwareSegmentation.union(checksums).union(rx)).union(uro),
      timestamps && hardware.coalescesTimestamps)
  }

  /// Adds what follows from the versions of IP.
  private static func complete(_ names: Set<String>, _ timestamps: Bool) -> Set<String> {
    var names = names
    if names.contains("tcp4") || names.contains("tcp6") { names.insert("txTCP") }
    if names.contains("udp4") || names.contains("udp6") { names.insert("txUDP") }
    if timestamps, names.contains("rsc4") || names.contains("rsc6") { names.insert("rscTime") }
    return names
  }

  private var hardwareChecksums: Set<String> {
    let kinds = hardware.checksums
    var names: Set<String> = []
    if kinds.ipv4 { names.insert("txIP") }
    if kinds.tcp, kinds.ipv4 { names.insert("tcp4") }
    if kinds.tcp, kinds.ipv6 { names.insert("tcp6") }
    if kinds.udp, kinds.ipv4 { names.insert("udp4") }
    if kinds.udp, kinds.ipv6 { names.insert("udp6") }
    return names
  }

  private var hardwareSegmentation: Set<String> {
    let (gso, rsc) = (hardware.segmentation, hardware.coalescing)
    var names: Set<String> = []
    if gso.tcp, gso.ipv4 { names.insert("lso4") }
    if gso.tcp, gso.ipv6 { names.insert("lso6") }
    if gso.udp, gso.ipv4 { names.insert("uso4") }
    if gso.udp, gso.ipv6 { names.insert("uso6") }
    if rsc.tcp, rsc.ipv4 { names.insert("rsc4") }
    if rsc.tcp, rsc.ipv6 { names.insert("rsc6") }
    return names
  }
}
