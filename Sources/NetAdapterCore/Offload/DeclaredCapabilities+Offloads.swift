extension DeclaredCapabilities {
  /// `MaximumOffloadSize` offered where hardware declares none, in octets.
  ///
  /// Stands for `NETCX_GSO_SOFTWARE_FALLBACK_MAX_SIZE`, whose value is not public.
  public static let fallbackMaximumOffloadSize = 65_536
  /// `MinimumSegmentCount` offered where hardware declares none.
  ///
  /// Stands for `NETCX_GSO_SOFTWARE_FALLBACK_MIN_SEGMENT_COUNT`, whose value is not public.
  public static let fallbackMinimumSegmentCount = 2

  /// What the hardware can do, with nothing switched off.
  public var hardwareOffloads: ActiveOffloads {
    var result = ActiveOffloads()
    if let gso {
      var half = ActiveOffloads.Segmentation()
      half.layer3 = gso.layer3.intersection(.all)
      half.maximumOffloadSize = gso.maximumOffloadSize
      half.minimumSegmentCount = gso.minimumSegmentCount
      half.layer4HeaderOffsetLimit = gso.layer4HeaderOffsetLimit
      half.layer4 = gso.layer4.intersection(.tcp)
      result.lso = half
      half.layer4 = gso.layer4.intersection(.udp)
      result.uso = half
    }
    result.txChecksum = hardwareTxChecksum
    result.rxChecksum.ipv4 = rxChecksum != nil
    result.rxChecksum.tcp = rxChecksum != nil
    result.rxChecksum.udp = rxChecksum != nil
    if let rsc {
      result.rsc.layer3 = rsc.layer3.intersection(.all)
      result.rsc.layer4 = rsc.layer4.intersection(.all)
      result.rsc.tcpTimestampOption = rsc.tcpTimestampOption
    }
    return result
  }

  private var hardwareTxChecksum: ActiveOffloads.TxChecksum {
    var result = ActiveOffloads.TxChecksum()
    guard let txChecksum else { return result }
    result.ipv4.layer3 = txChecksum.layer3.intersection(.ipv4)
    result.tcp.layer4 = txChecksum.layer4.intersection(.tcp)
    result.udp.layer4 = txChecksum.layer4.intersection(.udp)
    let layer3 = txChecksum.layer3.intersection(.all)
    if !result.tcp.layer4.isEmpty { result.tcp.layer3 = layer3 }
    if !result.udp.layer4.isEmpty { result.udp.layer3 = layer3 }
    return result
  }

  /// What the stack is offered: what hardware and software can do together.
  ///
  /// Segmentation and coalescing are offered for every kind of packet, since software does what the
  /// hardware cannot; sizes are the hardware's where it has any.
  internal func offered(_ keywords: KeywordStore, quirks: Quirks) -> ActiveOffloads {
    let isStrict = quirks.contains(.release21H2)
    var result = hardwareOffloads
    var half = ActiveOffloads.Segmentation()
    let (maximum, minimum) = (gso?.maximumOffloadSize ?? 0, gso?.minimumSegmentCount ?? 0)
    half.layer3 = .all
    half.maximumOffloadSize = maximum == 0 ? Self.fallbackMaximumOffloadSize : maximum
    half.minimumSegmentCount = minimum == 0 ? Self.fallbackMinimumSegmentCount : minimum
    let hasLso = !isStrict || keywords.contains(anyOf: .lsoV1IPv4, .lsoV2IPv4, .lsoV2IPv6)
    let hasUso = !isStrict || keywords.contains(anyOf: .usoIPv4, .usoIPv6)
    if !hasLso, !hasUso { half = ActiveOffloads.Segmentation() }
    half.layer4 = hasLso ? .tcp : []
    result.lso = half
    half.layer4 = hasUso ? .udp : []
    result.uso = half
    result.rsc = ActiveOffloads.Coalescing()
    if !isStrict || keywords.contains(anyOf: .rscIPv4, .rscIPv6) {
      result.rsc.layer3 = [.ipv4NoOptions, .ipv6NoExtensions]
      result.rsc.layer4 = .tcpNoOptions
      result.rsc.tcpTimestampOption = true
    }
    return result
  }
}
