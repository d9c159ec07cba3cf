import GsoEngine
import NetAdapterCore
import PacketCapture
import VirtualNIC
import WireFormats

/// Where the cases with codes are declared: the file, the enumeration, its name in the table.
enum ErrorCodeSources {
  static let all: [(path: String, type: String, name: String)] = [
    ("WireFormats/WireError", "WireError", "WireError"),
    ("WireFormats/State/StateError", "StateError", "StateError"),
    ("GsoEngine/Request/SegmentationError", "SegmentationError", "SegmentationError"),
    (
      "GsoEngine/Request/SegmentationError", "JumboPayload", "SegmentationError.JumboPayload"
    ),
    ("GsoEngine/Metadata/MetadataError", "MetadataError", "MetadataError"),
    ("GsoEngine/Coalescing/CoalescingRefusal", "CoalescingRefusal", "CoalescingRefusal"),
    ("GsoEngine/Coalescing/CoalescingRequest", "CoalescingError", "CoalescingError"),
    ("NetAdapterCore/Adapter/AdapterError", "AdapterError", "AdapterError"),
    ("NetAdapterCore/Queues/QueueError", "QueueError", "QueueError"),
    ("NetAdapterCore/State/SaveError", "SaveError", "SaveError"),
    ("NetAdapterCore/State/RestoreError", "RestoreError", "RestoreError"),
    ("NetAdapterCore/Rings/Elements/BitField", "Field", "NetFieldError.Field"),
    ("NetAdapterCore/Errors/FailureCode", "FailureCode", "FailureCode"),
    ("NetAdapterCore/Offload/InactiveCause", "InactiveCause", "InactiveCause"),
    ("VirtualNIC/Links/Link", "LinkError", "LinkError"),
    ("VirtualNIC/Transmit/TransmitReport", "DropReason", "TransmitReport.DropReason"),
    ("VirtualNIC/Decision/SoftwareReason", "SoftwareReason", "SoftwareReason"),
    ("PacketCapture/Errors/CaptureError", "Reason", "CaptureError.Reason"),
    ("PacketCapture/Errors/CaptureWriteError", "CaptureWriteError", "CaptureWriteError"),
  ]
}

/// One value of each case with a code, and the operands that it has.
struct ErrorCodeSample {
  let name: String
  let code: Int32
  let operands: (Int64, Int64, Int64)
  let expected: [Int64]

  init(_ name: String, _ value: any CodedError, _ expected: Int64...) {
    self.init(name, value, all: expected)
  }

  init(_ name: String, _ value: any CodedError, all expected: [Int64]) {
    (self.name, self.expected) = (name, expected)
    (code, operands) = (value.code, value.operands)
  }

  init(_ name: String, _ value: CaptureWriteError, _ expected: Int64...) {
    (self.name, self.expected) = ("CaptureWriteError.\(name)", expected)
    (code, operands) = (value.code, value.operands)
  }
}

enum ErrorCodeSamples {
  static var all: [ErrorCodeSample] {
    wire + state + segmentation + metadata + coalescing + adapter + nic + captures
  }

  private static let wire: [ErrorCodeSample] = [
    .init(
      "WireError.truncated", WireError.truncated(.tcp, offset: 12, needed: 13, available: 5), 11,
      12, 13),
    .init(
      "WireError.invalidField", WireError.invalidField(.tcp, .dataOffset, offset: 12, found: 13),
      5, 12, 13),
    .init("WireError.tooMany", WireError.tooMany(.vlan, limit: 12, offset: 13), 2, 12, 13),
    .init(
      "WireError.headersTooLong", WireError.headersTooLong(.virtioNet, limit: 12, offset: 13), 20,
      12, 13),
    .init("WireError.frameTooLong", WireError.frameTooLong(byteCount: 11, limit: 12), 11, 12),
  ]

  private static let state: [ErrorCodeSample] = [
    .init("StateError.wrongMagic", StateError.wrongMagic(found: 11), 11),
    .init(
      "StateError.wrongKind", StateError.wrongKind(expected: .nic, found: 12, offset: 13), 1, 12,
      13),
    .init(
      "StateError.unsupportedVersion",
      StateError.unsupportedVersion(.impairedLink, found: 12, supported: 13), 8, 12, 13),
    .init(
      "StateError.truncated", StateError.truncated(offset: 11, needed: 12, available: 13), 11, 12,
      13),
    .init("StateError.trailing", StateError.trailing(offset: 11, count: 12), 11, 12),
    .init(
      "StateError.wrongChecksum", StateError.wrongChecksum(found: 11, computed: .max), 11,
      4_294_967_295),
    .init(
      "StateError.outOfRange",
      StateError.outOfRange("x", offset: 11, found: 12, lowest: 5, highest: 13), 11, 12, 13),
    .init("StateError.invalidText", StateError.invalidText("x", offset: 11), 11),
    .init("StateError.contradiction", StateError.contradiction("x", offset: 11), 11),
    .init(
      "SaveError.packetsWithDriver", SaveError.packetsWithDriver(packets: 11, fragments: 12), 11,
      12),
    .init("SaveError.insideDelivery", SaveError.insideDelivery(call: "x")),
    .init("SaveError.callbacksUnderWay", SaveError.callbacksUnderWay(changes: 11), 11),
    .init("SaveError.wrongQueueState", SaveError.wrongQueueState(.broken), 3),
    .init(
      "RestoreError.differs",
      RestoreError.differs("gso.maximumOffloadSize", saved: "1", given: "2"), 5),
  ]

