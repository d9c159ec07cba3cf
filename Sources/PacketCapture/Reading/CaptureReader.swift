/// Reads a pcap or pcapng capture from octets that come in any number at a time.
///
/// The reader opens no files. Octets go in by ``fill(_:)`` or ``append(_:)-(RawSpan)``, frames come
/// out by ``next()``, each borrowed until the next change to the reader:
///
/// ```swift
/// var reader = CaptureReader()
/// while let record = try reader.next(filling: { try file.read(into: &$0) }) {
///   print(record.frameNumber, record.capturedLength, record.linkType)
/// }
/// ```
///
/// Memory stays at what was put in at once plus one record or block, and no record allocates.
/// Octets of any kind give records, a clean end or a ``CaptureError``. The first error is final and
/// is thrown again by every further call. What was read before it stays valid.
public struct CaptureReader: ~Copyable {
  /// The kind of file, once it is known.
  enum Kind { case unknown, pcap, pcapng }

  var buffer: OctetBuffer
  /// The file offset of the buffer's first octet.
  var offset: UInt64 = 0
  /// The file offset of the current record or block.
  var itemOffset: UInt64 = 0
  /// Octets of the record that was handed out last; they are released by the next call.
  var heldByteCount = 0
  /// Octets to pass over, and octets of the same block after those.
  var skipping: (byteCount: UInt64, remaining: UInt64) = (0, 0)
  /// A block that was found and not yet handed out.
  var pendingBlock: CaptureItem.Kind?
  var kind = Kind.unknown
  var pcap: PcapDecoder?
  var pcapng = PcapngDecoder()
  var failure: CaptureError?
  var isFinished = false

  /// How many frames were read so far.
  public internal(set) var frameCount: UInt64 = 0

  /// Whether the capture has ended where it may, after the last whole record.
  public internal(set) var isAtEnd = false

  /// The octets that the buffer of a reader may have at first: 0 to 1 GiB.
  public static let bufferByteCountRange = 0...1_073_741_824

  /// Makes a reader at the start of a file, with a buffer of 262,144 octets.
  ///
  /// The buffer grows if a record or one call with input needs more.
  public init() { buffer = OctetBuffer(capacity: 262_144) }

  /// Makes a reader at the start of a file.
  ///
  /// - Parameter bufferByteCount: The first size of the buffer, in octets, in
  ///   ``bufferByteCountRange``; it grows if a record or one call with input needs more. Values
  ///   below 1,024 count as that.
  /// - Throws: ``CaptureError`` with ``CaptureError/Reason/bufferByteCountOutOfRange(_:)``.
  public init(bufferByteCount: Int) throws(CaptureError) {
    guard Self.bufferByteCountRange.contains(bufferByteCount) else {
      throw CaptureError(
        reason: .bufferByteCountOutOfRange(bufferByteCount), byteOffset: 0, frameNumber: nil,
        blockNumber: nil)
    }
    buffer = OctetBuffer(capacity: max(bufferByteCount, 1_024))
  }

  /// The kind of file, or `nil` before its header was read.
  public var format: CaptureFormat? {
    switch kind {
    case .unknown: nil
    case .pcap: pcap.map { .pcap($0.resolution, $0.order) }
    case .pcapng: pcapng.sectionIndex < 0 ? nil : .pcapng(pcapng.order)
    }
  }

  /// The interfaces described so far: pcap's only one, or those of the current pcapng section.
  public var interfaces: [CaptureInterface] {
    pcap.map { [$0.source.interface] } ?? pcapng.interfaces.map(\.interface)
  }
}

// MARK: - Octets in

extension CaptureReader {
  /// Adds octets to the end of the input.
  ///
  /// - Complexity: O(n), one copy. Everything that was added and not yet read is held, so feed a
  ///   large capture in pieces.
  public mutating func append(_ octets: RawSpan) {
    guard !octets.isEmpty else { return }
    (isFinished, isAtEnd) = (false, false)
    buffer.append(octets)
  }

  /// Lets `body` write octets to the end of the input, without a copy in between.
  ///
  /// `body` gets room for 65,536 octets or more and may use any part of it. Writing nothing means
  /// that the input has ended, as with `read(2)`.
  ///
  /// - Parameter body: Appends to the span it is given.
  /// - Returns: `false` at the end of the input.
  /// - Throws: What `body` throws; what it wrote before stays in the reader.
  public mutating func fill<Failure>(
    _ body: (inout OutputRawSpan) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    releaseRecord()
    let written = try buffer.fill(minimumRoom: 65_536, body)
    isFinished = written == 0
    if !isFinished { isAtEnd = false }
    return written > 0
  }

  /// Says that the input has ended, so that a truncated record can be told from one whose rest
  /// is still to come.
  public mutating func finish() { isFinished = true }
}

// MARK: - Frames out

extension CaptureReader {
  /// The next frame, if all of it is there.
  ///
  /// - Returns: A record that borrows the reader until its next change, or `nil` if the input so
  ///   far holds no further frame: more input is needed, unless ``isAtEnd`` is true.
  /// - Throws: ``CaptureError`` if the octets are not a capture, or a damaged one, or, after
  ///   ``finish()``, one that ends in the middle of a record or block.
  /// - Complexity: O(1) for each record and block passed, however long it is. Does not allocate
  ///   for frames, nor for blocks that are skipped.
  @_lifetime(&self)
  public mutating func next() throws(CaptureError) -> CaptureRecord? {
    guard let fields = try advance(toBlocks: false) else { return nil }
    return record(fields)
  }

  /// The record whose octets `advance` left at the start of the buffer.
  @_lifetime(borrow self)
  borrowing func record(_ fields: RecordFields) -> CaptureRecord {
    CaptureRecord(
      buffer.bytes.extracting(first: fields.byteCount), fields, frameNumber: frameCount)
  }
}
