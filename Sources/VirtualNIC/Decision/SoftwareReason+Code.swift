internal import NetAdapterCore
public import WireFormats

extension SoftwareReason: CodedError {
  /// The code and the operands: the bits of the flags, or the numbers.
  ///
  /// An offload that is not active has a code for each kind of cause. The operand is the
  /// `Keyword.number` of the keyword, and for a request that of the keyword of its member.
  public var numbers: ErrorNumbers {
    switch self {
    case .noHardware: ErrorNumbers(701)
    case .layer3(let kind): ErrorNumbers(702, Int(kind.rawValue))
    case .layer4(let kind): ErrorNumbers(703, Int(kind.rawValue))
    case .layer3HeaderOffset(let offset, let limit): ErrorNumbers(704, offset, limit)
    case .layer4HeaderOffset(let offset, let limit): ErrorNumbers(705, offset, limit)
    case .tunnel: ErrorNumbers(706)
    case .vlanTags(let count): ErrorNumbers(707, count)
    case .linkHeaders(let octets): ErrorNumbers(708, octets)
    case .layer3HeaderLength(let octets, let limit): ErrorNumbers(709, octets, limit)
    case .payload(let octets, let limit): ErrorNumbers(710, octets, limit)
    case .segmentCount(let count, let minimum): ErrorNumbers(711, count, minimum)
    case .ringCapacity(let octets, let limit): ErrorNumbers(712, octets, limit)
    case .ipv6PayloadLength: ErrorNumbers(713)
    case .notActive(.keyword(let keyword)): ErrorNumbers(714, keyword.number)
    case .notActive(.request(let member)): ErrorNumbers(715, member.keyword.number)
    case .notActive(.paused): ErrorNumbers(716)
    case .notActive(.absentKeywords): ErrorNumbers(717)
    case .notActive(.unknown): ErrorNumbers(718)
    }
  }
}
