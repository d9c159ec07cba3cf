import NetAdapterCore
import PacketCapture
import VirtualNIC
import WireFormats

// Errors and reasons of the adapter, the NIC and capture files.
extension ErrorCodeSamples {
  static var adapter: [ErrorCodeSample] {
    let fields: [(NetFieldError, String)] = NetFieldError.Field.allCases.compactMap { field in
      fieldError(field).map { ($0, field.rawValue) }
    }
    return [
      .init(
        "AdapterError.wrongState",
        AdapterError.wrongState(call: "", state: .stopped, remedy: ""), 3),
      .init("AdapterError.missing", AdapterError.missing([.linkLayerMtuSize]), 1),
      .init(
        "AdapterError.tooManyNestedChanges",
        AdapterError.tooManyNestedChanges(call: "", limit: 11), 11),
      .init("OffloadRefusal", refusal, 1, 1),
      .init(
        "QueueError.wrongState", QueueError.wrongState(call: "", state: .broken, remedy: ""), 3),
      .init("QueueError.reentered", QueueError.reentered(call: "")),
      .init(
        "QueueError.full", QueueError.full(packetsFree: 11, fragmentsNeeded: 12, fragmentsFree: 13),
        11, 12, 13),
      .init("QueueError.oversize", QueueError.oversize(octets: 11, limit: 12), 11, 12),
      .init("QueueError.empty", QueueError.empty),
      .init("QueueError.negativeCount", QueueError.negativeCount(call: "", count: -11), -11),
      .init("QueueError.outstanding", QueueError.outstanding(packets: 11, fragments: 12), 11, 12),
      .init("AdapterViolation", unnumbered, 0, 5),
    ]
      + fields.map { error, name in
        ErrorCodeSample(
          "NetFieldError.Field.\(name)", error, Int64(error.found), Int64(error.limit))
      }
  }

  /// A refusal of one member because of one keyword.
  private static var refusal: any CodedError {
    let adapter = NetAdapter(
      permanentLinkLayerAddress: MACAddress(2),
      keywords: KeywordStore([.usoIPv4: .string("0")]))
    var request = OffloadParameters()
    (request.usoIPv4, request.skipsRegistryUpdate) = (.enabled, true)
    do throws(AdapterError) {
      try? adapter.setDatapathCapabilities(
        transmit: TransmitCapabilities(), receive: ReceiveCapabilities(maximumFrameSize: 1_514))
      adapter.setLinkLayerCapabilities(LinkLayerCapabilities(maximumTxLinkSpeed: 1))
      try? adapter.setLinkLayerMtuSize(1_500)
      try adapter.start()
      try adapter.setOffloadParameters(request)
    } catch { return error }
    return QueueError.empty
  }

  /// A violation that only the documentation knows.
  private static var unnumbered: any CodedError {
    do throws(AdapterViolation) {
      let rsc = RscCapabilities(layer3: [], layer4: .tcpNoOptions.union(.udp)) { _, _ in }
      try rsc.validate()
    } catch {
      return error
    }
    return QueueError.empty
  }

  private static func fieldError(_ field: NetFieldError.Field) -> NetFieldError? {
    let large = 1 << 40
    do throws(NetFieldError) {
      switch field {
      case .fragmentIndex: _ = try NetPacket(fragmentIndex: large, fragmentCount: 0)
      case .fragmentCount: _ = try NetPacket(fragmentIndex: 0, fragmentCount: large)
      case .validLength: _ = try NetFragment(validLength: large, capacity: 0)
      case .capacity: _ = try NetFragment(validLength: 0, capacity: large)
      case .offset: _ = try NetFragment(validLength: 0, capacity: 0, offset: large)
      case .layer2HeaderLength: _ = try layout(layer2: large)
      case .layer3HeaderLength: _ = try layout(layer3: large)
      case .layer4HeaderLength: _ = try layout(layer4: large)
      case .mss: _ = try NetPacketGso(mss: large)
      case .priorityCodePoint:
        _ = try NetPacketIeee8021Q(priorityCodePoint: large, vlanIdentifier: 0)
      case .vlanIdentifier:
        _ = try NetPacketIeee8021Q(priorityCodePoint: 0, vlanIdentifier: large)
      }
    } catch {
      return error
    }
    return nil
  }

