internal import CVnic
internal import GsoEngine
internal import WireFormats

// The numbers of `vnic.h` as values of Swift.

/// Returns the link layer with a number of `VNIC_LINK_…`.
@inline(__always)
internal func linkLayer(_ value: UInt32, argument: Int) throws(CallError) -> LinkLayer {
  switch value {
  case 0: return .ethernet
  case 1: return .rawIP
  case 2: return .bsdLoopback
  case 3: return .linuxCooked
  case 4: return .linuxCooked2
  case 5: return .ppp
  default: throw .value(argument: argument, Int(value), maximum: 5)
  }
}

/// Returns the rules with a number of `VNIC_RULES_…`.
@inline(__always)
internal func segmentationRules(
  _ value: UInt32, argument: Int
) throws(CallError) -> SegmentationRules {
  switch value {
  case 0: return .linux
  case 1: return .linuxAccurateECN
  case 2: return .ndis
  case 3: return .dpdk
  case 4: return .vpp
  case 5: return .wireguardGo
  default: throw .value(argument: argument, Int(value), maximum: 5)
  }
}

/// Returns the checksum with a number of `VNIC_CHECKSUM_…`.
@inline(__always)
internal func segmentChecksum(
  _ value: UInt32, argument: Int
) throws(CallError) -> SegmentationRequest.Checksum {
  switch value {
  case 0: return .complete
  case 1: return .pseudoHeader
  case 2: return .copied
  default: throw .value(argument: argument, Int(value), maximum: 2)
  }
}

/// Returns the form of a virtio-net header with a size in octets.
@inline(__always)
internal func form(
  ofSize size: Int, argument: Int
) throws(CallError) -> VirtioNetHeader.Form {
  guard let form = VirtioNetHeader.Form(rawValue: size) else {
    throw .value(
      argument: argument, size, maximum: VirtioNetHeader.Form.udpTunnel.byteCount)
  }
  return form
}

extension vnic_segmentation {
  /// Whether all but segment size, checksum and link layer have their defaults.
  @inline(__always)
  internal var asksForSizeAlone: Bool { mtu | rules | outer_checksum | flags == 0 }

  /// The request that the struct describes.
  internal func request(argument: Int) throws(CallError) -> SegmentationRequest {
    let checksum = try segmentChecksum(checksum, argument: argument)
    var request = SegmentationRequest(
      segmentSize: Int(segment_size), checksum: checksum,
      rules: try segmentationRules(rules, argument: argument))
    request.outerChecksum = try outerChecksum(argument: argument)
    if mtu != 0 {
      request.size =
        segment_size == 0
        ? .mtu(Int(mtu)) : .payloadWithinMTU(payload: Int(segment_size), mtu: Int(mtu))
    }
    if flags != 0 { try addFlags(to: &request, argument: argument) }
    return request
  }

  private func outerChecksum(
    argument: Int
  ) throws(CallError) -> SegmentationRequest.OuterChecksum {
    switch outer_checksum {
    case 0: return .automatic
    case 1: return .complete
    case 2: return .pseudoHeader
    case 3: return .zero
    default: throw .value(argument: argument, Int(outer_checksum), maximum: 3)
    }
  }

  private func addFlags(
    to request: inout SegmentationRequest, argument: Int
  ) throws(CallError) {
    guard flags < 8 else {
      throw .value(argument: argument, Int(flags), maximum: 7)
    }
    request.guessesDatagramSize = has(VNIC_GUESS_DATAGRAM_SIZE)
    if has(VNIC_SET_IDENTIFICATION) {
      request.identification = UInt16(
        truncatingIfNeeded: try number(identification, in: 0...0xFFFF, argument: argument))
    }
  }

  private func has(_ flag: Int) -> Bool { Int(flags) & flag != 0 }

  /// Which tunnels to look into.
  @inline(__always)
  internal var tunnels: TunnelRecognition { has(VNIC_IGNORE_TUNNELS) ? .none : .wellKnown }
}
