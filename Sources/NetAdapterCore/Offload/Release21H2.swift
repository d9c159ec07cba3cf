/// How the framework of Windows 11 21H2 makes offloads active, where that differs from the
/// documentation.
///
/// It keeps what it last told NDIS, and builds each request upon that.
///
/// Source: `netcx/adapter/nxoffload.cpp` and `netcx/translator/nxoffload.cpp` of
/// microsoft/Network-Adapter-Class-Extension, branch release_21H2.
internal struct Release21H2: Sendable {
  /// The offloads that software supports and keywords allow, at the latest start.
  private(set) var defaults = ActiveOffloads()
  /// The offloads that NDIS was told, which the driver is told at a start and a resume.
  private(set) var active = ActiveOffloads()
  /// The keywords at the latest start.
  private(set) var keywords = KeywordStore()

  /// Nothing is active.
  internal init() {}

  /// The offloads that software supports, if one of their keywords is present.
  internal static func offered(
    _ hardware: DeclaredCapabilities, _ keywords: KeywordStore
  ) -> ActiveOffloads {
    func isPresent(_ names: Keyword...) -> Bool {
      names.contains { keywords.release21H2Number($0) != nil }
    }
    var result = ActiveOffloads()
    let hasLso = isPresent(.lsoV1IPv4, .lsoV2IPv4, .lsoV2IPv6)
    let hasUso = isPresent(.usoIPv4, .usoIPv6)
    if hasLso || hasUso {
      result.lso = hardware.softwareSegmentation(hasLso ? .tcp : [])
      result.uso = hardware.softwareSegmentation(hasUso ? .udp : [])
    }
    if isPresent(
      .ipChecksumOffloadIPv4, .tcpChecksumOffloadIPv4, .tcpChecksumOffloadIPv6,
      .udpChecksumOffloadIPv4, .udpChecksumOffloadIPv6)
    {
      result.txChecksum.ipv4.layer3 = .ipv4
      (result.txChecksum.tcp.layer3, result.txChecksum.tcp.layer4) = (.all, .tcp)
      (result.txChecksum.udp.layer3, result.txChecksum.udp.layer4) = (.all, .udp)
    }
    result.rxChecksum = hardware.hardwareOffloads.rxChecksum
    if isPresent(.rscIPv4, .rscIPv6) {
      result.rsc = ActiveOffloads.Coalescing([.ipv4NoOptions, .ipv6NoExtensions], timestamps: true)
    }
    return result
  }

  /// Determines the active offloads when the adapter starts: software and keywords, whether or not
  /// the hardware supports them.
  internal mutating func start(
    _ hardware: DeclaredCapabilities, _ keywords: KeywordStore, _ quirks: Quirks
  ) {
    self.keywords = keywords
    func isOn(_ keyword: Keyword) -> Bool { keywords.release21H2Number(keyword) != 0 }
    // Numbers of checksums count by their bits. An absent keyword counts as 3.
    func number(_ keyword: Keyword) -> UInt32 { keywords.release21H2Number(keyword) ?? 3 }
    var result = Self.offered(hardware, keywords)
    let (v1, v2) = (isOn(.lsoV1IPv4), isOn(.lsoV2IPv4))
    let lsoIPv4 = quirks.contains(.release2004LsoKeywords) ? v1 || v2 : v1 && v2
    result.lso.keep(ipv4: lsoIPv4, ipv6: isOn(.lsoV2IPv6))
    result.uso.keep(ipv4: isOn(.usoIPv4), ipv6: isOn(.usoIPv6))
    let (ip, tcp4, tcp6, udp4, udp6) = (
      number(.ipChecksumOffloadIPv4), number(.tcpChecksumOffloadIPv4),
      number(.tcpChecksumOffloadIPv6), number(.udpChecksumOffloadIPv4),
      number(.udpChecksumOffloadIPv6)
    )
    if ip & 1 == 0 { result.txChecksum.ipv4.layer3 = [] }
    result.txChecksum.tcp.keep(ipv4: tcp4 & 1 != 0, ipv6: tcp6 & 1 != 0)
    result.txChecksum.udp.keep(ipv4: udp4 & 1 != 0, ipv6: udp6 & 1 != 0)
    result.rxChecksum.ipv4 = result.rxChecksum.ipv4 && ip & 2 != 0
    result.rxChecksum.tcp = result.rxChecksum.tcp && (tcp4 | tcp6) & 2 != 0
    result.rxChecksum.udp = result.rxChecksum.udp && (udp4 | udp6) & 2 != 0
    let rsc = Layer3Flags.versions(ipv4: isOn(.rscIPv4), ipv6: isOn(.rscIPv6))
    // The time stamp does not depend on the versions of IP.
    result.rsc = ActiveOffloads.Coalescing(
      result.rsc.layer3.intersection(rsc),
      timestamps: result.rsc.tcpTimestampOption && isOn(.rscTimestamp))
    (defaults, active) = (result, result)
  }

  /// The offloads that the driver is told after a request: those of the hardware that are active.
  ///
  /// Received checksums and the numbers of the hardware are not restricted.
  internal func driver(_ hardware: DeclaredCapabilities) -> ActiveOffloads {
    var result = hardware.hardwareOffloads
    result.lso.layer3.formIntersection(active.lso.layer3)
    result.lso.layer4.formIntersection(active.lso.layer4)
    result.uso.layer3.formIntersection(active.uso.layer3)
    result.uso.layer4.formIntersection(active.uso.layer4)
    let layer3 = hardware.txChecksum?.layer3 ?? []
    let layer4 = hardware.txChecksum?.layer4 ?? []
    result.txChecksum.ipv4.layer3 = layer3.intersection(active.txChecksum.ipv4.layer3)
    result.txChecksum.tcp.layer3 = layer3.intersection(active.txChecksum.tcp.layer3)
    result.txChecksum.tcp.layer4 = layer4.intersection(active.txChecksum.tcp.layer4)
    result.txChecksum.udp.layer3 = layer3.intersection(active.txChecksum.udp.layer3)
    result.txChecksum.udp.layer4 = layer4.intersection(active.txChecksum.udp.layer4)
    result.rxChecksum = active.rxChecksum
    result.rsc = ActiveOffloads.Coalescing(
      result.rsc.layer3.intersection(active.rsc.layer3),
      timestamps: hardware.rsc?.tcpTimestampOption ?? false)
    return result
  }

  /// Changes the active offloads.
  internal mutating func activate(_ offloads: ActiveOffloads) { active = offloads }
}

extension ActiveOffloads.Segmentation {
  /// Removes the versions of IP that are off, unless the transport is not offered at all.
  fileprivate mutating func keep(ipv4: Bool, ipv6: Bool) {
    if !layer4.isEmpty { layer3.formIntersection(.versions(ipv4: ipv4, ipv6: ipv6)) }
  }
}

extension ActiveOffloads.Headers {
  /// Removes the versions of IP that are off, and the transport if both are.
  fileprivate mutating func keep(ipv4: Bool, ipv6: Bool) {
    guard !layer4.isEmpty else { return }
    layer3.formIntersection(.versions(ipv4: ipv4, ipv6: ipv6))
    if !ipv4, !ipv6 { layer4 = [] }
  }
}

extension ActiveOffloads.Coalescing {
  /// Coalescing of TCP over the given plain headers.
  internal init(_ layer3: Layer3Flags, timestamps: Bool) {
    self.layer3 = layer3.intersection([.ipv4NoOptions, .ipv6NoExtensions])
    layer4 = self.layer3.isEmpty ? [] : .tcpNoOptions
    tcpTimestampOption = timestamps
  }
}
