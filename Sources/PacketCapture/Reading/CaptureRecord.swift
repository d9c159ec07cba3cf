/// One captured frame, whose octets are borrowed from the reader until its next change.
///
/// Making one does not allocate. ``CapturedFrame`` is a copy that can be stored.
public struct CaptureRecord: ~Escapable {
  /// The frame's place in the capture, counted from 1 over all sections and interfaces.
  public let frameNumber: UInt64
  let fields: RecordFields
  /// The whole item: for pcapng the block, from its type to its trailing length.
  let item: RawSpan

  @_lifetime(copy item)
  init(_ item: RawSpan, _ fields: RecordFields, frameNumber: UInt64) {
    self.item = item
    self.fields = fields
    self.frameNumber = frameNumber
  }

  /// The captured octets, at most ``CaptureLimits/recordByteCount``.
  public var octets: RawSpan {
    @_lifetime(copy self)
    get { item.extracting(fields.octets) }
  }

  var options: RawSpan {
    @_lifetime(copy self)
    get { item.extracting(fields.options) }
  }

  /// The captured octets, as a span of `UInt8`.
  public var octetSpan: Span<UInt8> {
    @_lifetime(copy self)
    get { octets.octetSpan }
  }

  /// How many octets were captured.
  public var capturedLength: Int { fields.octets.count }

  /// How many octets the frame had on the wire.
  public var originalLength: UInt32 { fields.originalLength }

  /// Whether fewer octets were captured than the frame had.
  public var isTruncatedBySnapLength: Bool { capturedLength < originalLength }

  /// When the frame was captured; `nil` for pcapng's simple packets, which do not say.
  public var timestamp: CaptureTimestamp? { fields.timestamp }

  /// The interface's place in its section, counted from 0; always 0 for pcap.
  public var interfaceIndex: Int { fields.interfaceIndex }

  /// The section's place in the file, counted from 0; always 0 for pcap.
  public var sectionIndex: Int { fields.sectionIndex }

  /// Where the frame comes from.
  public var interface: CaptureInterface { fields.source.interface }

  /// What the frame starts with.
  public var linkType: LinkType { fields.source.interface.linkType }

  /// The first of ``comments``, or `nil` if there is none.
  ///
  /// - Complexity: Decodes the text on each access, which allocates.
  public var comment: String? { comments.first }

  /// The frame's comments (pcapng's `opt_comment`), in order; always empty for pcap.
  ///
  /// - Complexity: O(1) without options; else decodes the texts on each access, which allocates.
  public var comments: [String] {
    if fields.options.isEmpty { return [] }
    var texts: [String] = []
    forEachComment { texts.append($0.text()) }
    return texts
  }

  /// Calls `body` with the octets of each comment.
  func forEachComment(_ body: (RawSpan) -> Void) {
    if fields.options.isEmpty { return }
    var list = PcapngOptions(options, fields.optionOrder)
    // The decoder has checked the whole list, so this does not throw.
    while let option = try? list.next() {
      if option.code == PcapngOptionCode.comment { body(options.extracting(option.value)) }
    }
  }

  /// The codes of all options (pcapng's `epb_flags` has 2), in order; always empty for pcap.
  ///
  /// - Complexity: O(1) without options; else allocates the array.
  public var optionCodes: [UInt16] {
    fields.options.isEmpty ? [] : PcapngOptions.codes(options, fields.optionOrder)
  }

  /// The captured octets as an array of their own.
  ///
  /// - Complexity: O(n) in the captured length; allocates the array.
  public func copyOctets() -> [UInt8] { octets.copied() }
}

/// A captured frame with octets of its own, which can be stored, compared and sent elsewhere.
public struct CapturedFrame: Hashable, Sendable {
  /// The captured octets.
  public var octets: [UInt8]
  /// The frame's place in the capture, counted from 1.
  public var frameNumber: UInt64
  /// How many octets the frame had on the wire.
  public var originalLength: UInt32
  /// When the frame was captured, if the capture says so.
  public var timestamp: CaptureTimestamp?
  /// The section's place in the file, counted from 0.
  public var sectionIndex: Int
  /// The interface's place in its section, counted from 0.
  public var interfaceIndex: Int
  /// Where the frame comes from.
  public var interface: CaptureInterface
  /// The frame's comments, in order.
  public var comments: [String]

  /// Copies a record out of its reader.
  ///
  /// - Complexity: O(n) in the captured length.
  public init(_ record: CaptureRecord) {
    octets = record.copyOctets()
    frameNumber = record.frameNumber
    originalLength = record.originalLength
    timestamp = record.timestamp
    sectionIndex = record.sectionIndex
    interfaceIndex = record.interfaceIndex
    interface = record.interface
    comments = record.comments
  }
}
