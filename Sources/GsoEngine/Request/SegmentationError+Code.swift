public import WireFormats

extension SegmentationError: CodedError {
  /// The code and the operands.
  ///
  /// Protocols are their IP numbers, opaque tunnels their IANA ports, and a missing EtherType is
  /// −1.
  public var numbers: ErrorNumbers {
    switch self {
    case .frame(let error): error.numbers
    case .metadata(let error): error.numbers
    case .jumboPayload(let reason): reason.numbers
    case .notIP(let type): ErrorNumbers(201, type.map { Int($0.rawValue) } ?? -1)
    case .fragment: ErrorNumbers(202)
    case .unsupportedExtensionHeader(let header): ErrorNumbers(203, Int(header.rawValue))
    case .unsupportedProtocol(let number): ErrorNumbers(204, Int(number.rawValue))
    case .tunnelTooDeep(let limit): ErrorNumbers(205, limit)
    case .lengthExceedsFrame(let layer, let declared, let available):
      ErrorNumbers(213, layer.number, declared, available)
    case .segmentsLeftExceedAddresses(let segmentsLeft, let addresses):
      ErrorNumbers(214, segmentsLeft, addresses)
    case .udpLengthMismatch(let declared, let available): ErrorNumbers(215, declared, available)
    case .offloadMismatch(let requested, let found):
      ErrorNumbers(216, requested.number, Int(found.ipProtocol.rawValue))
    case .notSupported(let offload, let version):
      ErrorNumbers(217, offload.number, Int(version.rawValue))
    case .segmentSizeOutOfRange(let size): ErrorNumbers(218, size)
    case .segmentSizeExceedsMTU(let segmentSize, let fitting):
      ErrorNumbers(219, segmentSize, fitting)
    case .datagramSizeUnknown(let payload, let packetLength, let mtu):
      ErrorNumbers(220, payload, packetLength, mtu)
    case .opaqueTunnel(let tunnel, let packetLength, let mtu):
      ErrorNumbers(221, tunnel.number, packetLength, mtu)
    case .mtuTooSmall(let mtu, let headerLength): ErrorNumbers(222, mtu, headerLength)
    case .segmentTooLong(let packetLength, let limit): ErrorNumbers(223, packetLength, limit)
    case .tooManySegments(let needed, let limit): ErrorNumbers(224, needed, limit)
    case .shortLastDatagram(let payload, let segmentSize): ErrorNumbers(225, payload, segmentSize)
    case .refusedFlags(let flags): ErrorNumbers(226, Int(flags.rawValue))
    case .dontFragment: ErrorNumbers(227)
    case .fragmentSizeNotMultipleOf8(let size): ErrorNumbers(228, size)
    case .frameLengthChanged(let planned, let given): ErrorNumbers(229, planned, given)
    case .arenaByteCountOutOfRange(let byteCount): ErrorNumbers(230, byteCount)
    case .arenaSlotCountOutOfRange(let slotCount): ErrorNumbers(231, slotCount)
    case .headerByteCountOutOfRange(let byteCount): ErrorNumbers(232, byteCount)
    case .segmentsOutOfRange(let range, let count):
      ErrorNumbers(233, range.lowerBound, range.upperBound, count)
    case .outputTooSmall(let needed, let available): ErrorNumbers(234, needed, available)
    case .tooFewSlots(let needed, let available): ErrorNumbers(235, needed, available)
    case .bufferOutsideMemory(let index, let buffer, _):
      ErrorNumbers(236, index, buffer.lowerBound, buffer.upperBound)
    }
  }
}

extension SegmentationError.JumboPayload: CodedError {
  /// The code and the operands.
  public var numbers: ErrorNumbers {
    switch self {
    case .inTunnel: ErrorNumbers(206)
    case .inFragments: ErrorNumbers(207)
    case .otherHeaders(let byteCount): ErrorNumbers(208, byteCount)
    case .upperProtocol(let number): ErrorNumbers(209, Int(number.rawValue))
    case .payloadLength(let length): ErrorNumbers(210, length)
    case .length(let declared, let available): ErrorNumbers(211, declared, available)
    case .short(let declared): ErrorNumbers(212, declared)
    }
  }
}

extension SegmentationRequest.Offload {
  /// The IP number of the protocol.
  fileprivate var number: Int { self == .lso ? 6 : 17 }
}

extension OpaqueTunnel {
  /// The port in IANA's registry, or that of the kernel's documentation.
  internal var number: Int {
    switch self {
    case .l2tp: 1_701
    case .gtpU: 2_152
    case .teredo: 3_544
    case .lisp: 4_341
    case .greInUDP: 4_754
    case .vxlan: 4_789
    case .vxlanGPE: 4_790
    case .fou: 5_555
    case .gue: 6_080
    case .geneve: 6_081
    case .mplsInUDP: 6_635
    }
  }
}
