public import WireFormats

extension MetadataError: CodedError {
  /// The code and the operands.
  ///
  /// Protocols are their IP numbers, and versions of IP are 4 and 6.
  public var numbers: ErrorNumbers {
    switch self {
    case .unknownGsoType(let type): ErrorNumbers(301, Int(type))
    case .congestionNotificationWithoutTCP(let type): ErrorNumbers(302, Int(type))
    case .accurateCongestionNotification(let type): ErrorNumbers(303, Int(type))
    case .gsoSize(let size): ErrorNumbers(304, size)
    case .headerLengthExceedsFrame(let headerLength, let frameLength):
      ErrorNumbers(305, headerLength, frameLength)
    case .checksumNotRequested(let type): ErrorNumbers(306, Int(type))
    case .checksumOutsideFrame(let start, let offset, let frameLength):
      ErrorNumbers(307, start, offset, frameLength)
    case .checksumStartTooEarly(let start, let minimum): ErrorNumbers(308, start, minimum)
    case .checksumStart(let found, let expected): ErrorNumbers(309, found, expected)
    case .checksumOffset(let found, let expected): ErrorNumbers(310, found, expected)
    case .gsoTypeMismatch(let type, let version, let transport):
      ErrorNumbers(311, Int(type), Int(version.rawValue), Int(transport.rawValue))
    case .tunnelMismatch(let type): ErrorNumbers(312, Int(type))
    case .innerNetworkOffset(let offset): ErrorNumbers(313, offset)
    case .outerTransportOffset(let found, let expected): ErrorNumbers(314, found, expected)
    case .transportHeaderOffset(let found, let expected): ErrorNumbers(315, found, expected)
    case .recordMismatch(let version, let transport):
      ErrorNumbers(316, Int(version.rawValue), Int(transport.rawValue))
    case .tunnelWithoutRecord: ErrorNumbers(317)
    case .nothingToSegment(let optionLength, let gsoSize):
      ErrorNumbers(318, optionLength, gsoSize)
    }
  }
}
