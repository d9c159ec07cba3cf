extension StateError: CodedError {
  /// The code and the operands.
  public var numbers: ErrorNumbers {
    switch self {
    case .wrongMagic(let found): ErrorNumbers(801, Int(found))
    case .wrongKind(let expected, let found, let offset):
      ErrorNumbers(802, Int(expected.rawValue), Int(found), offset)
    case .unsupportedVersion(let kind, let found, let supported):
      ErrorNumbers(803, Int(kind.rawValue), Int(found), Int(supported))
    case .truncated(let offset, let needed, let available):
      ErrorNumbers(804, offset, needed, available)
    case .trailing(let offset, let count): ErrorNumbers(805, offset, count)
    case .wrongChecksum(let found, let computed): ErrorNumbers(806, Int(found), Int(computed))
    case .outOfRange(_, let offset, let found, _, let highest):
      ErrorNumbers(807, wide: Int64(offset), found, highest)
    case .invalidText(_, let offset): ErrorNumbers(808, offset)
    case .contradiction(_, let offset): ErrorNumbers(809, offset)
    }
  }
}
