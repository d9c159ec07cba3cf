internal import WireFormats

/// A checksum that a sender left partial, and where: what `NEEDS_CSUM` of a virtio-net header asks
/// for when there is nothing to segment.
///
/// The field holds a sum to start from, usually that of a pseudo header. Finishing means summing
/// everything from `start` to the end of the frame and storing the inverse. Nothing else is looked
/// at, as in the Linux kernel: the two numbers need not describe TCP or UDP.
public struct ChecksumCompletion: Hashable, Sendable {
  /// The smallest ``start``, in octets: the kernel takes none before which no IPv4 header fits
  /// (`virtio_net_hdr_to_skb`), link header or not.
  public static let minimumStart = 20

  /// Where summing starts, in octets from the start of the frame.
  public let start: Int
  /// Where the checksum is stored, in octets from `start`.
  public let offset: Int
  /// Length of the frame, in octets.
  public let frameLength: Int

  /// Checks that the field lies inside a frame of `frameLength` octets and after an IP header.
  ///
  /// - Throws: ``MetadataError/checksumOutsideFrame(start:offset:frameLength:)`` or
  ///   ``MetadataError/checksumStartTooEarly(start:minimum:)``.
  public init(start: Int, offset: Int, frameLength: Int) throws(MetadataError) {
    try Self.checkField(start: start, offset: offset, frameLength: frameLength)
    guard start >= Self.minimumStart else {
      throw .checksumStartTooEarly(start: start, minimum: Self.minimumStart)
    }
    (self.start, self.offset, self.frameLength) = (start, offset, frameLength)
  }

  /// Whether the field lies inside the frame, wherever its headers are.
  internal static func checkField(
    start: Int, offset: Int, frameLength: Int
  ) throws(MetadataError) {
    guard start >= 0, offset >= 0, start <= frameLength, frameLength - start - offset >= 2 else {
      throw .checksumOutsideFrame(start: start, offset: offset, frameLength: frameLength)
    }
  }

  /// Finishes the checksum in place.
  ///
  /// A result of 0 is stored as 0xFFFF, which verifies as well and
  /// cannot be taken for "no checksum" by UDP.
  ///
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one.
  /// - Complexity: O(*n*). Does not allocate.
  public func apply(to frame: inout MutableRawSpan) throws(SegmentationError) {
    guard frame.byteCount == frameLength else {
      throw .frameLengthChanged(planned: frameLength, given: frame.byteCount)
    }
    let checksum = ~WordSum.fold(WordSum.sum(frame.bytes.extracting(droppingFirst: start)))
    frame.setMemoryOrder(checksum == 0 ? 0xFFFF : checksum, at: start + offset)
  }
}