  private static let segmentation: [ErrorCodeSample] = [
    segmentation("notIP", .notIP(EtherType(rawValue: 11)), 11),
    segmentation("fragment", .fragment),
    segmentation("unsupportedExtensionHeader", .unsupportedExtensionHeader(.icmp), 1),
    segmentation("unsupportedProtocol", .unsupportedProtocol(.icmp), 1),
    segmentation("tunnelTooDeep", .tunnelTooDeep(limit: 11), 11),
    segmentation("JumboPayload.inTunnel", .jumboPayload(.inTunnel)),
    segmentation("JumboPayload.inFragments", .jumboPayload(.inFragments)),
    segmentation("JumboPayload.otherHeaders", .jumboPayload(.otherHeaders(byteCount: 11)), 11),
    segmentation("JumboPayload.upperProtocol", .jumboPayload(.upperProtocol(.icmp)), 1),
    segmentation("JumboPayload.payloadLength", .jumboPayload(.payloadLength(11)), 11),
    segmentation(
      "JumboPayload.length", .jumboPayload(.length(declared: 11, available: 12)), 11, 12),
    segmentation("JumboPayload.short", .jumboPayload(.short(declared: 11)), 11),
    segmentation(
      "lengthExceedsFrame", .lengthExceedsFrame(.ipv4, declared: 12, available: 13), 8, 12, 13),
    segmentation(
      "segmentsLeftExceedAddresses",
      .segmentsLeftExceedAddresses(segmentsLeft: 11, addresses: 12), 11, 12),
    segmentation("udpLengthMismatch", .udpLengthMismatch(declared: 11, available: 12), 11, 12),
    segmentation("offloadMismatch", .offloadMismatch(requested: .lso, found: .udp), 6, 17),
    segmentation("notSupported", .notSupported(.uso, .ipv6), 17, 6),
    segmentation("segmentSizeOutOfRange", .segmentSizeOutOfRange(11), 11),
    segmentation(
      "segmentSizeExceedsMTU", .segmentSizeExceedsMTU(segmentSize: 11, fitting: 12), 11, 12),
    segmentation(
      "datagramSizeUnknown", .datagramSizeUnknown(payload: 11, packetLength: 12, mtu: 13), 11, 12,
      13),
    segmentation("opaqueTunnel", .opaqueTunnel(.l2tp, packetLength: 12, mtu: 13), 1_701, 12, 13),
    segmentation("mtuTooSmall", .mtuTooSmall(mtu: 11, headerLength: 12), 11, 12),
    segmentation("segmentTooLong", .segmentTooLong(packetLength: 11, limit: 12), 11, 12),
    segmentation("tooManySegments", .tooManySegments(needed: 11, limit: 12), 11, 12),
    segmentation("shortLastDatagram", .shortLastDatagram(payload: 11, segmentSize: 12), 11, 12),
    segmentation("refusedFlags", .refusedFlags(.fin), 1),
    segmentation("dontFragment", .dontFragment),
    segmentation("fragmentSizeNotMultipleOf8", .fragmentSizeNotMultipleOf8(11), 11),
    segmentation("frameLengthChanged", .frameLengthChanged(planned: 11, given: 12), 11, 12),
    segmentation("arenaByteCountOutOfRange", .arenaByteCountOutOfRange(-11), -11),
    segmentation("arenaSlotCountOutOfRange", .arenaSlotCountOutOfRange(11), 11),
    segmentation("headerByteCountOutOfRange", .headerByteCountOutOfRange(11), 11),
    segmentation("segmentsOutOfRange", .segmentsOutOfRange(11..<12, count: 13), 11, 12, 13),
    segmentation("outputTooSmall", .outputTooSmall(needed: 11, available: 12), 11, 12),
    segmentation("tooFewSlots", .tooFewSlots(needed: 11, available: 12), 11, 12),
    segmentation(
      "bufferOutsideMemory", .bufferOutsideMemory(index: 11, buffer: 12..<13, memory: 5), 11, 12,
      13),
  ]

  private static func segmentation(
    _ name: String, _ error: SegmentationError, _ expected: Int64...
  ) -> ErrorCodeSample {
    ErrorCodeSample("SegmentationError.\(name)", error, all: expected)
  }

