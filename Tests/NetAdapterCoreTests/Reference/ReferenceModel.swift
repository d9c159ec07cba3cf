import NetAdapterCore

/// The hardware of a reference, as yes and no.
struct ReferenceHardware {
  /// Versions of IP and transports of one declaration.
  struct Kinds {
    var ipv4 = false
    var ipv6 = false
    var tcp = false
    var udp = false
  }

  var segmentation = Kinds()
  var checksums = Kinds()
  var checksReceived = false
  var coalescing = Kinds()
  var coalescesTimestamps = false
}

/// How hardware, keywords and requests become active offloads, in names and with no code of the
/// product: `PagesModel` by Microsoft's pages, `FrameworkModel` by the framework of 21H2.
///
/// Names are those of `names(_:)`.
protocol ReferenceModel {
  var hardware: ReferenceHardware { get set }
  var keywords: [Keyword: KeywordStore.Value] { get set }
  /// The offloads that the driver was told last; none while stopped or paused.
  var driver: Set<String> { get }
  /// The offloads that the stack was told last.
  var stack: Set<String> { get }
  mutating func start()
  mutating func stop()
  mutating func pause()
  mutating func resume()
  /// The members for which a request is refused; empty if it was accepted.
  mutating func request(_ parameters: OffloadParameters) -> Set<OffloadRefusal.Member>
}

/// The model of a world.
func makeReference(
  _ quirks: Quirks, keywords: [Keyword: KeywordStore.Value] = [:]
) -> any ReferenceModel {
  var model: any ReferenceModel =
    quirks.contains(.release21H2)
    ? FrameworkModel(isEitherEnough: quirks.contains(.release2004LsoKeywords))
    : PagesModel(isEitherEnough: quirks.contains(.release2004LsoKeywords))
  model.keywords = keywords
  return model
}

/// The keywords of segmentation.
enum SegmentationKeywords {
  static let lso: [Keyword] = [.lsoV1IPv4, .lsoV2IPv4, .lsoV2IPv6]
  static let uso: [Keyword] = [.usoIPv4, .usoIPv6]
  static let all = lso + uso
  /// The names of what they are about.
  static let names: Set<String> = ["lso4", "lso6", "uso4", "uso6"]
}

/// What a request asks for: the number for the keyword of each member that is not "no change".
func wishes(of parameters: OffloadParameters) -> [OffloadRefusal.Member: Int] {
  func number(_ code: OffloadParameters.Checksum) -> Int? {
    switch code {
    case .noChange: nil
    case .disabled: 0
    case .txEnabled: 1
    case .rxEnabled: 2
    case .enabled: 3
    }
  }
  func number(_ code: OffloadParameters.Switch) -> Int? {
    switch code {
    case .noChange: nil
    case .disabled: 0
    case .enabled: 1
    }
  }
  var wishes: [OffloadRefusal.Member: Int] = [:]
  wishes[.ipv4Checksum] = number(parameters.ipv4Checksum)
  wishes[.tcpIPv4Checksum] = number(parameters.tcpIPv4Checksum)
  wishes[.tcpIPv6Checksum] = number(parameters.tcpIPv6Checksum)
  wishes[.udpIPv4Checksum] = number(parameters.udpIPv4Checksum)
  wishes[.udpIPv6Checksum] = number(parameters.udpIPv6Checksum)
  wishes[.lsoV1] = number(parameters.lsoV1)
  wishes[.lsoV2IPv4] = number(parameters.lsoV2IPv4)
  wishes[.lsoV2IPv6] = number(parameters.lsoV2IPv6)
  wishes[.usoIPv4] = number(parameters.usoIPv4)
  wishes[.usoIPv6] = number(parameters.usoIPv6)
  wishes[.rscIPv4] = number(parameters.rscIPv4)
  wishes[.rscIPv6] = number(parameters.rscIPv6)
  return wishes
}

/// The keyword of a member.
func keyword(of member: OffloadRefusal.Member) -> Keyword {
  switch member {
  case .ipv4Checksum: .ipChecksumOffloadIPv4
  case .tcpIPv4Checksum: .tcpChecksumOffloadIPv4
  case .tcpIPv6Checksum: .tcpChecksumOffloadIPv6
  case .udpIPv4Checksum: .udpChecksumOffloadIPv4
  case .udpIPv6Checksum: .udpChecksumOffloadIPv6
  case .lsoV1: .lsoV1IPv4
  case .lsoV2IPv4: .lsoV2IPv4
  case .lsoV2IPv6: .lsoV2IPv6
  case .usoIPv4: .usoIPv4
  case .usoIPv6: .usoIPv6
  case .rscIPv4: .rscIPv4
  case .rscIPv6: .rscIPv6
  }
}

/// The names of everything that is active: Microsoft's queries, and the plain flags of checksums.
func names(_ offloads: ActiveOffloads) -> Set<String> {
  var names = Set(segmentation(offloads).split(separator: " ").map(String.init))
  let (tcp, udp) = (offloads.txChecksum.tcp.layer3, offloads.txChecksum.udp.layer3)
  let answers: [(String, Bool)] = [
    ("txIP", offloads.isTxChecksumIPv4Enabled), ("txTCP", offloads.isTxChecksumTcpEnabled),
    ("txUDP", offloads.isTxChecksumUdpEnabled), ("rxIP", offloads.isRxChecksumIPv4Enabled),
    ("rxTCP", offloads.isRxChecksumTcpEnabled), ("rxUDP", offloads.isRxChecksumUdpEnabled),
    ("tcp4", tcp.contains(.ipv4NoOptions)), ("tcp6", tcp.contains(.ipv6NoExtensions)),
    ("udp4", udp.contains(.ipv4NoOptions)), ("udp6", udp.contains(.ipv6NoExtensions)),
    ("rsc4", offloads.isTcpRscIPv4Enabled), ("rsc6", offloads.isTcpRscIPv6Enabled),
    ("rscTime", offloads.isRscTcpTimestampOptionEnabled), ("uro", offloads.isUdpRscEnabled),
  ]
  for (name, isOn) in answers where isOn { names.insert(name) }
  return names
}
