import NetAdapterCore

/// Active offloads by the framework of Windows 11 21H2, as switches that its calls turn.
///
/// Source: `netcx/adapter/nxoffload.cpp` and `netcx/translator/nxoffload.cpp` of
/// microsoft/Network-Adapter-Class-Extension, branch release_21H2.
struct FrameworkModel: ReferenceModel {
  /// What the framework keeps as "active".
  private struct Switches {
    // Whether TCP and UDP are offered, and over which versions of IP.
    var (lso, lso4, lso6) = (false, false, false)
    var (uso, uso4, uso6) = (false, false, false)
    var ip = false
    var (tcp, tcp4, tcp6) = (false, false, false)
    var (udp, udp4, udp6) = (false, false, false)
    var (rxIP, rxTCP, rxUDP) = (false, false, false)
    var (rsc4, rsc6, rscTime) = (false, false, false)

    var names: Set<String> {
      let answers: [(String, Bool)] = [
        ("lso4", lso && lso4), ("lso6", lso && lso6), ("uso4", uso && uso4), ("uso6", uso && uso6),
        ("txIP", ip), ("txTCP", tcp), ("tcp4", tcp4), ("tcp6", tcp6), ("txUDP", udp),
        ("udp4", udp4), ("udp6", udp6), ("rxIP", rxIP), ("rxTCP", rxTCP), ("rxUDP", rxUDP),
        ("rsc4", rsc4), ("rsc6", rsc6), ("rscTime", rscTime),
      ]
      return Set(answers.filter(\.1).map(\.0))
    }
  }

  let isEitherEnough: Bool
  var hardware = ReferenceHardware()
  var keywords: [Keyword: KeywordStore.Value] = [:]
  private(set) var driver: Set<String> = []
  private(set) var stack: Set<String> = []
  private var active = Switches()
  private var atStart = Switches()

  init(isEitherEnough: Bool) { self.isEitherEnough = isEitherEnough }

  mutating func stop() { (driver, stack) = ([], []) }
  mutating func pause() { (driver, stack) = ([], []) }
  mutating func resume() { (driver, stack) = (active.names, active.names) }

  mutating func start() {
    func exists(_ keywords: Keyword...) -> Bool { keywords.contains { number($0) != nil } }
    func isZero(_ keyword: Keyword) -> Bool { number(keyword) == 0 }
    func bit(_ bit: UInt32, _ keyword: Keyword) -> Bool { (number(keyword) ?? 3) & bit == bit }
    var new = Switches()
    new.lso = exists(.lsoV1IPv4, .lsoV2IPv4, .lsoV2IPv6)
    new.uso = exists(.usoIPv4, .usoIPv6)
    // Without a keyword of its own, a transport keeps the versions of IP of the other.
    (new.lso4, new.lso6) = (new.lso || new.uso, new.lso || new.uso)
    (new.uso4, new.uso6) = (new.lso4, new.lso6)
    let (noV1, noV2) = (isZero(.lsoV1IPv4), isZero(.lsoV2IPv4))
    if isEitherEnough ? noV1 && noV2 : noV1 || noV2 { new.lso4 = false }
    if isZero(.lsoV2IPv6) { new.lso6 = false }
    if isZero(.usoIPv4) { new.uso4 = false }
    if isZero(.usoIPv6) { new.uso6 = false }
    if exists(
      .ipChecksumOffloadIPv4, .tcpChecksumOffloadIPv4, .tcpChecksumOffloadIPv6,
      .udpChecksumOffloadIPv4, .udpChecksumOffloadIPv6)
    {
      new.ip = bit(1, .ipChecksumOffloadIPv4)
      new.tcp4 = bit(1, .tcpChecksumOffloadIPv4)
      new.tcp6 = bit(1, .tcpChecksumOffloadIPv6)
      new.udp4 = bit(1, .udpChecksumOffloadIPv4)
      new.udp6 = bit(1, .udpChecksumOffloadIPv6)
      (new.tcp, new.udp) = (new.tcp4 || new.tcp6, new.udp4 || new.udp6)
    }
    if hardware.checksReceived {
      new.rxIP = bit(2, .ipChecksumOffloadIPv4)
      new.rxTCP = bit(2, .tcpChecksumOffloadIPv4) || bit(2, .tcpChecksumOffloadIPv6)
      new.rxUDP = bit(2, .udpChecksumOffloadIPv4) || bit(2, .udpChecksumOffloadIPv6)
    }
    if exists(.rscIPv4, .rscIPv6) {
      (new.rsc4, new.rsc6) = (!isZero(.rscIPv4), !isZero(.rscIPv6))
      new.rscTime = !isZero(.rscTimestamp)
    }
    (active, atStart) = (new, new)
    (driver, stack) = (new.names, new.names)
  }

