public import WireFormats

extension CoalescingRefusal: CodedError {
  /// The code and the operands.
  ///
  /// Protocols are their IP numbers, tunnels and fields count from 1 in the order of their cases,
  /// and a missing EtherType is −1.
  public var numbers: ErrorNumbers {
    switch self {
    case .frame(let error): error.numbers
    case .notIP(let type): ErrorNumbers(401, type.map { Int($0.rawValue) } ?? -1)
    case .linkHeader(let byteCount): ErrorNumbers(402, byteCount)
    case .fragment: ErrorNumbers(403)
    case .unsupportedProtocol(let number): ErrorNumbers(404, Int(number.rawValue))
    case .notSupported(let kind, let version):
      ErrorNumbers(405, Int(kind.ipProtocol.rawValue), Int(version.rawValue))
    case .ipv4Options(let byteCount): ErrorNumbers(406, byteCount)
    case .extensionHeaders(let byteCount): ErrorNumbers(407, byteCount)
    case .unsoundExtensionHeader: ErrorNumbers(408)
    case .reservedBit: ErrorNumbers(409)
    case .tunnel(let kind): ErrorNumbers(410, kind.number)
    case .tunnelTooDeep: ErrorNumbers(411)
    case .greSequenceNumber: ErrorNumbers(412)
    case .packetLength(let declared, let available): ErrorNumbers(413, declared, available)
    case .datagramLength(let declared, let available): ErrorNumbers(414, declared, available)
    case .headerChecksum(let found): ErrorNumbers(415, Int(found))
    case .transportChecksum(let found): ErrorNumbers(416, Int(found))
    case .outerChecksum(let found): ErrorNumbers(417, Int(found))
    case .zeroUDPChecksum: ErrorNumbers(418)
    case .noPayload: ErrorNumbers(419)
    case .flags(let flags): ErrorNumbers(420, Int(flags.rawValue))
    case .tcpOptions(let byteCount): ErrorNumbers(421, byteCount)
    case .packetTooLong(let length, let limit): ErrorNumbers(422, length, limit)
    case .superFrame(let segmentSize): ErrorNumbers(423, segmentSize)
    case .different(let field, let unit, let frame):
      ErrorNumbers(424, field.number, Int(unit), Int(frame))
    case .differentHeaders: ErrorNumbers(425)
    case .differentOptions: ErrorNumbers(426)
    case .sequence(let expected, let found): ErrorNumbers(427, Int(expected), Int(found))
    case .longerThanSegments(let payload, let segmentSize):
      ErrorNumbers(428, payload, segmentSize)
    case .unitTooLong(let length, let limit): ErrorNumbers(429, length, limit)
    }
  }
}

extension CoalescingError: CodedError {
  /// The code and the operand.
  public var numbers: ErrorNumbers {
    switch self {
    case .flowCapacityOutOfRange(let count): ErrorNumbers(450, count)
    }
  }
}

extension CoalescingField {
  fileprivate var number: Int {
    switch self {
    case .trafficClass: 1
    case .flowLabel: 2
    case .hopLimit: 3
    case .dontFragment: 4
    case .identification: 5
    case .flags: 6
    case .acknowledgment: 7
    case .window: 8
    case .timestamp: 9
    case .hasChecksum: 10
    }
  }
}

extension TunnelLayout.Kind {
  fileprivate var number: Int {
    switch self {
    case .vxlan: 1
    case .geneve: 2
    case .vxlanGPE: 3
    case .gue: 4
    case .fou: 5
    case .gtpU: 6
    case .udp: 7
    case .gre: 8
    case .ip: 9
    }
  }
}
