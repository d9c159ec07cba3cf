// This module imports nothing, so its errors have the properties of `CodedError` and do not
// conform.
extension CaptureError {
  /// The number of the reason; unique among the errors of the package, and the same for ever.
  public var code: Int32 { reason.code }

  /// Where the error is, in octets, and up to two values of the reason; 0 for those that it does
  /// not have.
  public var operands: (Int64, Int64, Int64) {
    let (first, second) = reason.operands
    return (Int64(clamping: byteOffset), first, second)
  }
}

extension CaptureError.Reason {
  /// The number of the reason; unique among the errors of the package, and the same for ever.
  public var code: Int32 { numbers.code }

  /// Up to two values of the reason; 0 for those that it does not have.
  public var operands: (Int64, Int64) { (numbers.first, numbers.second) }

  private var numbers: (code: Int32, first: Int64, second: Int64) {
    switch self {
    case .notACapture: (2001, 0, 0)
    case .compressed(let compression): (2002, compression.number, 0)
    case .unsupportedFormat: (2003, 0, 0)
    case .unsupportedVersion(let major, let minor): (2004, Int64(major), Int64(minor))
    case .truncated(_, let needed, let available):
      (2005, Int64(clamping: needed), Int64(clamping: available))
    case .recordTooLong(let claimed, let limit): (2006, Int64(claimed), Int64(limit))
    case .unknownByteOrder(let magic): (2007, Int64(magic), 0)
    case .blockLengthNotMultipleOfFour(let claimed): (2008, Int64(claimed), 0)
    case .blockTooShort(_, let claimed, let minimum): (2009, Int64(claimed), Int64(minimum))
    case .blockTooLong(_, let claimed, let limit): (2010, Int64(claimed), Int64(limit))
    case .blockLengthsDiffer(let leading, let trailing): (2011, Int64(leading), Int64(trailing))
    case .capturedLengthExceedsBlock(let claimed, let available):
      (2012, Int64(claimed), Int64(available))
    case .optionTooLong(_, let claimed, let available): (2013, Int64(claimed), Int64(available))
    case .optionLength(_, let expected, let actual): (2014, Int64(expected), Int64(actual))
    case .undeclaredInterface(let index, let declared): (2015, Int64(index), Int64(declared))
    case .tooManyInterfaces(let limit): (2016, Int64(limit), 0)
    case .timestampResolution(let octet): (2017, Int64(octet), 0)
    case .bufferByteCountOutOfRange(let byteCount): (2018, Int64(byteCount), 0)
    case .timestampOutOfRange(let ticks, _, let offset): (2019, Int64(clamping: ticks), offset)
    }
  }
}

extension CaptureError.Compression {
  fileprivate var number: Int64 {
    switch self {
    case .gzip: 1
    case .zstd: 2
    case .xz: 3
    case .bzip2: 4
    case .lz4: 5
    }
  }
}