  mutating func request(_ parameters: OffloadParameters) -> Set<OffloadRefusal.Member> {
    let refused = refused(parameters)
    guard refused.isEmpty else { return refused }
    if !parameters.skipsRegistryUpdate {
      for (member, number) in wishes(of: parameters) {
        keywords[keyword(of: member)] = .string(String(number))
      }
    }
    active.lso4 = !(parameters.lsoV1 == .disabled && parameters.lsoV2IPv4 == .disabled)
    active.lso6 = parameters.lsoV2IPv6 != .disabled
    active.uso4 = parameters.usoIPv4 != .disabled
    active.uso6 = parameters.usoIPv6 != .disabled
    if parameters.rscIPv4 != .noChange { active.rsc4 = parameters.rscIPv4 == .enabled }
    if parameters.rscIPv6 != .noChange { active.rsc6 = parameters.rscIPv6 == .enabled }
    switchChecksums(parameters)
    stack = active.names
    driver = told
    return []
  }

  /// The checksums after a request, by NDIS's codes: 1 off, 2 sending, 3 receiving, 4 both.
  private mutating func switchChecksums(_ parameters: OffloadParameters) {
    switch parameters.ipv4Checksum.rawValue {
    case 1: (active.ip, active.rxIP) = (false, false)
    case 2: (active.ip, active.rxIP) = (true, false)
    case 3: (active.ip, active.rxIP) = (false, true)
    case 4: (active.ip, active.rxIP) = (true, true)
    default: break
    }
    let (t4, t6) = (parameters.tcpIPv4Checksum.rawValue, parameters.tcpIPv6Checksum.rawValue)
    let (u4, u6) = (parameters.udpIPv4Checksum.rawValue, parameters.udpIPv6Checksum.rawValue)
    if [1, 3].contains(t4 | t6) { active.tcp = false }
    if [2, 4].contains(t4 | t6) { active.tcp = true }
    if [1, 3].contains(u4 | u6) { active.udp = false }
    if [2, 4].contains(u4 | u6) { active.udp = true }
    // 4 for TCP over IPv4 clears the flags that 2 sets.
    if t4 != 0 { (active.tcp4, active.rxTCP) = (t4 == 2, t4 >= 3) }
    if t6 != 0 { (active.tcp6, active.rxTCP) = (t6 == 2 || t6 == 4, t6 >= 3) }
    if u4 != 0 { (active.udp4, active.rxUDP) = (u4 == 2 || u4 == 4, u4 >= 3) }
    if u6 != 0 { (active.udp6, active.rxUDP) = (u6 == 2 || u6 == 4, u6 >= 3) }
  }

  /// What the driver is told after a request: what the hardware has of it.
  private var told: Set<String> {
    var told = active
    let (gso, tx, rsc) = (hardware.segmentation, hardware.checksums, hardware.coalescing)
    (told.lso, told.uso) = (active.lso && gso.tcp, active.uso && gso.udp)
    (told.lso4, told.uso4) = (active.lso4 && gso.ipv4, active.uso4 && gso.ipv4)
    (told.lso6, told.uso6) = (active.lso6 && gso.ipv6, active.uso6 && gso.ipv6)
    told.ip = active.ip && tx.ipv4
    (told.tcp, told.udp) = (active.tcp && tx.tcp, active.udp && tx.udp)
    (told.tcp4, told.udp4) = (active.tcp4 && tx.ipv4, active.udp4 && tx.ipv4)
    (told.tcp6, told.udp6) = (active.tcp6 && tx.ipv6, active.udp6 && tx.ipv6)
    (told.rsc4, told.rsc6) = (active.rsc4 && rsc.ipv4, active.rsc6 && rsc.ipv6)
    told.rscTime = hardware.coalescesTimestamps
    return told.names
  }

