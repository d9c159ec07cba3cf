extension StateWriter {
  /// Writes an error: its code, its operands, and the value that has no operand.
  package mutating func write(_ error: WireError) {
    write(error.numbers, besides: error.rest)
  }

  /// Writes a code, its operands, and one value more.
  package mutating func write(_ numbers: ErrorNumbers, besides rest: Int = 0) {
    write(numbers.code)
    write(numbers.operands.0)
    write(numbers.operands.1)
    write(numbers.operands.2)
    write(rest)
  }
}

/// The numbers of an error in a state.
package struct StoredError: Sendable {
  package let code: Int32
  package let first: Int
  package let second: Int
  package let third: Int
  package let rest: Int
}

extension StateReader {
  /// Reads a code and its operands.
  package mutating func readNumbers() throws(StateError) -> StoredError {
    StoredError(
      code: try read(), first: Int(truncatingIfNeeded: try read(Int64.self)),
      second: Int(truncatingIfNeeded: try read(Int64.self)),
      third: Int(truncatingIfNeeded: try read(Int64.self)),
      rest: Int(truncatingIfNeeded: try read(Int64.self)))
  }
}

extension WireError {
  /// The value that has no operand.
  package var rest: Int {
    switch self {
    case .truncated(_, _, _, let available): available
    case .invalidField(let layer, _, _, _): layer.number
    case .tooMany, .headersTooLong, .frameTooLong: 0
    }
  }

  /// The error with some numbers; nil if there is none.
  package init?(_ stored: StoredError) {
    func layer(_ number: Int) -> ProtocolLayer? {
      ProtocolLayer.all.first { $0.number == number }
    }
    switch stored.code {
    case 101:
      guard let layer = layer(stored.first) else { return nil }
      self = .truncated(
        layer, offset: stored.second, needed: stored.third, available: stored.rest)
    case 102:
      guard let layer = layer(stored.rest),
        let field = HeaderField.all.first(where: { $0.number == stored.first })
      else { return nil }
      self = .invalidField(layer, field, offset: stored.second, found: stored.third)
    case 103:
      guard let layer = layer(stored.first) else { return nil }
      self = .tooMany(layer, limit: stored.second, offset: stored.third)
    case 104:
      guard let layer = layer(stored.first) else { return nil }
      self = .headersTooLong(layer, limit: stored.second, offset: stored.third)
    case 105: self = .frameTooLong(byteCount: stored.first, limit: stored.second)
    default: return nil
    }
  }
}

extension ProtocolLayer {
  /// The layers by their numbers.
  package static let all: [ProtocolLayer] = [
    .ethernet, .vlan, .mpls, .pppoe, .ppp, .bsdLoopback, .linuxCooked, .ipv4, .ipv6,
    .ipv6Extension, .tcp, .udp, .vxlan, .geneve, .vxlanGPE, .gue, .gtpU, .gre, .tunnel, .virtioNet,
  ]
}

extension HeaderField {
  /// The fields by their numbers.
  package static let all: [HeaderField] = [
    .version, .internetHeaderLength, .totalLength, .payloadLength, .dataOffset, .addressFamily,
    .geneveVersion,
  ]
}
