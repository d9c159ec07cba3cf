extension CaptureError: CustomStringConvertible {
  /// Where and what, such as `frame 3 at octet 1,204: …`, in one line.
  public var description: String {
    var place = "octet \(grouped(byteOffset))"
    if let blockNumber { place = "block \(grouped(blockNumber)) at \(place)" }
    if let frameNumber {
      place = "frame \(grouped(frameNumber))\(blockNumber == nil ? " at " : ", ")\(place)"
    }
    return "\(place): \(reason)"
  }
}

extension CaptureError.Reason: CustomStringConvertible {
  /// What is wrong and, where there is one, the way out.
  public var description: String {
    switch self {
    case .notACapture(let firstOctets):
      let octets = firstOctets.map { hexadecimal($0, digits: 2) }.joined(separator: " ")
      return "not a pcap or pcapng capture; the file starts with \(octets)"
    case .compressed(let compression):
      return "the file is compressed with \(compression.rawValue); decompress it first"
    case .unsupportedFormat(let name):
      return "\(name) captures are not supported; convert the file to pcapng first"
    case .unsupportedVersion(let major, let minor):
      return "version \(major).\(minor) of the format is unknown (pcap has 2.0 to 2.4, pcapng 1.0)"
    case .truncated(let part, let needed, let available):
      return "the input ends in the middle of a \(part): "
        + "\(grouped(needed)) octets needed, \(grouped(available)) there"
    case .recordTooLong(let claimed, let limit):
      return "the frame claims \(grouped(claimed)) captured octets, more than the limit of "
        + "\(grouped(limit)); the capture is damaged here"
    case .unknownByteOrder(let magic):
      return "the section's byte-order magic is 0x\(hexadecimal(magic, digits: 8)), "
        + "neither 0x1A2B3C4D nor 0x4D3C2B1A"
    case .blockLengthNotMultipleOfFour(let claimed):
      return "the block's length of \(grouped(claimed)) octets is not a multiple of 4"
    case .blockTooShort(let type, let claimed, let minimum):
      return "a block of type 0x\(hexadecimal(type, digits: 8)) needs \(minimum) octets at least, "
        + "its length says \(claimed)"
    case .blockTooLong(let type, let claimed, let limit):
      return "a block of type 0x\(hexadecimal(type, digits: 8)) claims \(grouped(claimed)) octets, "
        + "more than the limit of \(grouped(limit))"
    case .blockLengthsDiffer(let leading, let trailing):
      return "the block's length is \(grouped(leading)) octets at its start and "
        + "\(grouped(trailing)) at its end"
    case .capturedLengthExceedsBlock(let claimed, let available):
      return "the frame claims \(grouped(claimed)) captured octets, its block has room for "
        + "\(grouped(available))"
    case .optionTooLong(let code, let claimed, let available):
      return "option \(code) claims \(grouped(claimed)) octets, \(grouped(available)) are left of "
        + "its block"
    case .optionLength(let code, let expected, let actual):
      return "option \(code) has \(grouped(actual)) octets instead of \(expected)"
    case .undeclaredInterface(let index, let declared):
      return "the frame belongs to interface \(grouped(index)), its section describes "
        + "\(grouped(declared)) (counted from 0)"
    case .tooManyInterfaces(let limit):
      return "the section describes more than \(grouped(limit)) interfaces"
    case .timestampResolution(let octet):
      return "a timestamp resolution of \(octet & 0x80 == 0 ? "10" : "2")^-\(octet & 0x7F) s "
        + "is finer than 64 bits can count"
    case .bufferByteCountOutOfRange(let byteCount):
      return "a buffer of \(byteCount) octets is not in \(CaptureReader.bufferByteCountRange)"
    case .timestampOutOfRange(let ticks, let resolution, let offset):
      return "the timestamp of \(ticks) ticks of \(resolution) and \(offset) s is out of range"
    }
  }
}

extension CaptureError.Part: CustomStringConvertible {
  /// The name of the part.
  public var description: String {
    switch self {
    case .fileHeader: "file header"
    case .record: "record"
    case .block: "block"
    }
  }
}

/// A number with a comma between groups of three digits.
func grouped(_ number: some BinaryInteger) -> String {
  let digits = Array(String(number))
  var text = ""
  for (position, digit) in digits.enumerated() {
    if position > 0, digits[position - 1] != "-", (digits.count - position) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return text
}

/// A number in upper-case hexadecimal digits, with leading zeros.
func hexadecimal(_ number: some UnsignedInteger, digits: Int) -> String {
  let text = String(number, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