  private func refused(_ parameters: OffloadParameters) -> Set<OffloadRefusal.Member> {
    typealias Code = OffloadParameters.Checksum
    var refused: Set<OffloadRefusal.Member> = []
    let sends: [Code] = [.txEnabled, .enabled]
    let receives: [Code] = [.rxEnabled, .enabled]
    let ip = parameters.ipv4Checksum
    if sends.contains(ip) && !atStart.ip || receives.contains(ip) && !atStart.rxIP {
      refused.insert(.ipv4Checksum)
    }
    let (t4, t6) = (parameters.tcpIPv4Checksum, parameters.tcpIPv6Checksum)
    if sends.contains(t4) && sends.contains(t6) && !atStart.tcp
      || receives.contains(t4) && receives.contains(t6) && !atStart.rxTCP
    {
      refused.formUnion([.tcpIPv4Checksum, .tcpIPv6Checksum])
    }
    let (u4, u6) = (parameters.udpIPv4Checksum, parameters.udpIPv6Checksum)
    if sends.contains(u4) && sends.contains(u6) && !atStart.udp
      || receives.contains(u4) && receives.contains(u6) && !atStart.rxUDP
    {
      refused.formUnion([.udpIPv4Checksum, .udpIPv6Checksum])
    }
    if !atStart.lso4, atStart.lso {
      if parameters.lsoV1 == .enabled { refused.insert(.lsoV1) }
      if parameters.lsoV2IPv4 == .enabled { refused.insert(.lsoV2IPv4) }
    }
    if !atStart.lso6, !atStart.lso, parameters.lsoV2IPv6 == .enabled { refused.insert(.lsoV2IPv6) }
    if !atStart.uso4, !atStart.uso, parameters.usoIPv4 == .enabled { refused.insert(.usoIPv4) }
    if !atStart.uso6, !atStart.uso, parameters.usoIPv6 == .enabled { refused.insert(.usoIPv6) }
    if !atStart.rsc4, parameters.rscIPv4 == .enabled { refused.insert(.rscIPv4) }
    if !atStart.rsc6, parameters.rscIPv6 == .enabled { refused.insert(.rscIPv6) }
    return refused
  }

  /// The number of a keyword; nil if it is absent or has no text.
  private func number(_ keyword: Keyword) -> UInt32? {
    guard case .string(let text)? = keywords[keyword] else {
      if case .integer(let number)? = keywords[keyword] { return number }
      return nil
    }
    if text == "" { return nil }
    var rest = Array(text.unicodeScalars)
    while let first = rest.first, first.value <= 32 { rest.removeFirst() }
    let isNegative = rest.first == "-"
    if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
    var digits = "0123456789"
    if rest.starts(with: "0x".unicodeScalars) { digits = "0123456789abcdef" }
    if rest.starts(with: "0o".unicodeScalars) { digits = "01234567" }
    if rest.starts(with: "0b".unicodeScalars) { digits = "01" }
    if digits != "0123456789" { rest.removeFirst(2) }
    var number = 0
    for scalar in rest {
      let lower = String(scalar).lowercased()
      guard scalar.isASCII, let digit = digits.firstIndex(of: Character(lower)) else { break }
      let value = digits.distance(from: digits.startIndex, to: digit)
      number = (number * digits.count + value) % 4_294_967_296
    }
    return UInt32(isNegative ? (4_294_967_296 - number) % 4_294_967_296 : number)
  }
}
