/// Why octets are not a capture, or a damaged one, and at which octet.
///
/// The ``description`` is a sentence for the person who has the file.
public struct CaptureError: Error, Equatable, Sendable {
  /// What is wrong.
  public let reason: Reason
  /// The octet of the file, counted from 0, at which the offending field or item starts.
  public let byteOffset: UInt64
  /// The frame concerned, counted from 1, or `nil` if it is not in a frame.
  public let frameNumber: UInt64?
  /// The pcapng block concerned, counted from 1; `nil` for pcap.
  public let blockNumber: UInt64?

  /// What is wrong with a capture, with what was needed and what was there.
  public enum Reason: Equatable, Sendable {
    /// The file starts with none of the known magic numbers, but with these four octets.
    case notACapture(firstOctets: [UInt8])
    /// The file is compressed; this module does not decompress.
    case compressed(Compression)
    /// The magic number is that of a format this module does not read.
    case unsupportedFormat(String)
    /// The version in the file or section header is unknown.
    case unsupportedVersion(major: UInt16, minor: UInt16)
    /// The input ends too early; the figures are octets, counted from the start of the part.
    case truncated(Part, needed: UInt64, available: UInt64)
    /// A frame claims more captured octets than a frame may have.
    case recordTooLong(claimed: UInt32, limit: Int)
    /// The byte-order magic of a section header is neither 0x1A2B3C4D nor its reverse.
    case unknownByteOrder(UInt32)
    /// A block's length is not a multiple of four.
    case blockLengthNotMultipleOfFour(claimed: UInt32)
    /// A block is shorter than the fixed fields of its type.
    case blockTooShort(type: UInt32, claimed: UInt32, minimum: UInt32)
    /// A block whose content is used is longer than ``CaptureLimits/blockByteCount``.
    case blockTooLong(type: UInt32, claimed: UInt32, limit: Int)
    /// The length at the end of a block is not the one at its start.
    case blockLengthsDiffer(leading: UInt32, trailing: UInt32)
    /// A frame claims more captured octets than its block has room for.
    case capturedLengthExceedsBlock(claimed: UInt32, available: Int)
    /// An option claims more octets than are left of its block.
    case optionTooLong(code: UInt16, claimed: UInt16, available: Int)
    /// An option of fixed length has another length.
    case optionLength(code: UInt16, expected: Int, actual: Int)
    /// A frame belongs to an interface that its section has not described.
    case undeclaredInterface(index: UInt32, declared: Int)
    /// A section describes more interfaces than ``CaptureLimits/interfaceCount``.
    case tooManyInterfaces(limit: Int)
    /// An interface counts time in ticks that 64 bits cannot count for a second.
    case timestampResolution(UInt8)
    /// The buffer of a reader cannot have this many octets
    /// (``CaptureReader/bufferByteCountRange``).
    case bufferByteCountOutOfRange(Int)
    /// A frame's timestamp lies beyond what 64 bits of seconds can count.
    case timestampOutOfRange(ticks: UInt64, resolution: TimestampResolution, offset: Int64)
  }

  /// What the input ended in.
  public enum Part: Equatable, Sendable {
    /// The first octets of the file, including those that tell its format.
    case fileHeader
    /// A pcap record's 16-octet header or its frame.
    case record
    /// A pcapng block, from its type to its trailing length.
    case block
  }

  /// A compression of captures that is recognised.
  public enum Compression: String, Equatable, Sendable {
    /// RFC 1952, first octets 1F 8B.
    case gzip
    /// RFC 8878, first octets 28 B5 2F FD.
    case zstd
    /// First octets FD 37 7A 58.
    case xz
    /// First octets 42 5A 68.
    case bzip2
    /// The frame format, first octets 04 22 4D 18.
    case lz4
  }
}

/// What a decoder finds wrong, before the reader adds where in the file that is.
struct Defect: Error {
  let reason: CaptureError.Reason
  /// Octets from the start of the item the decoder was given.
  let relativeOffset: Int

  init(_ reason: CaptureError.Reason, at relativeOffset: Int) {
    (self.reason, self.relativeOffset) = (reason, relativeOffset)
  }
}
