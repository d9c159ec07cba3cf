extension WireError: CodedError {
  /// The code and the operands: layers and fields by their numbers, then offsets and lengths.
  ///
  /// A truncated header has the layer, its offset and the octets that it needs; an invalid field
  /// has the field, its offset and its value.
  public var numbers: ErrorNumbers {
    switch self {
    case .truncated(let layer, let offset, let needed, _):
      ErrorNumbers(101, layer.number, offset, needed)
    case .invalidField(_, let field, let offset, let found):
      ErrorNumbers(102, field.number, offset, found)
    case .tooMany(let layer, let limit, let offset): ErrorNumbers(103, layer.number, limit, offset)
    case .headersTooLong(let layer, let limit, let offset):
      ErrorNumbers(104, layer.number, limit, offset)
    case .frameTooLong(let byteCount, let limit): ErrorNumbers(105, byteCount, limit)
    }
  }
}

extension ProtocolLayer {
  /// The number of the layer as an operand of ``CodedError``; it stays the same for ever.
  public var number: Int {
    switch self {
    case .ethernet: 1
    case .vlan: 2
    case .mpls: 3
    case .pppoe: 4
    case .ppp: 5
    case .bsdLoopback: 6
    case .linuxCooked: 7
    case .ipv4: 8
    case .ipv6: 9
    case .ipv6Extension: 10
    case .tcp: 11
    case .udp: 12
    case .vxlan: 13
    case .geneve: 14
    case .vxlanGPE: 15
    case .gue: 16
    case .gtpU: 17
    case .gre: 18
    case .tunnel: 19
    case .virtioNet: 20
    }
  }
}

extension HeaderField {
  /// The number of the field as an operand of ``CodedError``; it stays the same for ever.
  public var number: Int {
    switch self {
    case .version: 1
    case .internetHeaderLength: 2
    case .totalLength: 3
    case .payloadLength: 4
    case .dataOffset: 5
    case .addressFamily: 6
    case .geneveVersion: 7
    }
  }
}
