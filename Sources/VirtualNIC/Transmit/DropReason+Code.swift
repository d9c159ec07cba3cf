internal import GsoEngine
public import WireFormats

extension TransmitReport.DropReason: CodedError {
  /// The code and the operands.
  public var numbers: ErrorNumbers {
    switch self {
    case .notStarted: ErrorNumbers(651)
    case .empty: ErrorNumbers(652)
    case .exceedsMTU(let packetLength, let mtu): ErrorNumbers(653, packetLength, mtu)
    case .refused(let error): error.numbers
    case .segmentExceedsMTU(let packetLength, let mtu): ErrorNumbers(654, packetLength, mtu)
    case .exceedsRing(let octets, let limit): ErrorNumbers(655, octets, limit)
    case .exceedsFragmentLimit(let octets, let limit): ErrorNumbers(656, octets, limit)
    case .cancelled(let framesSent): ErrorNumbers(657, framesSent)
    case .ringsReplaced(let packetsPosted): ErrorNumbers(658, packetsPosted)
    case .nestedTooDeeply(let limit): ErrorNumbers(659, limit)
    }
  }
}
