extension CaptureWriteError {
  /// The number of the case; unique among the errors of the package, and the same for ever.
  public var code: Int32 { numbers.code }

  /// Up to three values of the case; 0 for those that it does not have.
  public var operands: (Int64, Int64, Int64) { (numbers.first, numbers.second, 0) }

  private var numbers: (code: Int32, first: Int64, second: Int64) {
    switch self {
    case .recordTooLong(let byteCount, let limit): (2101, Int64(byteCount), Int64(limit))
    case .trailerByteCountOutOfRange(let byteCount, let limit):
      (2102, Int64(byteCount), Int64(limit))
    case .blockTooLong(let byteCount, let limit): (2103, Int64(byteCount), Int64(limit))
    case .originalLengthOutOfRange(let length): (2104, Int64(length), 0)
    case .linkType(let frame, let file): (2105, Int64(frame.rawValue), Int64(file.rawValue))
    case .timestampOutOfRange(let timestamp):
      (2106, timestamp.seconds, Int64(clamping: timestamp.fraction))
    case .undeclaredInterface(let index, let declared): (2107, Int64(index), Int64(declared))
    case .byteOrder: (2108, 0, 0)
    case .tooManyInterfaces(let limit): (2109, Int64(limit), 0)
    case .textTooLong(let byteCount, let limit): (2110, Int64(byteCount), Int64(limit))
    case .frameCheckSequence(let byteCount): (2111, Int64(byteCount), 0)
    }
  }
}
