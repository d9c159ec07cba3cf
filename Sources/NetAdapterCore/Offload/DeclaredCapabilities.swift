/// All capabilities of an adapter's offload hardware; each is nil until declared.
///
/// They remain when the adapter stops. A later declaration replaces an earlier one.
public struct DeclaredCapabilities: Sendable {
  /// Segmentation, LSO and USO.
  public var gso: GsoCapabilities?
  /// Checksums of packets to send.
  public var txChecksum: TxChecksumCapabilities?
  /// Checksums of received packets.
  public var rxChecksum: RxChecksumCapabilities?
  /// Coalescing of received packets.
  public var rsc: RscCapabilities?
  /// Insertion and removal of 802.1Q tags.
  public var ieee8021Q: Ieee8021QTagCapabilities?

  /// No offload hardware.
  public init() {}
}

// What follows from the declarations.
extension DeclaredCapabilities {
  /// `MaximumOffloadSize` that the stack is offered if the hardware declares none, in octets.
  ///
  /// Microsoft's `NETCX_GSO_SOFTWARE_FALLBACK_MAX_SIZE`, whose value is not public.
  package static let fallbackMaximumOffloadSize = 65_536
  /// `MinimumSegmentCount` that the stack is offered if the hardware declares none.
  ///
  /// Microsoft's `NETCX_GSO_SOFTWARE_FALLBACK_MIN_SEGMENT_COUNT`, whose value is not public.
  package static let fallbackMinimumSegmentCount = 2

  /// The offloads of the hardware, before keywords and requests disable any.
  package var hardwareOffloads: ActiveOffloads {
    var result = ActiveOffloads()
    if let gso {
      result.lso.layer3 = gso.layer3.intersection(.all)
      result.lso.maximumOffloadSize = gso.maximumOffloadSize
      result.lso.minimumSegmentCount = gso.minimumSegmentCount
      result.lso.layer4HeaderOffsetLimit = gso.layer4HeaderOffsetLimit
      result.uso = result.lso
      result.lso.layer4 = gso.layer4.intersection(.tcp)
      result.uso.layer4 = gso.layer4.intersection(.udp)
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

  /// The offloads that hardware and software support together.
  ///
  /// Segmentation and coalescing of TCP are offered for every kind of packet, since software does
  /// what the hardware cannot. Sizes are the hardware's if it declares them.
  internal var offered: ActiveOffloads {
    var result = hardwareOffloads
    result.lso = softwareSegmentation(.tcp)
    result.uso = softwareSegmentation(.udp)
    result.rsc.layer3 = [.ipv4NoOptions, .ipv6NoExtensions]
    result.rsc.layer4.insert(.tcpNoOptions)
    result.rsc.tcpTimestampOption = true
    return result
  }

  /// Returns segmentation of every kind of packet.
  internal func softwareSegmentation(_ layer4: Layer4Flags) -> ActiveOffloads.Segmentation {
    let (maximum, minimum) = (gso?.maximumOffloadSize ?? 0, gso?.minimumSegmentCount ?? 0)
    var result = ActiveOffloads.Segmentation()
    (result.layer3, result.layer4) = (.all, layer4)
    result.maximumOffloadSize = maximum == 0 ? Self.fallbackMaximumOffloadSize : maximum
    result.minimumSegmentCount = minimum == 0 ? Self.fallbackMinimumSegmentCount : minimum
    return result
  }

  /// Returns the extensions that packets of the adapter carry.
  internal func packetExtensions(quirks: Quirks) -> [PacketExtension] {
    var extensions: [PacketExtension] = []
    if txChecksum != nil || rxChecksum != nil { extensions.append(.checksum) }
    if gso != nil { extensions.append(.gso) }
    if let rsc {
      extensions.append(rsc.layer4.contains(.udp) ? .rscWithUdp : .rsc)
      if rsc.tcpTimestampOption { extensions.append(.rscTimestamp) }
    }
    if let ieee8021Q, !ieee8021Q.flags.isEmpty { extensions.append(.ieee8021Q) }
    if quirks.contains(.release21H2) { extensions.append(.legacyLso) }
    return extensions
  }
}
