/// Why a frame or an interface cannot be written to a capture.
///
/// Nothing is written of a frame that is refused.
public enum CaptureWriteError: Error, Equatable, Sendable {
  /// The frame has more octets than ``CaptureLimits/recordByteCount``.
  case recordTooLong(byteCount: Int, limit: Int)
  /// The number of octets to add after a frame is not in 0 to ``CaptureLimits/recordByteCount``.
  case trailerByteCountOutOfRange(Int, limit: Int)
  /// A pcapng block would exceed ``CaptureLimits/blockByteCount`` with its options.
  case blockTooLong(byteCount: Int, limit: Int)
  /// The original length is negative or does not fit in 32 bits.
  case originalLengthOutOfRange(Int)
  /// A pcap file has one link type, and the frame has another one.
  case linkType(LinkType, file: LinkType)
  /// The timestamp does not fit: pcap counts seconds in 32 bits from 1970 to 2106, pcapng counts
  /// ticks since the interface's offset in 64 bits.
  case timestampOutOfRange(CaptureTimestamp)
  /// No interface of this index has been added.
  case undeclaredInterface(index: Int, declared: Int)
  /// A block or a frame is to be copied into a section of the other byte order; copy its own
  /// section first.
  case byteOrder(ByteOrder, section: ByteOrder)
  /// The section has as many interfaces as a reader need accept.
  case tooManyInterfaces(limit: Int)
  /// A comment or a name has more octets of UTF-8 than a 16-bit option length can say.
  case textTooLong(byteCount: Int, limit: Int)
  /// The frame check sequence's length cannot be written: 0...255 octets for pcapng, an even
  /// number up to 30 for pcap.
  case frameCheckSequence(byteCount: Int)
}

extension CaptureWriteError: CustomStringConvertible {
  /// What cannot be written and why.
  public var description: String {
    switch self {
    case .recordTooLong(let byteCount, let limit):
      "a frame of \(grouped(byteCount)) octets is longer than the limit of \(grouped(limit))"
    case .trailerByteCountOutOfRange(let byteCount, let limit):
      "\(grouped(byteCount)) octets cannot follow a frame; it must be 0 to \(grouped(limit))"
    case .blockTooLong(let byteCount, let limit):
      "a block of \(grouped(byteCount)) octets is longer than the limit of \(grouped(limit))"
    case .originalLengthOutOfRange(let length):
      "an original length of \(grouped(length)) octets does not fit in 32 bits"
    case .linkType(let frame, let file):
      "the frame has \(frame), but this pcap file holds \(file); write pcapng for several"
    case .timestampOutOfRange(let timestamp):
      "a timestamp of \(timestamp.seconds) s and \(timestamp.fraction) ticks of "
        + "\(timestamp.resolution) does not fit the file's format"
    case .undeclaredInterface(let index, let declared):
      "there is no interface \(index); \(declared) were added (counted from 0)"
    case .byteOrder(let order, let section):
      "the block to be copied is \(order), the section is \(section); copy its section header first"
    case .tooManyInterfaces(let limit):
      "a section cannot describe more than \(grouped(limit)) interfaces"
    case .textTooLong(let byteCount, let limit):
      "a text of \(grouped(byteCount)) octets is longer than the limit of \(grouped(limit))"
    case .frameCheckSequence(let byteCount):
      "a frame check sequence of \(byteCount) octets cannot be written in this format"
    }
  }
}

extension CaptureWriteError {
  /// Returns the length of a frame with octets after it; throws if it is too long.
  static func checkedLength(
    _ byteCount: Int, trailer: Int
  ) throws(CaptureWriteError) -> Int {
    let limit = CaptureLimits.recordByteCount
    guard 0...limit ~= trailer else {
      throw .trailerByteCountOutOfRange(trailer, limit: limit)
    }
    guard byteCount <= limit - trailer else {
      throw .recordTooLong(byteCount: byteCount + trailer, limit: limit)
    }
    return byteCount + trailer
  }

  /// Throws if a block is longer than readers accept.
  static func checkBlock(_ byteCount: Int) throws(CaptureWriteError) {
    let limit = CaptureLimits.blockByteCount
    guard byteCount <= limit else { throw .blockTooLong(byteCount: byteCount, limit: limit) }
  }
}