  private static func layout(
    layer2: Int = 0, layer3: Int = 0, layer4: Int = 0
  ) throws(NetFieldError) -> NetPacketLayout {
    try NetPacketLayout(
      layer2: .ethernet, layer2HeaderLength: layer2, layer3: .unspecified,
      layer3HeaderLength: layer3, layer4: .unspecified, layer4HeaderLength: layer4)
  }

  static let nic: [ErrorCodeSample] = [
    .init(
      "LinkError.rateOutOfRange", LinkError.rateOutOfRange(name: "", value: 2),
      0x4000_0000_0000_0000),
    .init("LinkError.bandwidthOfZero", LinkError.bandwidthOfZero),
    .init("LinkError.capacityOutOfRange", LinkError.capacityOutOfRange(-11), -11),
    drop("notStarted", .notStarted),
    drop("empty", .empty),
    drop("exceedsMTU", .exceedsMTU(packetLength: 11, mtu: 12), 11, 12),
    drop("segmentExceedsMTU", .segmentExceedsMTU(packetLength: 11, mtu: 12), 11, 12),
    drop("exceedsRing", .exceedsRing(octets: 11, limit: 12), 11, 12),
    drop("exceedsFragmentLimit", .exceedsFragmentLimit(octets: 11, limit: 12), 11, 12),
    drop("cancelled", .cancelled(framesSent: 11), 11),
    drop("ringsReplaced", .ringsReplaced(packetsPosted: 11), 11),
    drop("nestedTooDeeply", .nestedTooDeeply(limit: 11), 11),
    software("noHardware", .noHardware),
    software("layer3", .layer3(.ipv6NoExtensions), 4),
    software("layer4", .layer4(.udp), 4),
    software("layer3HeaderOffset", .layer3HeaderOffset(offset: 11, limit: 12), 11, 12),
    software("layer4HeaderOffset", .layer4HeaderOffset(offset: 11, limit: 12), 11, 12),
    software("tunnel", .tunnel),
    software("vlanTags", .vlanTags(11), 11),
    software("linkHeaders", .linkHeaders(octets: 11), 11),
    software("layer3HeaderLength", .layer3HeaderLength(octets: 11, limit: 12), 11, 12),
    software("payload", .payload(octets: 11, limit: 12), 11, 12),
    software("segmentCount", .segmentCount(11, minimum: 12), 11, 12),
    software("ringCapacity", .ringCapacity(octets: 11, limit: 12), 11, 12),
    software("ipv6PayloadLength", .ipv6PayloadLength),
    .init("InactiveCause.keyword", SoftwareReason.notActive(.keyword(.usoIPv4)), 4),
    .init("InactiveCause.request", SoftwareReason.notActive(.request(.lsoV1)), 1),
    .init("InactiveCause.paused", SoftwareReason.notActive(.paused)),
    .init("InactiveCause.absentKeywords", SoftwareReason.notActive(.absentKeywords)),
    .init("InactiveCause.unknown", SoftwareReason.notActive(.unknown)),
  ]

  private static func drop(
    _ name: String, _ reason: TransmitReport.DropReason, _ expected: Int64...
  ) -> ErrorCodeSample {
    ErrorCodeSample("TransmitReport.DropReason.\(name)", reason, all: expected)
  }

  private static func software(
    _ name: String, _ reason: SoftwareReason, _ expected: Int64...
  ) -> ErrorCodeSample {
    ErrorCodeSample("SoftwareReason.\(name)", reason, all: expected)
  }
}

// Errors of capture files, which do not conform to the protocol.
extension ErrorCodeSample {
  fileprivate init(_ name: String, _ value: CaptureError.Reason, _ expected: Int64...) {
    (self.name, self.expected) = ("CaptureError.Reason.\(name)", [0] + expected)
    (code, operands) = (value.code, (0, value.operands.0, value.operands.1))
  }
}

