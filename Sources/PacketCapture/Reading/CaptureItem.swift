/// One item of a capture, in the order of the file: a frame, or a block between frames.
///
/// ``PcapngWriter/copy(_:)`` writes an item that a program does not understand. The octets are
/// borrowed from the reader until its next change.
public struct CaptureItem: ~Escapable {
  /// What an item is.
  public enum Kind: Equatable, Sendable {
    /// A Section Header Block: interfaces are counted from 0 again after it.
    case section
    /// The description of an interface; pcap's only one is its file header.
    case interface(index: Int)
    /// A frame; see ``CaptureItem/record``.
    case record
    /// A pcapng block of any other type, such as names, statistics or decryption secrets.
    case block(type: UInt32)
    /// A pcapng block that is longer than ``CaptureLimits/blockByteCount`` and was passed over.
    case skippedBlock(type: UInt32, byteCount: Int)
    /// A pcapng block whose content is damaged and whose two lengths agree, so that reading goes
    /// on after it.
    case damage(CaptureError)
  }

  /// What the item is.
  public let kind: Kind
  /// All octets of the item: a pcapng block from its type to its trailing length, pcap's file
  /// header or record; empty for a block that was passed over.
  public let octets: RawSpan
  /// The order of the integers in ``octets``.
  public let byteOrder: ByteOrder
  /// The interface that the item describes, as far as it can be read; else `nil`.
  public let interface: CaptureInterface?
  private let fields: RecordFields?
  private let frameNumber: UInt64
  /// The type of a pcapng block; 0 for pcap and for a block that was passed over.
  let blockType: UInt32

  @_lifetime(copy octets)
  init(
    _ kind: Kind, _ octets: RawSpan, _ byteOrder: ByteOrder, interface: CaptureInterface? = nil,
    fields: RecordFields? = nil, frameNumber: UInt64, isBlock: Bool
  ) {
    blockType = isBlock && octets.byteCount >= 12 ? octets.load(0, byteOrder) : 0
    (self.kind, self.octets, self.byteOrder) = (kind, octets, byteOrder)
    (self.interface, self.fields, self.frameNumber) = (interface, fields, frameNumber)
  }

  /// The frame, if the item is one.
  public var record: CaptureRecord? {
    @_lifetime(copy self)
    get {
      guard let fields else { return nil }
      return CaptureRecord(octets, fields, frameNumber: frameNumber)
    }
  }

  /// The octets of the item as an array of their own.
  ///
  /// - Complexity: O(n); allocates the array.
  public func copyOctets() -> [UInt8] { octets.copied() }

  /// The codes of the options of a section or an interface, in order.
  public var optionCodes: [UInt16] {
    let start =
      switch kind {
      case .section: 24
      case .interface: 16
      default: Int.max
      }
    guard blockType != 0, octets.byteCount > start else { return [] }
    let end = octets.byteCount - PcapngBlockType.trailerByteCount
    return PcapngOptions.codes(octets.extracting(start..<end), byteOrder)
  }
}

// MARK: - Reading items

extension CaptureReader {
  /// The next item: every frame and every block, if all of it is there.
  ///
  /// Where ``next()`` ends at the first damage, this goes on after a pcapng block whose content is
  /// damaged, and hands it out as ``CaptureItem/Kind/damage(_:)``. Both may be used in turn.
  ///
  /// - Returns: An item that borrows the reader until its next change, or `nil` if the input so far
  ///   holds no further one: more input is needed, unless ``isAtEnd`` is true.
  /// - Throws: ``CaptureError`` where nothing says how to go on. What came before it stays valid.
  /// - Complexity: O(1) for each item, however long it is. Does not allocate for frames.
  @_lifetime(&self)
  public mutating func nextItem() throws(CaptureError) -> CaptureItem? {
    let fields = try advance(toBlocks: true)
    let kind = pendingBlock.take()
    guard fields != nil || kind != nil else { return nil }
    return item(fields, kind)
  }

  /// The next item, getting input from `body` whenever there is not enough.
  ///
  /// - Parameter body: Appends octets to the span it is given, or nothing at the end of the input.
  /// - Returns: An item that borrows the reader until its next change, or `nil` at the end.
  /// - Throws: ``CaptureError``, as ``nextItem()`` does, and what `body` throws.
  @_lifetime(&self)
  public mutating func nextItem(
    filling body: (inout OutputRawSpan) throws -> Void
  ) throws -> CaptureItem? {
    var fields = try advance(toBlocks: true)
    while fields == nil, pendingBlock == nil, !isAtEnd {
      _ = try fill(body)
      fields = try advance(toBlocks: true)
    }
    let kind = pendingBlock.take()
    guard fields != nil || kind != nil else { return nil }
    return item(fields, kind)
  }

  /// The next frame, getting input from `body` whenever there is not enough; the blocks before it
  /// go to `blocks`.
  ///
  /// This reads the same as ``nextItem(filling:)`` and is faster for small frames.
  ///
  /// - Parameters:
  ///   - body: Appends octets to the span it is given, or nothing at the end of the input.
  ///   - blocks: Gets each item that is no frame, in its order among the frames.
  /// - Returns: A record that borrows the reader until its next change, or `nil` at the end.
  /// - Throws: ``CaptureError``, as ``nextItem()`` does, and what the closures throw.
  @_lifetime(&self)
  public mutating func next(
    filling body: (inout OutputRawSpan) throws -> Void, blocks: (CaptureItem) throws -> Void
  ) throws -> CaptureRecord? {
    var fields = try advance(toBlocks: true)
    while fields == nil {
      if let kind = pendingBlock.take() {
        try blocks(item(nil, kind))
      } else if isAtEnd {
        return nil
      } else {
        _ = try fill(body)
      }
      fields = try advance(toBlocks: true)
    }
    guard let fields else { return nil }
    return record(fields)
  }

  /// The item whose octets `advance` left at the start of the buffer.
  @_lifetime(borrow self)
  private borrowing func item(
    _ fields: RecordFields?, _ kind: CaptureItem.Kind?
  ) -> CaptureItem {
    let order = pcap?.order ?? pcapng.order
    var octets = buffer.bytes.extracting(first: heldByteCount)
    var interface: CaptureInterface?
    switch kind {
    case .skippedBlock?: octets = octets.extracting(first: 0)
    case .interface?: interface = interfaces.last
    case .damage(let error)? where octets.load(0, order, as: UInt32.self) == 1:
      if case .tooManyInterfaces = error.reason { break }
      interface = interfaces.last
    default: break
    }
    return CaptureItem(
      kind ?? .record, octets, order, interface: interface, fields: fields,
      frameNumber: frameCount, isBlock: pcap == nil)
  }
}