  private static let metadata: [ErrorCodeSample] = [
    metadata("unknownGsoType", .unknownGsoType(11), 11),
    metadata(
      "congestionNotificationWithoutTCP", .congestionNotificationWithoutTCP(gsoType: 11), 11),
    metadata("accurateCongestionNotification", .accurateCongestionNotification(gsoType: 11), 11),
    metadata("gsoSize", .gsoSize(11), 11),
    metadata(
      "headerLengthExceedsFrame", .headerLengthExceedsFrame(headerLength: 11, frameLength: 12), 11,
      12),
    metadata("checksumNotRequested", .checksumNotRequested(gsoType: 11), 11),
    metadata(
      "checksumOutsideFrame", .checksumOutsideFrame(start: 11, offset: 12, frameLength: 13), 11,
      12, 13),
    metadata("checksumStartTooEarly", .checksumStartTooEarly(start: 11, minimum: 12), 11, 12),
    metadata("checksumStart", .checksumStart(found: 11, expected: 12), 11, 12),
    metadata("checksumOffset", .checksumOffset(found: 11, expected: 12), 11, 12),
    metadata(
      "gsoTypeMismatch", .gsoTypeMismatch(gsoType: 11, version: .ipv4, transport: .udp), 11, 4, 17),
    metadata("tunnelMismatch", .tunnelMismatch(gsoType: 11), 11),
    metadata("innerNetworkOffset", .innerNetworkOffset(11), 11),
    metadata("outerTransportOffset", .outerTransportOffset(found: 11, expected: 12), 11, 12),
    metadata("transportHeaderOffset", .transportHeaderOffset(found: 11, expected: 12), 11, 12),
    metadata("recordMismatch", .recordMismatch(version: .ipv6, transport: .tcp), 6, 6),
    metadata("tunnelWithoutRecord", .tunnelWithoutRecord),
    metadata("nothingToSegment", .nothingToSegment(optionLength: 11, gsoSize: 12), 11, 12),
  ]

  private static func metadata(
    _ name: String, _ error: MetadataError, _ expected: Int64...
  ) -> ErrorCodeSample {
    ErrorCodeSample("MetadataError.\(name)", error, all: expected)
  }

  private static let coalescing: [ErrorCodeSample] = [
    coalescing("notIP", .notIP(nil), -1),
    coalescing("linkHeader", .linkHeader(byteCount: 11), 11),
    coalescing("fragment", .fragment),
    coalescing("unsupportedProtocol", .unsupportedProtocol(.icmp), 1),
    coalescing("notSupported", .notSupported(.udp, .ipv4), 17, 4),
    coalescing("ipv4Options", .ipv4Options(byteCount: 11), 11),
    coalescing("extensionHeaders", .extensionHeaders(byteCount: 11), 11),
    coalescing("unsoundExtensionHeader", .unsoundExtensionHeader),
    coalescing("reservedBit", .reservedBit),
    coalescing("tunnel", .tunnel(.gre), 8),
    coalescing("tunnelTooDeep", .tunnelTooDeep),
    coalescing("greSequenceNumber", .greSequenceNumber),
    coalescing("packetLength", .packetLength(declared: 11, available: 12), 11, 12),
    coalescing("datagramLength", .datagramLength(declared: 11, available: 12), 11, 12),
    coalescing("headerChecksum", .headerChecksum(found: 11), 11),
    coalescing("transportChecksum", .transportChecksum(found: 11), 11),
    coalescing("outerChecksum", .outerChecksum(found: 11), 11),
    coalescing("zeroUDPChecksum", .zeroUDPChecksum),
    coalescing("noPayload", .noPayload),
    coalescing("flags", .flags(.fin), 1),
    coalescing("tcpOptions", .tcpOptions(byteCount: 11), 11),
    coalescing("packetTooLong", .packetTooLong(length: 11, limit: 12), 11, 12),
    coalescing("superFrame", .superFrame(segmentSize: 11), 11),
    coalescing("different", .different(.window, unit: 12, frame: 13), 8, 12, 13),
    coalescing("differentHeaders", .differentHeaders),
    coalescing("differentOptions", .differentOptions),
    coalescing("sequence", .sequence(expected: 11, found: 12), 11, 12),
    coalescing("longerThanSegments", .longerThanSegments(payload: 11, segmentSize: 12), 11, 12),
    coalescing("unitTooLong", .unitTooLong(length: 11, limit: 12), 11, 12),
    .init(
      "CoalescingError.flowCapacityOutOfRange", CoalescingError.flowCapacityOutOfRange(11), 11),
  ]

  private static func coalescing(
    _ name: String, _ refusal: CoalescingRefusal, _ expected: Int64...
  ) -> ErrorCodeSample {
    ErrorCodeSample("CoalescingRefusal.\(name)", refusal, all: expected)
  }
}