extension ErrorCodeSamples {
  static var captures: [ErrorCodeSample] {
    [
      .init("notACapture", CaptureError.Reason.notACapture(firstOctets: [])),
      .init("compressed", CaptureError.Reason.compressed(.lz4), 5),
      .init("unsupportedFormat", CaptureError.Reason.unsupportedFormat("")),
      .init(
        "unsupportedVersion", CaptureError.Reason.unsupportedVersion(major: 12, minor: 13), 12, 13),
      .init("truncated", CaptureError.Reason.truncated(.block, needed: 12, available: 13), 12, 13),
      .init("recordTooLong", CaptureError.Reason.recordTooLong(claimed: 12, limit: 13), 12, 13),
      .init("unknownByteOrder", CaptureError.Reason.unknownByteOrder(12), 12),
      .init(
        "blockLengthNotMultipleOfFour",
        CaptureError.Reason.blockLengthNotMultipleOfFour(claimed: 12), 12),
      .init(
        "blockTooShort", CaptureError.Reason.blockTooShort(type: 5, claimed: 12, minimum: 13), 12,
        13),
      .init(
        "blockTooLong", CaptureError.Reason.blockTooLong(type: 5, claimed: 12, limit: 13), 12, 13),
      .init(
        "blockLengthsDiffer", CaptureError.Reason.blockLengthsDiffer(leading: 12, trailing: 13), 12,
        13),
      .init(
        "capturedLengthExceedsBlock",
        CaptureError.Reason.capturedLengthExceedsBlock(claimed: 12, available: 13), 12, 13),
      .init(
        "optionTooLong", CaptureError.Reason.optionTooLong(code: 5, claimed: 12, available: 13), 12,
        13),
      .init(
        "optionLength", CaptureError.Reason.optionLength(code: 5, expected: 12, actual: 13), 12,
        13),
      .init(
        "undeclaredInterface", CaptureError.Reason.undeclaredInterface(index: 12, declared: 13), 12,
        13),
      .init("tooManyInterfaces", CaptureError.Reason.tooManyInterfaces(limit: 12), 12),
      .init("timestampResolution", CaptureError.Reason.timestampResolution(12), 12),
      .init("bufferByteCountOutOfRange", CaptureError.Reason.bufferByteCountOutOfRange(12), 12),
      .init(
        "timestampOutOfRange",
        CaptureError.Reason.timestampOutOfRange(ticks: 12, resolution: .microseconds, offset: 13),
        12, 13),
      .init("recordTooLong", CaptureWriteError.recordTooLong(byteCount: 11, limit: 12), 11, 12),
      .init(
        "trailerByteCountOutOfRange", CaptureWriteError.trailerByteCountOutOfRange(-11, limit: 12),
        -11, 12),
      .init("blockTooLong", CaptureWriteError.blockTooLong(byteCount: 11, limit: 12), 11, 12),
      .init("originalLengthOutOfRange", CaptureWriteError.originalLengthOutOfRange(11), 11),
      .init("linkType", CaptureWriteError.linkType(.ethernet, file: .null), 1, 0),
      .init(
        "timestampOutOfRange",
        CaptureWriteError.timestampOutOfRange(CaptureTimestamp(nanoseconds: 11_000_000_012)), 11, 12
      ),
      .init(
        "undeclaredInterface", CaptureWriteError.undeclaredInterface(index: 11, declared: 12), 11,
        12),
      .init("byteOrder", CaptureWriteError.byteOrder(.bigEndian, section: .littleEndian)),
      .init("tooManyInterfaces", CaptureWriteError.tooManyInterfaces(limit: 11), 11),
      .init("textTooLong", CaptureWriteError.textTooLong(byteCount: 11, limit: 12), 11, 12),
      .init("frameCheckSequence", CaptureWriteError.frameCheckSequence(byteCount: 11), 11),
    ]
  }
}
